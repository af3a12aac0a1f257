"""One volume seen once: its identity, its labels and what is wrong with it.

A scan decodes image and label map one after the other, computes everything about them that does not depend on the
slicing axis, the chosen labels or the rest of the data set, and is small enough to be remembered.
"""

import hashlib
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from ..records import MAX_LABEL, Count, Frozen, Hex64, VolumeId
from .layouts import VolumeFiles
from .problems import Problem, VolumeError
from .reading import MAX_SIDE, VolumeHeader, decode, iterate_blocks, read_array, read_header
from .runs import Runs, check_runs, runs_of_slices, slices_of_runs

__all__ = ["LabelScan", "VolumeScan", "scan_volume"]

MAX_N_LABELS = 512
"""Most label values in one volume."""

AFFINE_TOLERANCE_VOXELS = 0.1
"""Image and mask may lie this far apart."""


class LabelScan(Frozen):
    """One label value in one volume.

    Parameters
    ----------
    value : int
        Above 0.
    n_voxels : int
    runs : tuple of 3 tuples of (first, last)
        For each array axis, the runs of slices on which the value occurs.
    """

    value: Annotated[int, Field(ge=1, le=MAX_LABEL)]
    n_voxels: Count
    runs: tuple[Runs, Runs, Runs]

    def slices(self, axis: int) -> np.ndarray:
        """Find the slices across `axis` on which the value occurs: indices, ascending, dtype int64."""
        return slices_of_runs(self.runs[axis])


class VolumeScan(Frozen):
    """What one look at a volume found.

    Parameters
    ----------
    id : str or None
        First 12 hex digits of the SHA-256 over decoded image voxels and affine; None if it cannot be read.
    label_digest : str or None
        SHA-256 (hex) over the label voxels.
    shape : tuple of int
        Voxels along the three array axes; empty if unknown.
    n_channels : int
    spacing_mm : tuple of float
    orientation : str
        Where each array axis points (RAS+ codes), such as "RAS".
    minimum, maximum : float
        Of the decoded image.
    labels : tuple of LabelScan
        In order of value.
    problems : tuple of Problem
    """

    id: VolumeId | None = None
    label_digest: Hex64 | None = None
    shape: tuple[Annotated[int, Field(ge=1, le=MAX_SIDE)], ...] = ()
    n_channels: int = 0
    spacing_mm: tuple[float, ...] = ()
    orientation: Annotated[str, Field(pattern=r"^([RLAPSI]{3})?$")] = ""
    minimum: float = 0.0
    maximum: float = 0.0
    labels: tuple[LabelScan, ...] = ()
    problems: tuple[Problem, ...] = ()

    @model_validator(mode="after")
    def _labels_lie_inside(self) -> Self:
        for label in self.labels:
            for runs, n_slices in zip(label.runs, self.shape, strict=True):
                check_runs(runs, n_slices=n_slices)
        return self

    def labeled(self, *, axis: int, labels: tuple[int, ...]) -> np.ndarray:
        """Find the slices across `axis` on which one of `labels` occurs: indices, ascending, dtype int64."""
        found = [label.slices(axis) for label in self.labels if label.value in labels]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    def runs_of(self, *, axis: int, labels: tuple[int, ...]) -> tuple[Runs, ...]:
        """Find, for each of `labels`, the runs (first, last) of slices across `axis` on which it occurs."""
        runs = {label.value: label.runs[axis] for label in self.labels}
        return tuple(runs.get(label, ()) for label in labels)


def scan_volume(files: VolumeFiles) -> VolumeScan:
    """Look at one volume.

    Parameters
    ----------
    files : VolumeFiles

    Returns
    -------
    VolumeScan
        With a blocking problem, and without id, where the volume cannot be read.
    """
    try:
        images = [read_header(path) for path in files.images]
        label = read_header(files.label)
        problems = _compare_headers(images, label)
        identity, low, high = _scan_image(images)
        digest, labels, label_problems = _scan_label(label)
    except VolumeError as error:
        return VolumeScan(problems=(_problem(files, error.what, error.what_to_do, is_blocking=True),))
    if low == high:
        problems.append(
            (f"every voxel of the image is {low:g}", "Look at the file: nothing can be seen in it")
        )
    return VolumeScan(
        id=identity,
        label_digest=digest,
        shape=images[0].shape,
        n_channels=sum(header.n_channels for header in images),
        spacing_mm=images[0].spacing_mm,
        orientation=images[0].orientation,
        minimum=low,
        maximum=high,
        labels=labels,
        problems=tuple(
            _problem(files, what, what_to_do, is_blocking=False)
            for what, what_to_do in [*problems, *label_problems]
        ),
    )


def _problem(files: VolumeFiles, what: str, what_to_do: str, *, is_blocking: bool) -> Problem:
    return Problem(volume=files.name, what=what, what_to_do=what_to_do, is_blocking=is_blocking)


