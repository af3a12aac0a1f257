"""The words for plans that pages and command line share."""

from ..effort import EffortMeasure
from ..formats import format_count, format_dice, format_hours, format_interval
from ..planning.values import Pass, Plan
from ..records import Virtues
from ..virtues import title_of
from .answers import describe_slices
from .spans import Sentence, join, strong, words

__all__ = ["say_pass", "say_passes", "say_plan", "say_unpriced_hours"]

NUMBERS = ("no", "one", "two", "three")


def say_plan(plan: Plan) -> Sentence:
    """Say what is to be labeled: "Label 309 slices in 29 volumes in three passes, about 19 hours."."""
    n_passes = len(plan.passes)
    hours = () if plan.hours is None else (", about ", strong(format_hours(plan.hours)))
    sentence = words(
        "Label ",
        strong(format_count(plan.n_slices, "slice")),
        " in ",
        strong(format_count(plan.n_volumes, "volume"), "diversity"),
        f" in {NUMBERS[n_passes]} {'pass' if n_passes == 1 else 'passes'}",
        *hours,
        ".",
    )
    return join([sentence, _say_filling(plan), _say_dropped(plan)])


def say_unpriced_hours(plan: Plan) -> Sentence:
    """Say where a plan's hours are unknown; nothing if they are known."""
    if plan.hours is not None:
        return ()
    strategy = plan.recommendation.strategy
    masks = "" if strategy is None else f" {title_of(strategy.virtues.proxy).lower()}"
    return words(f"How many hours masks{masks} take is not known.")


def say_passes(plan: Plan) -> Sentence:
    """Say what several passes are for, and what opening volumes again for them costs; nothing for one pass."""
    if len(plan.passes) < 2:
        return ()
    text = "Every volume is opened in the first pass; train and look after each."
    if plan.hours is None or not plan.reopening_hours:
        return words(text)
    again = format_hours(plan.reopening_hours)
    return words(f"{text} Opening volumes again for later passes comes on top: at most {again}.")


def say_pass(step: Pass, *, measure: EffortMeasure) -> tuple[Sentence, Sentence, Sentence]:
    """Say a pass: what it takes, how dense labels are then, and what to expect then.

    Returns
    -------
    tuple of Sentence
        "109 slices, 7 hours", "About every third slice then", "Expected Dice 0.79 (0.77–0.81)".
    """
    amount = [format_count(step.n_slices, "slice")]
    if step.hours is not None:
        amount.append(format_hours(step.hours))
    # A measure that counts volumes asks nothing more of a pass that opens none.
    if step.effort > 0:
        amount.append(measure.unit.say(step.effort))
    # Hours that are the effort are said once.
    return words(", ".join(dict.fromkeys(amount))), _say_density(step), _say_expectation(step)


def _say_density(step: Pass) -> Sentence:
    # Between every slice and every second one there is no rhythm to name, only a share.
    spacing = round(step.spacing) if step.spacing >= 1.5 else round(step.spacing, 2)
    slices = describe_slices(Virtues(diversity=1.0, completeness=1 / spacing, quality=1.0))
    return words("Every slice then" if slices == "every slice" else f"About {slices} then")


def _say_expectation(step: Pass) -> Sentence:
    if step.predicted_dice is None:
        return words("Nothing like this stop was measured")
    dice = strong(format_dice(step.predicted_dice))
    return words("Expected Dice ", dice, format_interval(step.low, step.high))


def _say_filling(plan: Plan) -> Sentence:
    if not plan.n_copied:
        return ()
    filled = strong(format_count(plan.n_copied, "more slice"), "quality")
    return words(filled, f" {'is' if plan.n_copied == 1 else 'are'} filled in and checked.")


def _say_dropped(plan: Plan) -> str:
    if not plan.n_dropped:
        return ""
    return f"{format_count(plan.n_dropped, 'slice')} of the strategy did not fit into the budget."
