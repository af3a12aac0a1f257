"""What several data sets, or one trajectory, say of the paper: sentences on advice and on the order of the virtues."""

from ..analysis.frontier.advice import MAX_RANGES, QUESTIONS, Advice, same_ranges
from ..analysis.frontier.virtue_paths import VirtueOrder
from ..formats import DASH, JOINER, format_share

__all__ = ["describe_advice", "describe_order"]


def describe_advice(advice: Advice) -> str:
    """Say in one sentence at which budgets all data sets get the same advice, and in what they differ elsewhere."""
    who = "both data sets" if advice.n_datasets == 2 else f"all {advice.n_datasets} data sets"
    if not len(advice.budgets):
        return "No budget pays for something measured on every data set."
    if advice.is_same.all():
        first = format_share(float(advice.budgets[0]))
        return f"From {first} of the full effort on, {who} get the same advice at every budget."
    most = max(advice.differing, key=lambda name: advice.differing[name])
    why = f"mostly in {QUESTIONS[most]}" if _is_mixed(advice) else f"in {QUESTIONS[most]}"
    ranges = same_ranges(advice)
    if not ranges:
        return f"At no budget do {who} get the same advice: they differ {why}."
    if len(ranges) > MAX_RANGES:
        n_same, n = int(advice.is_same.sum()), len(advice.budgets)
        return (
            f"At {n_same} of {n} budgets, scattered from {format_share(ranges[0][0])} to "
            f"{format_share(ranges[-1][1])} of the full effort, {who} get the same advice; elsewhere they differ {why}."
        )
    listed = " and ".join(filter(None, [", ".join(map(_write_range, ranges[:-1])), _write_range(ranges[-1])]))
    return (
        f"With {listed} of the full effort, {who} get the same advice; with other budgets they differ {why}."
    )


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
        cheap combinations".
    """
    if len(order.compared) < 2:
        return "too few cheap combinations"
    if order.first is None:
        return "undecided"
    others = [name for name in order.compared if name != order.first]
    return f"{order.first} before {others[0]}" if order.left_out else f"{order.first} first"
