"""What an annotation tool gets: the files that open in it, in a folder of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..visits import ProjectPlan

__all__ = ["LEVEL", "Tool"]

LEVEL = 3
"""Of gzip: a map of few values comes out a little larger than at 6, and in less than half the time."""


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
    write : callable
        ``(plan) -> iterator of (str, bytes)``: relative names with ``/``, and contents, one file at a time. Volumes
        without an image in a file (`simulator.planning.images`) are passed over. Same plan, same bytes.
    """

    name: str
    title: str
    contents: str
    how: tuple[str, ...]
    write: Callable[[ProjectPlan], Iterator[tuple[str, bytes]]]
