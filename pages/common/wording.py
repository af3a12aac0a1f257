"""Sentences that only pages say, and the shared ones as Markdown."""

from simulator.analysis import Recommendation, Strategy
from simulator.effort import EffortMeasure
from simulator.figures.slice_agreement import AgreementData
from simulator.figures.slice_images import slice_iou
from simulator.formats import format_count, format_dice, format_gain, format_hours, format_share
from simulator.planning import Plan
from simulator.records import Virtues
from simulator.virtues import AnnotatedVolume, get_proxy
from simulator.wording.answers import say_strategy
from simulator.wording.spans import markdown, strong, words

TERMINAL = ".venv/bin/python -m simulator"
"""How a command begins, where `make` has installed everything."""

__all__ = [
    "TERMINAL",
    "first_gain",
    "format_duration",
    "say_agreement",
    "say_grey",
    "say_minimum_unmet",
    "say_order",
    "say_quality",
    "strategy_text",
]


def strategy_text(strategy: Strategy) -> str:
    """Say a strategy, each virtue in its colour."""
    return markdown(say_strategy(strategy))


def say_minimum_unmet(recommendation: Recommendation, *, n_slices: int, measure: EffortMeasure) -> str:
    """Say that no strategy with so many slices a volume fits the budget."""
    least = strong(f"{format_count(n_slices, 'slice')} a volume", "completeness")
    budget = measure.unit.say(recommendation.budget)
    return markdown(words("Too little was measured with at least ", least, f" to say how to use {budget}."))


def first_gain(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say which larger budget is the first to buy something: the title of the chart."""
    for step in recommendation.next_steps:
        if step.is_measurable:
            at = measure.unit.write(step.budget)
            return f"More budget first pays at {at}: {format_gain(step.gain)} Dice"
    return "More budget gains nothing that shows"


def say_order(plan: Plan) -> str:
    """Say in which order slices are labeled: the title of the calendar."""
    if len(plan.passes) == 1:
        return "Every volume is opened once"
    return "Every volume is opened early; later passes only fill in"


def say_grey(plan: Plan) -> str:
    """Say what becomes of slices that nobody labels, in the words of the calendar's key."""
    strategy = plan.recommendation.strategy
    if not plan.n_copied or strategy is None:
        return "left out"
    is_all = strategy.virtues.completeness == 1
    return "filled in from the labeled slices" if is_all else "filled in from the labeled slices, or left out"


def say_quality(annotated: AnnotatedVolume, *, virtues: Virtues, index: int) -> tuple[str, str]:
    """Say what a quality means on one slice: the sentence of the Data card, and what is behind it."""
    iou = format_dice(slice_iou(annotated, index=index))
    achieved = format_share(annotated.tally.iou)
    sentence = f":orange[**Quality {achieved}**] in this volume, **{iou}** IoU on this slice: "
    n_drawn, n_extent = annotated.tally.n_drawn, len(annotated.annotation.extent)
    if virtues.quality == 1:
        sentence += "every slice is outlined exactly."
    elif annotated.annotation.sources is None:
        sentence += "every slice is outlined, only less exactly."
    else:
        rest = (
            "is labeled, the others are copies of it"
            if n_drawn == 1
            else f"are labeled, each of the others is {get_proxy(virtues.proxy).filling}"
        )
        sentence += f"{n_drawn} of {n_extent} slices {rest}."
    small = (
        f"{format_share(virtues.quality)} is asked for over all volumes; this volume comes to "
        f"{100 * annotated.tally.iou:.1f}\u00a0%. Quality is the 3-D overlap (IoU) of annotation and reference, on the "
        "grid of the file."
    )
    return sentence, small


def say_agreement(agreement: AgreementData) -> str:
    """Say where annotation and reference differ: the title of the chart."""
    if agreement.is_drawn.all():
        return "Every slice agrees fully"
    return (
        "Labeled slices agree fully; the error grows between them"
        if agreement.is_drawn.any()
        else "How well does each slice agree?"
    )


def format_duration(seconds: float) -> str:
    r"""Write how long a machine takes.

    Examples
    --------
    >>> format_duration(170), format_duration(9000), format_duration(20)
    ('3\xa0min', '2.5\xa0hours', '20\xa0s')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))}\u00a0s"
    if seconds < 5400:
        return f"{round(seconds / 60)}\u00a0min"
    return format_hours(seconds / 3600).replace(" ", "\u00a0")
