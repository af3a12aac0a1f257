"""What 3D Slicer says of a segmentation in its file: where a crop lies, and which values are which segment.

The fields are described in its developer guide ("Segmentations file format"). Segments that overlap lie in layers of
their own, as a fourth axis; files of before 2020 name no layers, and each segment has one.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...datasets.itk import read_itk_fields
from ...datasets.problems import VolumeError

__all__ = ["ENDING", "Segment", "Segmentation", "find_drawn", "read_segmentation"]

ENDING = ".seg.nrrd"

MOST_NAMED = 4
LONGEST_NAME = 40
"""Segments, and characters of each, that an error names."""

_FIELD = re.compile(r"Segment(\d{1,4})_(Name|Layer|LabelValue)")
_OFFSET = "Segmentation_ReferenceImageExtentOffset"
_AGAIN = "save it again in 3D Slicer"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A structure, and where its voxels are: in `layer` those of `value`."""

    name: str
    layer: int
    value: int


@dataclass(frozen=True, kw_only=True)
class Segmentation:
    """What a file says.

    Parameters
    ----------
    offset : tuple of 3 int
        Voxel of the image at which the file's first one lies: it may be cropped.
    segments : tuple of Segment
        None where the file names none.
    """

    offset: tuple[int, ...]
    segments: tuple[Segment, ...]


def read_segmentation(path: Path) -> Segmentation | None:
    """Read what a file of 3D Slicer says of its segments; None of any other.

    Raises
    ------
    VolumeError
        If it is damaged, or a field that is a number is none.
    """
    if not path.name.lower().endswith(ENDING):
        return None
    fields = read_itk_fields(path)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for name, value in fields.items():
        if match := _FIELD.fullmatch(name):
            found[int(match[1])][match[2]] = value
    offset = _read_numbers(path, _OFFSET, fields.get(_OFFSET, "0 0 0"), n=3)
    return Segmentation(
        offset=offset,
        segments=tuple(_make_segment(path, number, found[number]) for number in sorted(found)),
    )


def find_drawn(array: np.ndarray, segmentation: Segmentation, *, structure: str) -> np.ndarray:
    """Find the voxels of the structure.

    Parameters
    ----------
    array : ndarray of shape (x, y, z, n_layers)
    segmentation : Segmentation
    structure : str
        As the project names it; a segment that is the only one may have any name.

    Returns
    -------
    ndarray of shape (x, y, z), dtype bool

    Raises
    ------
    VolumeError
        If no segment, or more than one, can be meant, or a layer is not there.
    """
    segments = segmentation.segments
    if not segments:
        return np.asarray(array[..., 0] != 0)
    named = [one for one in segments if one.name.strip().casefold() == structure.casefold()]
    meant = segments if len(segments) == 1 else named
    if len(meant) != 1:
        raise VolumeError(
            f"it holds {len(segments)} segments ({_name(segments)}), {len(meant) or 'none'} of them named {structure}",
            f"name the one that is meant {structure}",
        )
    (segment,) = meant
    if not 0 <= segment.layer < array.shape[3]:
        raise VolumeError(f"its segment {_name(meant)} lies in a layer that is not there", _AGAIN)
    return np.asarray(array[..., segment.layer] == segment.value)


def _make_segment(path: Path, number: int, fields: dict[str, str]) -> Segment:
    (layer,) = _read_numbers(path, f"Segment{number}_Layer", fields.get("Layer", str(number)), n=1)
    (value,) = _read_numbers(path, f"Segment{number}_LabelValue", fields.get("LabelValue", "1"), n=1)
    return Segment(name=fields.get("Name", ""), layer=layer, value=value)


def _read_numbers(path: Path, name: str, value: str, *, n: int) -> tuple[int, ...]:
    if not re.fullmatch(r"(\s*-?\d{1,9}\s*)" + r"(\s-?\d{1,9}\s*)" * (n - 1), value):
        what = "a whole number" if n == 1 else f"{n} whole numbers"
        raise VolumeError(f"{path.name} has {value[:LONGEST_NAME]!r} for {name}, expected {what}", _AGAIN)
    return tuple(map(int, value.split()))


def _name(segments: Sequence[Segment]) -> str:
    names = [one.name[:LONGEST_NAME] or "without a name" for one in segments[:MOST_NAMED]]
    return ", ".join(names) + (" and more" if len(segments) > MOST_NAMED else "")
