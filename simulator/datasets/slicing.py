"""One volume becomes two files of slices: its image standardized and resized, its mask on its own grid.

Images are resized so that their longest side is at most the slice size. Masks keep their grid, so that performance
is measured on it and a small slice size cannot flatter a result.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, TypeVar

import numpy as np
import scipy  # which loads sparse when a volume is shrunk: most commands never do

from .intensities import Scale, scale_of_volume
from .layouts import VolumeFiles
from .prepared import VolumeMetadata, array_path, find_checksum
from .reading import VolumeHeader, decode, iterate_planes, read_array
from .scanning import whole_labels
from .spans import Spans
from .structures import join_structures
from .volume import VolumeHeaders, read_headers

__all__ = ["area_weights", "fit_plane", "map_channels", "slice_positions", "slice_volume"]

Found = TypeVar("Found")
Weights: TypeAlias = "scipy.sparse.csr_array"


def map_channels(
    headers: Sequence[VolumeHeader], function: Callable[[int, VolumeHeader, np.ndarray], Found]
) -> list[Found]:
    """Apply a function to each channel of a volume, of which one file at a time is in memory.

    Parameters
    ----------
    headers : sequence of VolumeHeader
        Of its images.
    function : function of (channel, header, array)
        The array has shape (x, y, z) and the on-disk type; it must not be kept.

    Returns
    -------
    list
        What the function returned, one for each channel.
    """
    found: list[Found] = []
    for header in headers:
        array = read_array(header)
        for channel in range(header.n_channels):
            found.append(function(len(found), header, array[..., channel]))
        del array  # before the next file is read
    return found


def slice_volume(
    files: VolumeFiles,
    *,
    folder: Path,
    volume_id: str,
    role: Literal["pool", "test"],
    orientation: str,
    axis: int,
    labels: tuple[int, ...],
    runs_by_label: tuple[Spans, ...],
    scales: Sequence[Scale | None],
    slice_size: int,
    kept: Sequence[int] | None = None,
) -> VolumeMetadata:
    """Write the slices of one volume.

    Parameters
    ----------
    files : VolumeFiles
    folder : Path
        Where ``<volume_id>.images.npy`` and ``<volume_id>.masks.npy`` are written.
    volume_id : str
    role : {"pool", "test"}
    orientation : str
        How the volume is turned first.
    axis : int
        Array axis that is sliced across, of the turned volume.
    labels : tuple of int
        Label values of the foreground.
    runs_by_label : tuple of tuples of (first, last)
        For each of them, the runs of slices on which it occurs.
    scales : sequence of Scale or None
        One a channel; None standardizes it in this volume.
    slice_size : int
        Longest side of an image, in pixels.
    kept : sequence of int or None, default=None
        Slices to write, ascending; None writes all.

    Returns
    -------
    VolumeMetadata
        Its slices are counted among those that were written.
    """
    headers = read_headers(files).turned(orientation)
    first = headers.images[0]
    images, masks = (array_path(folder, volume_id, kind) for kind in ("images", "masks"))
    indices = range(first.shape[axis]) if kept is None else kept
    _write_images(images, headers.images, indices, axis=axis, scales=scales, slice_size=slice_size)
    labeled = _write_masks(masks, headers, indices, axis=axis, labels=labels)
    return VolumeMetadata(
        id=volume_id,
        role=role,
        name=files.name,
        labeled=tuple(labeled),
        positions_mm=tuple(slice_positions(first, axis)[list(indices)].tolist()),
        affine=tuple(tuple(row) for row in first.affine.tolist()),
        runs_by_label=runs_by_label if kept is None else None,
        checksums=(find_checksum(images), find_checksum(masks)),
    )


def _write_images(
    path: Path,
    headers: Sequence[VolumeHeader],
    indices: Sequence[int],
    *,
    axis: int,
    scales: Sequence[Scale | None],
    slice_size: int,
) -> None:
    shape = headers[0].shape
    in_plane = tuple(n for i, n in enumerate(shape) if i != axis)
    out_plane = fit_plane(in_plane, slice_size)
    rows, columns = (_sparse_weights(n, m) for n, m in zip(in_plane, out_plane, strict=True))
    n_bytes = out_plane[0] * out_plane[1] * 2

    wanted = set(indices)

    def write(channel: int, header: VolumeHeader, array: np.ndarray) -> None:
        scale = scales[channel] or scale_of_volume(array, header)
        every = enumerate(iterate_planes(array, axis))
        for i, values in enumerate(values for index, values in every if index in wanted):
            plane = scale.clip(decode(values, header))
            if out_plane != in_plane:
                plane = _shrink(plane, rows, columns)
            file.seek(start + (i * len(scales) + channel) * n_bytes)
            file.write(scale.standardize(plane).astype("<f2").tobytes())

    with path.open("wb") as file:
        start = _begin_array(file, (len(indices), len(scales), *out_plane), np.dtype("<f2"))
        map_channels(headers, write)


def _shrink(plane: np.ndarray, rows: Weights, columns: Weights) -> np.ndarray:
    """Average along both axes, along the one first whose lines lie side by side in memory.

    Standardizing means and averaging what is standardized differ by a rounding of 64 bits, which 16 do not keep.
    """
    if plane.strides[0] < plane.strides[1]:
        return _shrink(plane.T, columns, rows).T
    return np.asarray(columns @ (rows @ plane).T).T


def _write_masks(
    path: Path, headers: VolumeHeaders, indices: Sequence[int], *, axis: int, labels: tuple[int, ...]
) -> list[int]:
    """Write the masks of slices, and return the places among them of those that are not empty."""
    shape = headers.images[0].shape
    labeled: list[int] = []
    with path.open("wb") as file:
        _begin_array(file, (len(indices), *shape[:axis], *shape[axis + 1 :]), np.dtype(bool))
        wanted = set(indices)
        every = enumerate(_iterate_masks(headers, axis=axis, labels=labels))
        for i, mask in enumerate(mask for index, mask in every if index in wanted):
            file.write(mask.tobytes())
            if mask.any():
                labeled.append(i)
    return labeled


def _iterate_masks(headers: VolumeHeaders, *, axis: int, labels: tuple[int, ...]) -> Iterator[np.ndarray]:
    if headers.structures:
        yield from np.moveaxis(join_structures(headers.structures, labels), axis, 0)
        return
    for values in iterate_planes(read_array(headers.label)[..., 0], axis):
        plane = whole_labels(values, headers.label)
        yield np.isin(plane, labels) if plane.any() else np.zeros(plane.shape, dtype=bool)


def _begin_array(file: BinaryIO, shape: tuple[int, ...], dtype: np.dtype) -> int:
    """Begin a ``.npy`` file whose array is written piece by piece; returns where the array begins."""
    np.lib.format.write_array_header_1_0(
        file, {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    )
    return file.tell()


def slice_positions(header: VolumeHeader, axis: int) -> np.ndarray:
    """Position of each slice on the world axis nearest to the slicing direction.

    Returns
    -------
    ndarray of shape (n_slices,), dtype float64
        Coordinate of the slices' centres in millimetres (RAS).
    """
    centre = (np.array(header.shape) - 1) / 2
    indices = np.tile(centre, (header.shape[axis], 1))
    indices[:, axis] = np.arange(header.shape[axis])
    world = indices @ header.affine[:3, :3].T + header.affine[:3, 3]
    return np.asarray(world[:, np.abs(header.affine[:3, axis]).argmax()])


def fit_plane(plane: tuple[int, ...], slice_size: int) -> tuple[int, int]:
    """Shrink a plane so that its longest side is at most `slice_size`; its aspect is kept, it never grows.

    Examples
    --------
    >>> fit_plane((512, 256), 128)
    (128, 64)
    """
    factor = min(1.0, slice_size / max(plane))
    height, width = (max(1, round(n * factor)) for n in plane)
    return height, width


@lru_cache(maxsize=64)
def _sparse_weights(n_in: int, n_out: int) -> Weights:
    """Make the weights once for all volumes of a size."""
    return scipy.sparse.csr_array(area_weights(n_in, n_out))


def area_weights(n_in: int, n_out: int) -> np.ndarray:
    """Weights that average `n_in` pixels to `n_out` by the area they share: no aliasing, the mean is kept.

    Returns
    -------
    ndarray of shape (n_out, n_in), dtype float64
        Each row adds up to 1.

    Examples
    --------
    >>> area_weights(3, 2).round(2).tolist()
    [[0.67, 0.33, 0.0], [0.0, 0.33, 0.67]]
    """
    edges = np.linspace(0, n_in, n_out + 1)[:, None]
    pixels = np.arange(n_in)[None]
    shared = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.asarray(shared.clip(min=0) * n_out / n_in)
