"""From image files to volumes: channels that lie in files of their own are joined, and each volume gets one name."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path, PurePosixPath

from ...datasets.header import AFFINE_TOLERANCE_VOXELS, MAX_CHANNELS, VolumeHeader, distance
from ...datasets.layouts import plain
from ...datasets.layouts.files import split_ending

__all__ = ["is_series", "join_channels", "name_volumes"]

MAX_NAME = 200

MAX_CHANNELS_ALONE = 4
"""Most channels of a case that is the only one in its folder: more are volumes that are numbered."""

_CHANNEL = re.compile(r"(.+)_([0-9]{4})")


def join_channels(headers: Mapping[Path, VolumeHeader]) -> dict[Path, str]:
    """Find the files that stand for volumes: ``CASE_0000`` alone, where ``CASE_0001`` and so on are its channels.

    Names that are only numbered look the same. So files are channels where their numbers run from 0 without a gap, are
    few, and all of them lie on one grid; volumes that were cut to one grid may look so, and then there are more.

    Parameters
    ----------
    headers : mapping of Path to VolumeHeader
        In order of their paths.

    Returns
    -------
    dict of Path to str
        File → stem of the volume's name; of a series that is alone in its folder, the folder's.
    """
    cases: dict[tuple[Path, str], dict[int, Path]] = defaultdict(dict)
    for path in headers:
        match = _CHANNEL.fullmatch(_stem(path))
        if match:
            cases[path.parent, match[1]][int(match[2])] = path
    joined: dict[Path, str | None] = {}
    n_cases = Counter(folder for folder, _ in cases)
    for (folder, case), files in cases.items():
        most = MAX_CHANNELS if n_cases[folder] > 1 else MAX_CHANNELS_ALONE
        if _are_channels(files, headers, most=most):
            joined |= dict.fromkeys(files.values(), None) | {files[0]: case}
    n_series = Counter(path.parent for path in headers if is_series(path))
    stems = {
        path: path.parent.name
        if n_series[path.parent] == 1 and is_series(path)
        else joined.get(path, _stem(path))
        for path in headers
    }
    return {path: stem for path, stem in stems.items() if stem is not None}


def is_series(path: Path) -> bool:
    """Whether a file stands for a DICOM series: it has no ending of an image's."""
    return not split_ending(path.name)[1]


def name_volumes(stems: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    """Give each volume a name of its own: its stem, behind as many of its folders as tell it from others.

    Parameters
    ----------
    stems : mapping of PurePosixPath to str
        Path from the folder, of the file or of the folder of a series → stem.

    Returns
    -------
    dict of PurePosixPath to str
        Printable, each once.

    Examples
    --------
    >>> paths = [PurePosixPath(path) for path in ("a.nii", "x/b.nii", "y/b.nii")]
    >>> list(name_volumes({path: path.stem for path in paths}).values())
    ['a', 'x_b', 'y_b']
    """
    names = {path: _cut(stem) for path, stem in stems.items()}
    for depth in range(1, max((len(path.parts) for path in stems), default=1)):
        alike = _twice(names.values())
        for path, name in names.items():
            if name in alike:
                names[path] = _cut("_".join([*path.parent.parts[-depth:], stems[path]]))
    return dict(zip(names, _number(names.values()), strict=True))


def _number(names: Iterable[str]) -> Iterator[str]:
    """Tell names that are still alike from each other by a number."""
    taken: set[str] = set()
    for name in names:
        numbered = (f"{name[: MAX_NAME - 7]}_{i}" for i in count(2))
        taken.add(free := next(one for one in chain([name], numbered) if one not in taken))
        yield free


def _are_channels(files: Mapping[int, Path], headers: Mapping[Path, VolumeHeader], *, most: int) -> bool:
    if len(files) > most or sorted(files) != list(range(len(files))):
        return False
    first = headers[files[0]]
    return all(_is_alike(first, headers[path]) for path in files.values())


def _is_alike(first: VolumeHeader, other: VolumeHeader) -> bool:
    if first.shape != other.shape:
        return False
    return distance(first.shape, first.affine, other.affine)[1] <= AFFINE_TOLERANCE_VOXELS


def _twice(names: Iterable[str]) -> Sequence[str]:
    return [name for name, n in Counter(names).items() if n > 1]


def _cut(name: str) -> str:
    return plain(name)[:MAX_NAME].strip() or "volume"


def _stem(path: Path) -> str:
    return path.stem if is_series(path) else split_ending(path.name)[0]
