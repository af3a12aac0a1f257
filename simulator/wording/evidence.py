"""What several data sets, or one trajectory, say of the paper: sentences on advice and on the order of the virtues."""

from ..analysis.frontier.advice import MAX_RANGES, QUESTIONS, Advice, same_ranges
from ..analysis.frontier.virtue_paths import VirtueOrder
from ..effort import EffortMeasure
from ..formats import DASH, JOINER, format_share
from .spans import Sentence, Span, Virtue, words

__all__ = ["describe_cost", "describe_order", "say_advice"]

VIRTUES: tuple[Virtue, ...] = ("diversity", "completeness", "quality")


def say_advice(advice: Advice) -> Sentence:
    """Say in one sentence at which budgets all data sets get the same advice, and in what they differ elsewhere."""
    who = "both data sets" if advice.n_datasets == 2 else f"all {advice.n_datasets} data sets"
    if not len(advice.budgets):
        return words("No budget pays for something measured on every data set.")
    if advice.is_same.all():
        first = format_share(float(advice.budgets[0]))
        return words(f"From {first} of the full effort on, {who} get the same advice at every budget.")
    most: Virtue = max(VIRTUES, key=lambda name: advice.differing[name])
    why = words("mostly in " if _is_mixed(advice) else "in ", Span(QUESTIONS[most], most), ".")
    ranges = same_ranges(advice)
    if not ranges:
        return words(f"At no budget do {who} get the same advice: they differ ", why)
    if len(ranges) > MAX_RANGES:
        n_same, n = int(advice.is_same.sum()), len(advice.budgets)
        return words(
            f"At {n_same} of {n} budgets, scattered from {format_share(ranges[0][0])} to "
            f"{format_share(ranges[-1][1])} of the full effort, {who} get the same advice; elsewhere they differ ",
            why,
        )
    listed = " and ".join(filter(None, [", ".join(map(_write_range, ranges[:-1])), _write_range(ranges[-1])]))
    return words(
        f"With {listed} of the full effort, {who} get the same advice; with other budgets they differ ", why
    )


def describe_cost(effort: float | None, *, share: float, measure: EffortMeasure) -> str:
    """Say what a share of full performance costs, as a chart's title; the question where that is unknown.

    Parameters
    ----------
    effort : float or None
        The least that reaches it.
    share : float
    measure : EffortMeasure

    Returns
    -------
    str
        "95 % of full performance costs 2.1 hours", or "What does more effort give?".
    """
    if effort is None:
        return "What does more effort give?"
    return f"{format_share(share)} of full performance costs {measure.unit.say(effort)}"


def _is_mixed(advice: Advice) -> bool:
    return sum(number > 0 for number in advice.differing.values()) > 1


def _write_range(ends: tuple[float, float]) -> str:
    low, high = ends
    return format_share(high) if low == high else f"{100 * low:.0f}{JOINER}{DASH}{JOINER}{format_share(high)}"


def describe_order(order: VirtueOrder) -> str:
    """Say which virtue comes first, in at most 34 characters.

    Returns
    -------
    str
        "quality first", "diversity before completeness" where the third one was left out, "undecided", or "too few
        cheap configurations".
    """
    if len(order.compared) < 2:
        return "too few cheap configurations"
    if order.first is None:
        return "undecided"
    others = [name for name in order.compared if name != order.first]
    return f"{order.first} before {others[0]}" if order.left_out else f"{order.first} first"
