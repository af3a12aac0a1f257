"""Files in a data set's folder that no volume uses: each is named, and a second file for one volume stops."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from ..problems import Problem
from .contents import Contents, plain
from .files import split_ending

__all__ = ["find_unused"]

MAX_FILES = 200_000
"""Most files that are looked at."""

_PAPERS = re.compile(
    r"(licen[cs]e|readme|notice|changelog|citation|authors|makefile|dockerfile)"
    r"|.*\.(json|txt|md|rst|csv|tsv|xlsx?|docx?|pdf|html|xml|ya?ml|toml|ini|cfg|log|py|sh|db)"
)
_VOXELS_OF_A_HEADER = (".raw", ".zraw", ".raw.gz")
_N_SHOWN = 5
_N_FOLDERS = 5


def find_unused(folder: Path, contents: Contents, *, listed: Iterable[str]) -> tuple[Problem, ...]:
    """Name every file that no volume uses; papers, such as tables and licences, and hidden files are none.

    Parameters
    ----------
    folder : Path
    contents : Contents
        What was found in it.
    listed : iterable of str
        Patterns of folders inside it that are looked into even where they are links.

    Returns
    -------
    tuple of Problem
    """
    used = {path for files in contents.volumes for path in files.paths}
    stems = {(path.parent, split_ending(path.name)[0]): path for path in used}
    found = list(islice(_walk(folder, listed), MAX_FILES + 1))
    unused = [
        path
        for path in found[:MAX_FILES]
        if path not in used
        and path not in contents.named
        and not _is_paper(path)
        and not _is_part(path, stems)
    ]
    twins = {path: stems[key] for path in unused if (key := _key(path)) in stems}
    rest = [path for path in unused if path not in twins]
    stops = (_stop(path, twin) for path, twin in twins.items())
    return (*stops, *_name(folder, rest), *_say_more(is_cut=len(found) > MAX_FILES))


def _walk(folder: Path, listed: Iterable[str]) -> Iterator[Path]:
    links = [path for pattern in listed for path in sorted(folder.glob(pattern)) if path.is_symlink()]
    for top in (folder, *filter(Path.is_dir, links)):
        for place, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _key(path: Path) -> tuple[Path, str] | None:
    stem, ending = split_ending(path.name)
    return (path.parent, stem) if ending else None


def _is_paper(path: Path) -> bool:
    return _PAPERS.fullmatch(path.name.lower()) is not None


def _is_part(path: Path, stems: dict[tuple[Path, str], Path]) -> bool:
    """Tell whether a file holds the voxels of a header that is used."""
    stem, ending = split_ending(path.name, _VOXELS_OF_A_HEADER)
    header = stems.get((path.parent, stem))
    return bool(ending) and header is not None and header.suffix.lower() in (".mhd", ".nhdr")


def _stop(path: Path, twin: Path) -> Problem:
    first, second = sorted((plain(path.name), plain(twin.name)))
    return Problem(
        volume=plain(split_ending(twin.name)[0]),
        what=f"{plain(twin.parent.name)} has two files for one volume, {first} and {second}",
        what_to_do="Keep the right one, and move the other out of the data set's folder",
        is_blocking=True,
    )


def _say_more(*, is_cut: bool) -> Iterator[Problem]:
    if is_cut:
        yield Problem(
            volume=None,
            what=f"the folder holds more than {MAX_FILES:,} files, of which the rest was not looked at",
            what_to_do="Move the data set to a folder of its own, so that each file that is not used can be named",
            is_blocking=False,
        )


def _name(folder: Path, unused: list[Path]) -> Iterator[Problem]:
    """Name files folder by folder, or all at once where they lie in many."""
    places: dict[Path, list[Path]] = defaultdict(list)
    for path in unused:
        places[path.parent].append(path)
    for paths in places.values() if len(places) <= _N_FOLDERS else [unused]:
        shown = ", ".join(plain(os.path.relpath(path, folder)) for path in paths[:_N_SHOWN])
        more = f" and {len(paths) - _N_SHOWN:,} more" if len(paths) > _N_SHOWN else ""
        yield Problem(
            volume=None,
            what=f"{len(paths):,} file{'s are' if len(paths) > 1 else ' is'} not used: {shown}{more}",
            what_to_do="Nothing if that is meant; else lay them out as the others",
            is_blocking=False,
        )
