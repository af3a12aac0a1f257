"""What every layout keeps to: a suite that a layout of one's own can be checked with, too."""

from pathlib import Path

from .layouts import LAYOUTS, Layout, plain
from .problems import Problem

__all__ = ["check_layout"]


def check_layout(layout: Layout, folder: Path, *, empty: Path) -> None:
    """Check a layout: its folder is recognised, what is read is there, what is wrong is named.

    Parameters
    ----------
    layout : Layout
    folder : Path
        A data set that lies so, with at least one volume and no blocking fault.
    empty : Path
        An empty folder.

    Raises
    ------
    AssertionError
        With what was broken.
    """
    assert layout.name == plain(layout.name).strip(), "a name is printable"
    assert layout.title, "a title is shown"
    assert layout.needs, "what a folder needs is said where none fits"
    assert layout.is_layout(folder), "the folder is recognised"
    assert not layout.is_layout(empty), "an empty folder is no data set"
    others = [other.name for other in LAYOUTS if other.name != layout.name and other.is_layout(folder)]
    assert not others, f"the folder is taken for {others} as well"
    before = _list(folder)
    contents = layout.read(folder)
    assert _list(folder) == before, "reading changes nothing"
    assert contents.volumes, "there are volumes"
    names = [volume.name for volume in contents.volumes]
    assert len(set(names)) == len(names), "volumes have names of their own"
    for volume in contents.volumes:
        assert volume.name == plain(volume.name), "a name is printable"
        for path in volume.paths:
            assert path.is_file(), f"{path} of {volume.name} is there"
    for problem in contents.problems:
        _check_problem(problem)
    assert not any(problem.is_blocking for problem in contents.problems), "the folder is a right one"


def _check_problem(problem: Problem) -> None:
    for text in (problem.what, problem.what_to_do):
        assert text, "a problem says what is wrong and what to do"
        assert text.isprintable(), "a problem is one printable line"


def _list(folder: Path) -> dict[Path, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        facts = path.stat()
        found[path] = (facts.st_size, facts.st_mtime_ns)
    return found
