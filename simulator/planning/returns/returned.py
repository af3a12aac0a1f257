"""What was read of what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..time_log import TimeRow

__all__ = ["Returned", "TimedSlice"]


@dataclass(frozen=True, kw_only=True)
class TimedSlice:
    """What one slice took, as a tool measured it.

    Parameters
    ----------
    volume : str
    slice_index : int
    seconds : float
    annotator : str, default=""
    """

    volume: str
    slice_index: int
    seconds: float
    annotator: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What was read of what came back.

    Parameters
    ----------
    labeled : mapping of str to tuple of int
        Volume's name → its slices that are labeled, counted from 0, ascending.
    done : tuple of str, default=()
        Volumes that were ticked off: their slices in `labeled` are the planned ones, and none stand there where nobody
        knows which were planned.
    seconds : tuple of TimedSlice, default=()
    visits : tuple of TimeRow, default=()
        What whole visits took, where somebody wrote that down.
    hours : float or None, default=None
        Spent on all of it, where somebody wrote that down.
    spans : mapping of str to (int, int), default={}
        Volume's name → first and last slice of the structure, where the annotator found it.
    notes : tuple of str, default=()
        What was passed over, to be said.
    """

    labeled: Mapping[str, tuple[int, ...]]
    done: tuple[str, ...] = ()
    seconds: tuple[TimedSlice, ...] = ()
    visits: tuple[TimeRow, ...] = ()
    hours: float | None = None
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
