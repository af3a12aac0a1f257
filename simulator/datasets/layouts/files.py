"""Files of volumes, by stem and by the paths that a data set names."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import product, takewhile
from pathlib import Path, PurePosixPath

from ...errors import DatasetError
from ..problems import Problem
from .contents import ENDINGS, plain

__all__ = [
    "as_on_disk",
    "files_by_stem",
    "find_channels",
    "find_named",
    "find_subjects",
    "note_paths",
    "split_ending",
]

MAX_CHANNELS = 16
"""Most channels in files of their own."""

_DRIVE = re.compile(r"[A-Za-z]:/|/")
_N_TAILS = 8  # of a path of another machine, no more than its last parts are looked for here


def split_ending(name: str, endings: Iterable[str] = ENDINGS) -> tuple[str, str]:
    """Split a file's name into stem and ending, the longest that fits, in small or capital letters.

    Examples
    --------
    >>> split_ending("case.NII.GZ"), split_ending("notes.txt")
    (('case', '.NII.GZ'), ('notes.txt', ''))
    """
    for ending in sorted(endings, key=len, reverse=True):
        if name.lower().endswith(ending):
            return name[: -len(ending)], name[-len(ending) :]
    return name, ""


def files_by_stem(folder: Path, endings: Iterable[str] = ENDINGS) -> dict[str, Path]:
    """List the volumes of a folder, hidden files left out, in order of name; of two with one stem, the first.

    The second one is named by `find_unused`, which stops.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        stem, ending = split_ending(path.name, endings)
        if ending and not path.name.startswith("."):
            found.setdefault(stem, path)
    return dict(sorted(found.items()))


def find_channels(image: Path) -> tuple[Path, ...]:
    """Find the files of an image: the file itself, or ``CASE_0000``, ``CASE_0001`` … beside it, one a channel."""
    stem, ending = split_ending(image.name)
    if _is_file(image):
        return (image,)
    channels = (as_on_disk(image.with_name(f"{stem}_{i:04d}{ending}")) for i in range(MAX_CHANNELS))
    return tuple(takewhile(_is_file, channels)) or (image,)


def as_on_disk(path: Path) -> Path:
    """Find a file whose ending may be spelled in other letters than it is named; the path as named if there is none."""
    path = Path(os.path.normpath(path))
    stem, ending = split_ending(path.name)
    if _is_file(path) or not ending:
        return path
    parts = [(f".{part.lower()}", f".{part.upper()}") for part in ending.split(".")[1:]]
    spelled = [path.with_name(stem + "".join(spelling)) for spelling in product(*parts)]
    return next(filter(_is_file, spelled), path)


def find_subjects(folder: Path) -> Iterator[Path]:
    """List the folders inside a folder, hidden ones left out, in order of name."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            yield path


def find_named(folder: Path, named: str, *, home: str) -> Path:
    """Find the file that a data set names by a path, which must lie inside the data set's folder.

    A path may be written with backslashes, and one of another machine may be absolute, if what it ends in is there.

    Parameters
    ----------
    folder : Path
    named : str
    home : str
        Folder inside it where such files usually lie.

    Returns
    -------
    Path
        Inside the folder; the file may be missing.

    Raises
    ------
    DatasetError
        If the path climbs out of the folder, or is absolute and nothing like it is there.
    """
    for path in _candidates(folder, named, home):
        if _is_inside(folder, path):
            return as_on_disk(path)
    raise DatasetError(
        f"{folder.name}/dataset.json names {plain(named)!r}, which lies outside the data set's folder; "
        f"copy the file into the folder"
    )


def note_paths(folder: Path, taken: Iterable[tuple[str, Path]]) -> tuple[Problem, ...]:
    """Say which paths that a data set names were not taken as they stand.

    Parameters
    ----------
    folder : Path
    taken : iterable of (str, Path)
        The path as it is named, and the file that was taken.
    """
    other = [(named, path) for named, path in taken if Path(os.path.normpath(folder / named)) != path]
    if not other:
        return ()
    named, path = other[0]
    return (
        Problem(
            volume=None,
            what=f"{len(other)} paths in dataset.json are not spelled as the files are "
            f"(first: {plain(named)}, taken as {plain(os.path.relpath(path, folder))})",
            what_to_do="Nothing if these are the files that are meant",
            is_blocking=False,
        ),
    )


def _candidates(folder: Path, named: str, home: str) -> Iterator[Path]:
    """Say where a named file may be: as it stands, with slashes for backslashes, by the end of an absolute path."""
    if "\0" in named:
        return
    literal, slashed = folder / named, named.replace("\\", "/")
    if _is_file(literal) or not _DRIVE.match(slashed):
        yield literal if _is_file(literal) else folder / slashed
        return
    if slashed.startswith("/") and _is_inside(folder, Path(slashed)):
        yield Path(slashed)
    parts = [part for part in PurePosixPath(slashed).parts[1:] if part != ".."]
    tails = [folder.joinpath(*parts[start:]) for start in range(max(0, len(parts) - _N_TAILS), len(parts))]
    yield from filter(_is_file, [*tails, *(folder / home / part for part in parts[-1:])])


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # a name that is longer than a file's can be
        return path.is_file()
    return False


def _is_inside(folder: Path, path: Path) -> bool:
    return Path(os.path.normpath(folder)) in Path(os.path.normpath(path)).parents
