"""The words for plans that pages and command line share: plain text."""

from ..effort import MEASURES
from ..formats import format_count, format_dice, format_hours, format_interval
from ..planning.values import Pass, Plan
from ..virtues import title_of

__all__ = ["describe_filling", "describe_hours", "describe_pass", "describe_passes", "describe_plan"]

NUMBERS = ("no", "one", "two", "three")


def describe_plan(plan: Plan) -> str:
    """Say a plan in two sentences: "Draw 309 slices in 29 volumes in three passes, about 19 hours. …"."""
    n_passes = len(plan.passes)
    text = (
        f"Draw {format_count(plan.n_slices, 'slice')} in {format_count(plan.n_volumes, 'volume')} in "
        f"{NUMBERS[n_passes]} {'pass' if n_passes == 1 else 'passes'}{describe_hours(plan)}."
    )
    if n_passes > 1:
        text += f" {describe_passes(plan)}"
    text += describe_filling(plan)
    if plan.n_dropped:
        text += f" {format_count(plan.n_dropped, 'slice')} of the strategy did not fit into the budget."
    return text


def describe_passes(plan: Plan) -> str:
    """Say what several passes are for, and what opening volumes again for them costs."""
    text = "Every volume is opened in the first pass; train and look after each."
    if plan.hours is None or not plan.reopening_hours:
        return text
    again = format_hours(plan.reopening_hours)
    return f"{text} Opening volumes again for later passes comes on top: at most {again}."


def describe_filling(plan: Plan, *, mark: str = "{}") -> str:
    """Say how many slices are filled in, as a further sentence; "" if none. `mark` takes the number."""
    if not plan.n_copied:
        return ""
    verb = "is" if plan.n_copied == 1 else "are"
    return f" {mark.format(format_count(plan.n_copied, 'more slice'))} {verb} filled in and checked."


def describe_hours(plan: Plan, *, bold: str = "") -> str:
    """Say how long a plan takes, as the end of a sentence: ", about 19 hours"; `bold` stands around the number."""
    strategy = plan.recommendation.strategy
    if plan.hours is None:
        masks = "" if strategy is None else f" {title_of(strategy.virtues.proxy).lower()}"
        return f"; how many hours masks{masks} take is not known"
    return f", about {bold}{format_hours(plan.hours)}{bold}"


def describe_pass(step: Pass, *, effort: str) -> str:
    """Say a pass: "109 slices, 7 hours, 30 % of the full effort; then expect Dice 0.79 (0.77–0.81)".

    Parameters
    ----------
    step : Pass
    effort : str
        Name of the measure.

    Returns
    -------
    str
    """
    parts = [format_count(step.n_slices, "slice")]
    if step.hours is not None:
        parts.append(format_hours(step.hours))
    # A measure that counts volumes asks nothing more of a pass that opens none.
    if step.effort > 0:
        parts.append(MEASURES[effort].unit.say(step.effort))
    # Hours that are the effort are said once.
    text = ", ".join(dict.fromkeys(parts))
    if step.predicted_dice is None:
        return f"{text}; nothing like this stop was measured"
    interval = format_interval(step.low, step.high)
    return f"{text}; then expect Dice {format_dice(step.predicted_dice)}{interval}"
