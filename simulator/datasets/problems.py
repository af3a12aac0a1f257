"""What can be wrong with a data set, as values: what, where, what to do, and whether it stops a simulation.

Problems are collected before any training, shown by ``datasets inspect`` and the Data page, and those that stop a
simulation are raised as one `DatasetError` by whoever needs the data.
"""

from collections.abc import Sequence

from ..errors import DatasetError
from ..records import Frozen

__all__ = ["Problem", "VolumeError", "describe_problems", "raise_blocking"]


class Problem(Frozen):
    """One thing that is wrong.

    Parameters
    ----------
    volume : str or None
        Name of the volume; None where the data set as a whole is meant.
    what : str
        What is wrong, as plain text.
    what_to_do : str
        What to do about it; begins with "Nothing" where it is harmless.
    is_blocking : bool
        True if no simulation can be made with it.
    """

    volume: str | None
    what: str
    what_to_do: str
    is_blocking: bool


class VolumeError(DatasetError):
    """One volume cannot be read; carries the fault and the way out apart."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(f"{what}; {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do


def raise_blocking(name: str, problems: tuple[Problem, ...]) -> None:
    """Raise the first problem that stops a simulation, if there is one.

    Raises
    ------
    DatasetError
        One line: the data set, the volume, the fault, what to do, and how many more there are.
    """
    blocking = [problem for problem in problems if problem.is_blocking]
    if not blocking:
        return
    first = blocking[0]
    where = f"{name}, {first.volume}" if first.volume else name
    more = f" (and {len(blocking) - 1} more: see 'datasets inspect')" if len(blocking) > 1 else ""
    raise DatasetError(f"{where}: {first.what}; {first.what_to_do}{more}")


def describe_problems(problems: Sequence[Problem]) -> str:
    """Say how many problems there are, and whether a simulation can be made all the same."""
    if not problems:
        return "No problems found"
    n_blocking = sum(problem.is_blocking for problem in problems)
    ending = f"{n_blocking} must be mended first" if n_blocking else "none stops a simulation"
    return f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found, {ending}"
