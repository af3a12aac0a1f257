"""Pictures of planned slices, for tools that open no volume.

A picture has the pixels of its slice, one for one, so that a mask drawn on it fits the array again; where pixels are
not square, `describe_pictures` says how large they are. It lies as radiologists look at it, which takes a transposition
and two flips, and is undone exactly.
"""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from PIL import Image

from ...datasets.header import VolumeHeader, times
from ...datasets.problems import VolumeError
from ...datasets.reading import decode, read_array
from ...records import LabVolume, Project
from ..images import require_image_header
from ..rhythm import still_to_draw
from ..visits import ProjectPlan, Visit
from .passing_over import LOOK_AGAIN, OnPassedOver, PassedOver, pass_in_silence
from .picture_names import map_stems, picture_name

__all__ = [
    "PictureTurn",
    "PicturedVolume",
    "SlicePicture",
    "describe_pictures",
    "draw_pictures",
    "find_picture_turn",
]

SOFT_TISSUE_HU = (-160.0, 240.0)
"""Level 40, width 400: the window that soft tissue is usually read in."""

PERCENTILES = (1.0, 99.5)
"""Black and white where values have no scale of their own; metal and flow artefacts lie beyond."""

N_SAMPLED = 2**22
"""Voxels that percentiles are taken of."""

USUAL_AXIS = 2

DOWN = {"S": "I", "I": "I", "A": "P", "P": "P"}
"""Direction of an array axis → where rows of a picture go on: down is inferior, else posterior."""

ACROSS = {"R": "L", "L": "L", "A": "P", "P": "P"}
"""The same for columns: the patient's right is on the left, else the front is."""


@dataclass(frozen=True, kw_only=True)
class PictureTurn:
    """How a slice of an array becomes a picture: transposed first, then flipped.

    Parameters
    ----------
    is_transposed : bool
    is_flipped_down, is_flipped_across : bool
        Whether rows, or columns, of the picture run against the array.
    """

    is_transposed: bool
    is_flipped_down: bool
    is_flipped_across: bool

    def to_picture(self, plane: np.ndarray) -> np.ndarray:
        """Turn a slice, an ndarray of shape (m, n), to a picture's rows and columns; returns a view."""
        return self._flip(plane.T if self.is_transposed else plane)

    def to_plane(self, picture: np.ndarray) -> np.ndarray:
        """Turn a picture, or a mask drawn on it, to the slice it was made of; returns a view."""
        flipped = self._flip(picture)
        return flipped.T if self.is_transposed else flipped

    def _flip(self, picture: np.ndarray) -> np.ndarray:
        down, across = (-1 if flipped else 1 for flipped in (self.is_flipped_down, self.is_flipped_across))
        return picture[::down, ::across]


@dataclass(frozen=True, kw_only=True, eq=False)
class PicturedVolume:
    """One volume whose slices are pictured.

    Parameters
    ----------
    visit : Visit
    header : VolumeHeader
        Of its image, as it lies in the file.
    axis : int
        Array axis across which it is sliced.
    turn : PictureTurn
    window : tuple of 2 float
        Values that are black and white.
    names : dict of str to int
        Picture → slice, counted from 0 along `axis` of the array in the file.
    """

    visit: Visit
    header: VolumeHeader
    axis: int
    turn: PictureTurn
    window: tuple[float, float]
    names: dict[str, int]

    @property
    def pixel_mm(self) -> tuple[float, float]:
        """Height and width of a pixel."""
        height, width = (mm for axis, mm in enumerate(self.header.spacing_mm) if axis != self.axis)
        return (width, height) if self.turn.is_transposed else (height, width)


@dataclass(frozen=True, kw_only=True, eq=False)
class SlicePicture:
    """One picture: its volume, the slice (counted from 0), its file's name, and the PNG (8 bit, gray)."""

    volume: PicturedVolume
    index: int
    name: str
    png: bytes


def find_picture_turn(orientation: str, *, axis: int) -> PictureTurn:
    """Find how slices are turned so that superior, else anterior, is up, and the patient's right, else front, left.

    Parameters
    ----------
    orientation : str
        Where the array axes point, as three letters (RAS+ codes).
    axis : int
        Array axis across which the volume is sliced.

    Examples
    --------
    >>> find_picture_turn("RAS", axis=2)
    PictureTurn(is_transposed=True, is_flipped_down=True, is_flipped_across=True)
    """
    first, second = (letter for place, letter in enumerate(orientation) if place != axis)
    # Left and right are always columns, superior and inferior always rows; one of the two is in every plane.
    is_transposed = first in "RL" or second in "SI"
    down, across = (second, first) if is_transposed else (first, second)
    return PictureTurn(
        is_transposed=is_transposed,
        is_flipped_down=DOWN[down] != down,
        is_flipped_across=ACROSS[across] != across,
    )


