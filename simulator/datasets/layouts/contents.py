"""What every layout delivers: the files of each volume, and what the data set says about itself."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ...errors import DatasetError
from ..problems import Problem

__all__ = [
    "ENDINGS",
    "MAX_DESCRIPTION_BYTES",
    "Contents",
    "Layout",
    "VolumeFiles",
    "files_by_stem",
    "inside",
    "is_described_as",
    "plain",
    "read_description",
]

ENDINGS = (".nii.gz", ".nii")
"""Endings of the files that are read."""

MAX_DESCRIPTION_BYTES = 16 * 2**20
"""Largest ``dataset.json`` that is read."""


@dataclass(frozen=True, kw_only=True)
class VolumeFiles:
    """The files of one volume.

    Parameters
    ----------
    name : str
        File stem of the volume; for display on this machine only.
    images : tuple of Path
        One 3-D or 4-D file, or one file a channel.
    label : Path
    """

    name: str
    images: tuple[Path, ...]
    label: Path


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a data set's folder holds.

    Parameters
    ----------
    volumes : tuple of VolumeFiles
    title : str or None
        The name the data set gives itself.
    channels : tuple of str or None
        Names of the channels, such as "CT" or "T1w"; None where the layout does not tell.
    label_names : mapping of int to str or None
        Names of the label values above 0; None where the layout does not tell.
    ignored : int or None
        Label value of voxels that nobody labeled.
    problems : tuple of Problem
    """

    volumes: tuple[VolumeFiles, ...]
    title: str | None = None
    channels: tuple[str, ...] | None = None
    label_names: Mapping[int, str] | None = None
    ignored: int | None = None
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way for a data set to lie on disk.

    Parameters
    ----------
    name : str
    title : str
        As shown to people.
    listed : tuple of str
        Folders inside it whose files are found by name.
    needs : str
        What a folder must hold, for the message when none fits.
    is_layout : function of a folder
        True if the folder looks like this layout; reads as little as possible.
    read : function of a folder
        The contents; raises DatasetError where they cannot be made out.
    """

    name: str
    title: str
    listed: tuple[str, ...]
    needs: str
    is_layout: Callable[[Path], bool]
    read: Callable[[Path], Contents]


def plain(text: str) -> str:
    """Make a name from outside safe to store and print: valid Unicode in one line."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "?" for letter in valid)


def inside(folder: Path, named: str) -> Path:
    """Join a path that a data set names to its folder, which it must not leave.

    Raises
    ------
    DatasetError
        If the path is absolute or climbs out of the folder.
    """
    path = Path(os.path.normpath(folder / named))
    if "\0" in named or Path(os.path.normpath(folder)) not in path.parents:
        raise DatasetError(
            f"{folder.name}/dataset.json names {plain(named)!r}, which lies outside the data set's folder; "
            f"copy the file into the folder"
        )
    return path


def read_description(folder: Path) -> bytes:
    """Read ``dataset.json``, without a byte order mark.

    Raises
    ------
    DatasetError
        If it is larger than `MAX_DESCRIPTION_BYTES` or cannot be read.
    """
    path = folder / "dataset.json"
    try:
        with path.open("rb") as file:
            text = file.read(MAX_DESCRIPTION_BYTES + 1)
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read ({error.strerror}); check that the file is whole"
        ) from None
    if len(text) > MAX_DESCRIPTION_BYTES:
        raise DatasetError(f"{path} is larger than {MAX_DESCRIPTION_BYTES:,} bytes; is it the right file?")
    return text.removeprefix(b"\xef\xbb\xbf")


def is_described_as(folder: Path, mark: type[BaseModel]) -> bool:
    """Tell whether a folder has a ``dataset.json`` with the fields that mark a layout."""
    if not (folder / "dataset.json").is_file():
        return False
    try:
        mark.model_validate_json(read_description(folder))
    except ValidationError:
        return False
    return True


def files_by_stem(folder: Path, endings: tuple[str, ...] = ENDINGS) -> dict[str, Path]:
    """List the volumes of a folder, hidden files left out, in order of name."""
    return dict(sorted(_stems(folder, endings)))


def _stems(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for path in folder.iterdir():
        ending = next((ending for ending in endings if path.name.endswith(ending)), None)
        if ending and not path.name.startswith("."):
            yield path.name.removesuffix(ending), path