def _compare_headers(images: list[VolumeHeader], label: VolumeHeader) -> list[tuple[str, str]]:
    """Check that all files of a volume lie on one grid."""
    first = images[0]
    for header in images[1:]:
        if header.shape != first.shape:
            raise VolumeError(
                f"{header.path.name} has {_times(header.shape)} voxels, {first.path.name} {_times(first.shape)}",
                "resample the channels to one grid",
            )
    if label.n_channels != 1:
        raise VolumeError(
            f"the label map {label.path.name} has {label.n_channels} channels, expected 1",
            "join them to one 3-D map",
        )
    if label.shape != first.shape:
        raise VolumeError(
            f"the image has {_times(first.shape)} voxels, its mask {_times(label.shape)}",
            "resample the mask to the image's grid",
        )
    distance_mm, distance_voxels = _distance(first, label)
    if distance_voxels > AFFINE_TOLERANCE_VOXELS:
        raise VolumeError(
            f"mask and image differ by {distance_mm:.2g} mm in their affines",
            "correct the mask's affine, or resample it to the image's grid",
        )
    if distance_voxels > AFFINE_TOLERANCE_VOXELS / 100:
        return [
            (
                f"mask and image differ by {distance_mm:.2g} mm in their affines",
                "Nothing: below a tenth of a voxel",
            )
        ]
    return []


def _distance(image: VolumeHeader, label: VolumeHeader) -> tuple[float, float]:
    """How far apart two grids of one shape lie at their farthest corner, in millimetres and in voxels."""
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in image.shape])).reshape(3, -1)
    difference = (label.affine - image.affine) @ np.vstack([corners, np.ones(corners.shape[1])])
    voxels = np.linalg.solve(image.affine[:3, :3], difference[:3])
    return float(np.linalg.norm(difference[:3], axis=0).max()), float(np.abs(voxels).max())


def _scan_image(headers: list[VolumeHeader]) -> tuple[str, float, float]:
    """Compute the volume id, and the range of the image's values.

    Values are hashed as 32-bit floating numbers in file order, channel after channel, and affines to a tenth of a
    micrometre: so a volume stays the same when it is compressed, renamed, stored in another type of number, or its
    channels are stored in files of their own.
    """
    shape = (*headers[0].shape, sum(header.n_channels for header in headers))
    digest = hashlib.sha256(np.array(shape, dtype="<i8").tobytes())
    digest.update((headers[0].affine.round(4) + 0.0).astype("<f8").tobytes())
    low, high = np.inf, -np.inf
    for header in headers:
        n_bad = 0
        for block in iterate_blocks(read_array(header), header):
            with np.errstate(over="ignore"):
                values = (block + 0.0).astype("<f4")  # minus zero is zero
            n_bad += values.size - int(np.count_nonzero(np.isfinite(values)))
            digest.update(values.tobytes())
            low, high = min(low, float(values.min())), max(high, float(values.max()))
        if n_bad:
            raise VolumeError(
                f"{header.path.name} has {n_bad:,} voxels that are NaN or infinite",
                "replace them by the value of air or background",
            )
    return digest.hexdigest()[:12], low, high


def _scan_label(header: VolumeHeader) -> tuple[str, tuple[LabelScan, ...], list[tuple[str, str]]]:
    """Hash a label map and find, for each value, on which slices it lies."""
    array = read_array(header)[..., 0]
    digest = hashlib.sha256(np.array(header.shape, dtype="<i8").tobytes())
    present: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    n_voxels: dict[int, int] = {}
    for z in range(header.shape[2]):
        plane = whole_labels(array[..., z], header)
        digest.update(plane.astype("<i4").tobytes(order="F"))
        x, y = np.nonzero(plane)
        values = plane[x, y]
        for value in np.unique(values).tolist():
            here = values == value
            along = present.setdefault(value, tuple(np.zeros(n, dtype=bool) for n in header.shape))  # type: ignore[arg-type]
            along[0][x[here]] = along[1][y[here]] = along[2][z] = True
            n_voxels[value] = n_voxels.get(value, 0) + int(np.count_nonzero(here))
        if len(present) > MAX_N_LABELS:
            raise VolumeError(
                f"{header.path.name} has more than {MAX_N_LABELS} label values",
                "check that it is a label map and no image",
            )
    labels = tuple(
        LabelScan(
            value=value,
            n_voxels=n_voxels[value],
            runs=tuple(runs_of_slices(np.flatnonzero(along)) for along in present[value]),  # type: ignore[arg-type]
        )
        for value in sorted(present)
        if value > 0
    )
    negative = [
        (
            f"label {value} is negative ({n_voxels[value]:,} voxels)",
            "Counted as background; correct the file to use it",
        )
        for value in sorted(present)
        if value < 0
    ]
    return digest.hexdigest(), labels, negative


def whole_labels(plane: np.ndarray, header: VolumeHeader) -> np.ndarray:
    """Decode label values, which may be stored as floating numbers as long as they are whole.

    Returns
    -------
    ndarray of the same shape, dtype int64

    Raises
    ------
    VolumeError
        If a value is not whole, or beyond `MAX_LABEL`.
    """
    values = decode(plane, header)
    if not (np.isfinite(values).all() and (np.abs(values) <= MAX_LABEL).all()):
        raise VolumeError(
            f"{header.path.name} has label values that are not between 0 and {MAX_LABEL}",
            "check that it is a label map and no image",
        )
    labels: np.ndarray = np.rint(values).astype(np.int64)
    if not (labels == values).all():
        wrong = float(values[labels != values][0])
        raise VolumeError(
            f"{header.path.name} has a label value that is not whole: {wrong:g}",
            "store labels as whole numbers, resampled by nearest neighbour",
        )
    return labels


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in shape)
