"""Sentences as pages show them: the shared words, with the colour of the virtue that they speak of."""

from simulator.analysis import Estimate, Recommendation, Strategy
from simulator.effort import EffortMeasure
from simulator.figures.slice_agreement import AgreementData
from simulator.figures.slice_images import slice_iou
from simulator.formats import (
    format_count,
    format_dice,
    format_gain,
    format_hours,
    format_interval,
    format_share,
)
from simulator.planning import Pass, Plan
from simulator.records import Virtues
from simulator.virtues import AnnotatedVolume, find_proxy
from simulator.wording.answers import (
    describe_budget,
    describe_copying,
    describe_drawing,
    describe_frequency,
    describe_left_over,
    describe_quality,
    describe_recommendation,
    describe_slices,
    describe_volumes,
)
from simulator.wording.plans import describe_filling, describe_hours, describe_passes

from .escape import escape

TERMINAL = ".venv/bin/python -m simulator"
"""How a command begins, where `make` has installed everything."""

NUMBERS = ("no", "one", "two", "three")
N_WINNERS, OFTEN = 3, 0.1
"""Strategies that are named as best most often, and the share of resamples from which on a further one is."""

__all__ = [
    "TERMINAL",
    "estimate_text",
    "first_gain",
    "format_duration",
    "say_agreement",
    "say_answer",
    "say_grey",
    "say_minimum_unmet",
    "say_order",
    "say_pass",
    "say_plan",
    "say_quality",
    "say_regret",
    "say_winners",
    "short_strategy",
    "strategy_text",
]


def strategy_text(strategy: Strategy) -> str:
    """Say a strategy, each virtue in its colour."""
    copying = describe_copying(strategy)
    exactly = f", :orange[**{describe_quality(strategy)}**]"
    return (
        f":blue[**{describe_volumes(strategy)}**], :green[**{describe_slices(strategy.virtues)}**]{exactly}"
        f"{f' ({copying})' if copying else ''}"
    )


def estimate_text(estimate: Estimate) -> str:
    """Say what is expected, its numbers in bold."""
    text = f"Dice **{format_dice(estimate.dice)}**{format_interval(estimate.low, estimate.high)}"
    if estimate.normalized is not None:
        text += f", **{format_share(estimate.normalized)}** of what full labeling gives"
    return text


def say_answer(recommendation: Recommendation, *, measure: EffortMeasure, title: str) -> tuple[str, str]:
    """Say the answer.

    Parameters
    ----------
    recommendation : Recommendation
    measure : EffortMeasure
    title : str
        Of the data set, not yet escaped.

    Returns
    -------
    tuple of str
        The sentence of the card, and a line below it, which may be empty; both Markdown.
    """
    strategy, predicted = recommendation.strategy, recommendation.predicted
    if recommendation.status == "empty" and recommendation.dataset is None:
        return f"Nothing has been measured on {escape(title)} yet, so there is no answer to give.", ""
    if recommendation.status != "answer" or strategy is None or predicted is None:
        return escape(describe_recommendation(recommendation, measure=measure)), ""
    sentence = (
        f"With {escape(describe_budget(recommendation, measure=measure))}: label {strategy_text(strategy)}. "
        f"Expected {estimate_text(predicted)}."
    )
    return sentence, escape(describe_left_over(recommendation, measure=measure))


def say_minimum_unmet(recommendation: Recommendation, *, n_slices: int, measure: EffortMeasure) -> str:
    """Say that no strategy with so many slices a volume fits the budget."""
    budget = escape(measure.unit.say(recommendation.budget))
    least = f":green[**{format_count(n_slices, 'slice')} a volume**]"
    return f"Too little was measured with at least {least} to say how to use {budget}."


def short_strategy(strategy: Strategy) -> str:
    """Say a strategy in a table's cell: "48 volumes, every slice, quality 77 % (one slice in 5 drawn)"."""
    virtues = strategy.virtues
    is_spaced = virtues.sampling == "equidistant" and virtues.completeness < 1
    drawing = describe_drawing(strategy)
    quality = "" if virtues.quality == 1 else f", quality {format_share(strategy.achieved_quality)}"
    quality += f" ({drawing})" if drawing else ""
    return (
        f"{format_count(strategy.n_volumes, 'volume')}, {describe_slices(virtues)}"
        f"{', evenly spaced' if is_spaced else ''}{quality}"
    )


