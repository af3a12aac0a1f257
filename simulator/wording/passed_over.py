"""What is said of volumes that a tool gets no files for."""

from collections.abc import Sequence

from ..planning.tools import PassedOver

__all__ = ["say_passed_over"]

MOST_NAMED = 8
"""Volumes that one line names."""

MOST_LINES = 40
"""On a page that is printed."""


def say_passed_over(passed_over: Sequence[PassedOver]) -> list[str]:
    """Name volumes with why and what to do, those of one reason in one line.

    Returns
    -------
    list of str
        "CT_1 and CT_2: where its image lies is not known; give the folder of images under My volumes."
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for one in passed_over:
        alike.setdefault((one.why, one.what_to_do), []).append(one.volume.name)
    lines = [f"{_name(names)}: {why}; {what_to_do}." for (why, what_to_do), names in alike.items()]
    n_more = len(lines) - MOST_LINES
    return lines if n_more <= 0 else [*lines[:MOST_LINES], f"{n_more:,} more have other faults of this kind."]


def _name(names: Sequence[str]) -> str:
    n_more = len(names) - MOST_NAMED
    return ", ".join(names) if n_more <= 0 else f"{', '.join(names[:MOST_NAMED])} and {n_more:,} more"
