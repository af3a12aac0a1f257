"""What an annotation tool gets: the files that open in it, in a folder of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ..visits import ProjectPlan
from .passing_over import OnPassedOver, pass_in_silence

__all__ = ["LEVEL", "Tool"]

LEVEL = 3
"""Of gzip: a map of few values comes out a little larger than at 6, and in less than half the time."""


class Write(Protocol):
    """Write a tool's files, one at a time: relative names with ``/``, and contents. Same plan, same bytes."""

    def __call__(
        self, plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence
    ) -> Iterator[tuple[str, bytes]]:
        """Call `on_passed_over` for each volume that gets no files, once it is reached."""
        ...


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One annotation tool.

    Parameters
    ----------
    name : str
        As on the command line.
    title : str
        As the pages say it.
    contents : str
        What lies in its folder, in a few words: "a mark on each planned slice, an empty segmentation".
    how : tuple of str
        What the annotator does, one sentence a step, for the instruction sheet.
    write : function of a ProjectPlan
        As `Write` says.
    bytes_a_volume, bytes_a_pixel : float, default=0
        What its files take in a zip, roughly: for each volume, and for each pixel of a planned slice. It is said before
        anything is written.
    """

    name: str
    title: str
    contents: str
    how: tuple[str, ...]
    write: Write
    bytes_a_volume: float = 0
    bytes_a_pixel: float = 0