def draw_pictures(
    plan: ProjectPlan, on_passed_over: OnPassedOver = pass_in_silence
) -> Iterator[SlicePicture]:
    """Draw the planned slices of all volumes that have an image, visit by visit; one volume is in memory at a time.

    Parameters
    ----------
    plan : ProjectPlan
        Where a visit names no slices, every n-th over the whole axis is drawn.
    on_passed_over : function of a PassedOver, default does nothing
        Called for a volume whose image is not known, missing, damaged or outside the project's folder, or lacks a slice
        that is planned.

    Yields
    ------
    SlicePicture
    """
    project = plan.answer.project
    stems = map_stems(volume.name for volume in project.volumes)
    for visit in plan.visits:
        try:
            yield from _draw_volume(visit, project, stem=stems[visit.volume.name])
        except VolumeError as error:
            on_passed_over(PassedOver.of(visit.volume, error))


def describe_pictures(volumes: Iterable[PicturedVolume]) -> bytes:
    """Say of each picture which slice it is, and how a mask on it fits the array again; JSON."""
    facts = {
        "index_base": 0,
        "array": "axes in the order of the file: the first is the one that runs fastest",
        "turn": "picture = slice, transposed if is_transposed, then rows and columns flipped as said",
        "volumes": [_describe(volume) for volume in volumes],
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _describe(volume: PicturedVolume) -> dict[str, object]:
    return {
        "volume": volume.visit.volume.name,
        "file": _file_of(volume.visit.volume),
        "shape": list(volume.header.shape),
        "orientation": volume.header.orientation,
        "axis": volume.axis,
        **vars(volume.turn),
        "pixel_height_mm": volume.pixel_mm[0],
        "pixel_width_mm": volume.pixel_mm[1],
        "black": volume.window[0],
        "white": volume.window[1],
        "slices": volume.names,
    }


def _file_of(volume: LabVolume) -> str:
    """Name an image's file inside its folder: where that lies on the lab's machine is nobody else's business."""
    path = PurePath(volume.path)
    return path.name if path.is_absolute() else path.as_posix()


def _draw_volume(visit: Visit, project: Project, *, stem: str) -> Iterator[SlicePicture]:
    header = require_image_header(project, visit.volume)
    axis = _find_axis(visit.volume, header)
    indices = _find_slices(visit, n_slices=header.shape[axis])
    if not indices:
        return
    array = read_array(header)[..., 0]
    names = {picture_name(stem, index): index for index in indices}
    pictured = PicturedVolume(
        visit=visit,
        header=header,
        axis=axis,
        turn=find_picture_turn(header.orientation, axis=axis),
        window=SOFT_TISSUE_HU if project.modality == "CT" else _find_window(array, header),
        names=names,
    )
    for name, index in names.items():
        gray = _to_gray(decode(array.take(index, axis=axis), header), pictured.window)
        yield SlicePicture(
            volume=pictured, index=index, name=name, png=_encode(pictured.turn.to_picture(gray))
        )


def _find_axis(volume: LabVolume, header: VolumeHeader) -> int:
    """Take the axis that the project names; else the one with as many slices as it says, the usual one first."""
    axes = (USUAL_AXIS, 0, 1) if volume.axis is None else (volume.axis,)
    fitting = [axis for axis in axes if volume.n_slices in (None, header.shape[axis])]
    if not fitting:
        raise VolumeError(
            f"{volume.n_slices} slices along axis {axes[0]} expected, its image has {times(header.shape)} voxels",
            LOOK_AGAIN,
        )
    return fitting[0]


def _find_slices(visit: Visit, *, n_slices: int) -> tuple[int, ...]:
    """List the planned slices."""
    if visit.slices is None:
        return still_to_draw(visit.volume, 0, n_slices - 1, every=visit.every)
    if visit.slices and visit.slices[-1] >= n_slices:
        raise VolumeError(
            f"slice {visit.slices[-1]}, counted from 0, is planned, its image has {n_slices}",
            "correct first and last slice under My volumes",
        )
    return visit.slices


def _find_window(array: np.ndarray, header: VolumeHeader) -> tuple[float, float]:
    """Find black and white by percentiles of evenly spread voxels."""
    flat = array.reshape(-1, order="F")
    # An odd step, since sides are often powers of two, and whole columns would be left out.
    step = (flat.size // N_SAMPLED) | 1
    values = decode(flat[::step], header)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = np.percentile(values, PERCENTILES).tolist()
    return low, high


def _to_gray(values: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    low, high = window
    share = (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) / (high - low or 1.0)
    return np.asarray(np.round(255 * np.clip(share, 0, 1)), dtype=np.uint8)


def _encode(gray: np.ndarray) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(gray)).save(written, format="PNG")
    return written.getvalue()