def say_regret(recommendation: Recommendation) -> str:
    """Say what the choice costs on average, in Dice: three decimals, and never as nothing."""
    regret = recommendation.expected_regret or 0.0
    return f"{regret:.3f}" if regret >= 0.0005 else "less than 0.001"


def say_winners(recommendation: Recommendation) -> str:
    """Say which strategies that the budget pays for are best most often."""
    said = [
        f"{escape(short_strategy(winner.strategy))} in {describe_frequency(winner.share)}"
        for place, winner in enumerate(recommendation.winners[:N_WINNERS])
        if place == 0 or winner.share >= OFTEN
    ]
    return f"Among all that were measured and the budget pays for, most often best: {'; '.join(said)}."


def first_gain(recommendation: Recommendation, *, measure: EffortMeasure) -> str:
    """Say which larger budget is the first to buy something: the title of the chart."""
    for step in recommendation.next_steps:
        if step.is_measurable:
            return (
                f"More budget first pays at {measure.unit.write(step.budget)}: {format_gain(step.gain)} Dice"
            )
    return "More budget buys nothing that can be measured"


def say_plan(plan: Plan) -> str:
    """Say what is to be drawn: the sentence of the Plan card."""
    n_passes = len(plan.passes)
    passes = f"in {NUMBERS[n_passes]} passes" if n_passes > 1 else "in one pass"
    sentence = (
        f"Draw **{format_count(plan.n_slices, 'slice')}** in "
        f":blue[**{format_count(plan.n_volumes, 'volume')}**] {passes}{describe_hours(plan, bold='**')}."
    )
    sentence += describe_filling(plan, mark=":orange[**{}**]")
    if n_passes > 1:
        sentence += f" {describe_passes(plan)}"
    if plan.n_dropped:
        sentence += f" {format_count(plan.n_dropped, 'slice')} of the strategy did not fit into the budget."
    return sentence


def say_pass(step: Pass, *, plan: Plan, measure: EffortMeasure) -> tuple[str, str, str]:
    """Say a pass: what is drawn, how, and what to expect then; three lines of Markdown."""
    ordinal = ("First", "Second", "Third")[step.number - 1]
    effort = measure.unit.write(step.effort)
    title = f"**{ordinal} pass**: {format_count(step.n_slices, 'slice')}, {effort}"
    opened = "Opens every volume" if step.number == 1 else "Fills the middle of each gap"
    if step.number == len(plan.passes) > 1:
        opened = "Completes the strategy"
    # Between every slice and every second one there is no rhythm to name, only a share.
    spacing = round(step.spacing) if step.spacing >= 1.5 else round(step.spacing, 2)
    nth = describe_slices(Virtues(diversity=1.0, completeness=1 / spacing, quality=1.0))
    what = f"{opened}, about {nth} then" if nth != "every slice" else f"{opened}, every slice then"
    if step.predicted_dice is None:
        return title, what, "Then train. Nothing like this stop was measured."
    interval = format_interval(step.low, step.high)
    return title, what, f"Then train. Expect Dice **{format_dice(step.predicted_dice)}**{interval}."


def say_order(plan: Plan) -> str:
    """Say in which order slices are drawn: the title of the calendar."""
    if len(plan.passes) == 1:
        return "Every volume is opened once"
    return "Every volume is opened early; later passes only fill in"


def say_grey(plan: Plan) -> str:
    """Say what becomes of slices that nobody draws, in the words of the calendar's key."""
    strategy = plan.recommendation.strategy
    if not plan.n_copied or strategy is None:
        return "left out"
    is_all = strategy.virtues.completeness == 1
    return "filled in from the drawn slices" if is_all else "filled in from the drawn slices, or left out"


def say_quality(annotated: AnnotatedVolume, *, virtues: Virtues, index: int) -> tuple[str, str]:
    """Say what a quality means on one slice: the sentence of the Data card, and what is behind it."""
    iou = format_dice(slice_iou(annotated, index=index))
    achieved = format_share(annotated.tally.iou)
    sentence = f":orange[**Quality {achieved}**] in this volume, **{iou}** IoU on this slice: "
    n_drawn, n_extent = annotated.tally.n_drawn, len(annotated.annotation.extent)
    if virtues.quality == 1:
        sentence += "every slice is labeled exactly."
    elif annotated.annotation.sources is None:
        sentence += "every slice is labeled, only less exactly."
    else:
        rest = (
            "is labeled, the others are copies of it"
            if n_drawn == 1
            else f"are labeled, each of the others is {find_proxy(virtues.proxy).filling}"
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
