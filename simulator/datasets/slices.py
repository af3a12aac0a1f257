"""Preparation: every volume is read once more, standardized, resized and written slice by slice.

Files are written whole into a folder under another name, which is renamed when all is there: what lies under its
final name is finished. Images are resized so that their longest side is at most the slice size; masks keep their
grid, so that performance is measured on it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import numpy as np
from joblib import Parallel, delayed

from ..errors import ReadOnlyError
from ..settings import Settings
from .intensities import Scale, count_hounsfield, is_hounsfield, scale_of_counts, scale_of_volume
from .layouts import VolumeFiles
from .prepared import (
    PREPARATION_VERSION,
    PreparedDataset,
    PreparedMetadata,
    VolumeMetadata,
    has_prepared,
    load_prepared,
    prepared_folder,
    write_metadata,
)
from .reading import VolumeHeader, decode, read_array, read_header
from .scanning import whole_labels
from .source import DatasetSource
from .whole import make_folder

__all__ = ["prepare_dataset"]

Progress = Callable[[int, int], None]


def prepare_dataset(
    source: DatasetSource,
    *,
    slice_size: int,
    settings: Settings,
    n_workers: int = 1,
    on_progress: Progress = lambda done, total: None,
) -> PreparedDataset:
    """Prepare a data set, unless it is prepared already.

    Parameters
    ----------
    source : DatasetSource
    slice_size : int
        Longest side of the slices, in pixels (of the protocol).
    settings : Settings
    n_workers : int, default=1
        Threads; each holds one volume.
    on_progress : function of (done, total), default does nothing
        Called after each look at a volume: one where it was not looked at before, one more for the statistics of
        CT, one to slice it. `total` may grow once it is known which looks it takes.

    Returns
    -------
    PreparedDataset

    Raises
    ------
    DatasetError
        If a problem stops simulations.
    ReadOnlyError
        If the installation is read-only and the data set is not prepared.
    StoreError
        If the cache cannot be written to or is full.
    """
    n_volumes, looks = len(source.contents.volumes), [0]

    def show_look(done: int, total: int) -> None:
        looks[0] = done
        on_progress(done, total + n_volumes)

    source.look(n_workers=n_workers, on_progress=show_look)
    fingerprint = source.reference.fingerprint
    if not has_prepared(fingerprint, slice_size=slice_size, settings=settings):
        if settings.is_read_only:
            raise ReadOnlyError(
                f"{source.name} is not prepared, and this installation is read-only (LABELWISE_READ_ONLY); "
                f"prepare it from a terminal where that is not set"
            )
        make_folder(
            prepared_folder(fingerprint, slice_size=slice_size, settings=settings),
            lambda folder: _prepare_into(
                folder,
                source,
                slice_size=slice_size,
                n_workers=n_workers,
                on_progress=lambda done, total: on_progress(looks[0] + done, looks[0] + total),
            ),
        )
    return load_prepared(fingerprint, slice_size=slice_size, settings=settings)


def _prepare_into(
    folder: Path, source: DatasetSource, *, slice_size: int, n_workers: int, on_progress: Progress
) -> None:
    pool, test = source.files_of("pool"), source.files_of("test")
    has_ct = any(map(is_hounsfield, source.channels))
    total = len(pool) * (1 + has_ct) + len(test)
    progress = iter(range(1, total + 1))

    def run(tasks: Iterable[object]) -> Iterator[object]:
        for result in Parallel(n_jobs=n_workers, backend="threading", return_as="generator")(tasks):
            on_progress(next(progress), total)
            yield result

    scales: tuple[Scale | None, ...] = (None,) * len(source.channels)
    if has_ct:
        scales = _pool_scales(
            source.channels, run(delayed(_count)(files, source.channels) for _, files in pool)
        )
    roles = [("pool", *item) for item in pool] + [("test", *item) for item in test]
    volumes = run(
        delayed(_prepare_volume)(
            files,
            folder=folder,
            volume_id=volume_id,
            role=role,
            axis=source.reference.axis,
            labels=source.reference.labels,
            scales=scales,
            slice_size=slice_size,
        )
        for role, volume_id, files in roles
    )
    write_metadata(
        folder,
        PreparedMetadata(
            reference=source.reference,
            modality=source.modality,
            slice_size=slice_size,
            version=PREPARATION_VERSION,
            scales=tuple(asdict(scale) if scale else None for scale in scales),
            volumes=tuple(volumes),  # type: ignore[arg-type]
        ),
    )


def _count(files: VolumeFiles, channels: Sequence[str]) -> list[np.ndarray | None]:
    """Count the values of one volume, for each channel that holds Hounsfield units."""
    counts: list[np.ndarray | None] = []
    for header, array in _iterate_channels(files):
        counts.append(count_hounsfield(array, header) if is_hounsfield(channels[len(counts)]) else None)
    return counts


def _pool_scales(channels: Sequence[str], counts: Iterable[object]) -> tuple[Scale | None, ...]:
    totals: list[np.ndarray | None] = [None] * len(channels)
    for volume in counts:
        for i, found in enumerate(volume):  # type: ignore[arg-type, var-annotated]
            totals[i] = found if totals[i] is None else totals[i] + found
    return tuple(None if total is None else scale_of_counts([total]) for total in totals)


def _iterate_channels(files: VolumeFiles) -> Iterator[tuple[VolumeHeader, np.ndarray]]:
    """Go through the channels of a volume, of which one file at a time is in memory.

    Yields
    ------
    header : VolumeHeader
    array : ndarray of shape (x, y, z), on-disk dtype
    """
    for path in files.images:
        header = read_header(path)
        array = read_array(header)
        for channel in range(header.n_channels):
            yield header, array[..., channel]
        del array


def _prepare_volume(
    files: VolumeFiles,
    *,
    folder: Path,
    volume_id: str,
    role: str,
    axis: int,
    labels: tuple[int, ...],
    scales: Sequence[Scale | None],
    slice_size: int,
) -> VolumeMetadata:
    header = read_header(files.images[0])
    _write_images(folder / f"{volume_id}.images.npy", files, axis=axis, scales=scales, slice_size=slice_size)
    labeled = _write_masks(folder / f"{volume_id}.masks.npy", files.label, axis=axis, labels=labels)
    return VolumeMetadata(
        id=volume_id,
        role=role,  # type: ignore[arg-type]
        name=files.name,
        labeled=tuple(labeled),
        positions_mm=tuple(slice_positions(header, axis).tolist()),
        affine=tuple(tuple(row) for row in header.affine.tolist()),
    )


def _write_images(
    path: Path, files: VolumeFiles, *, axis: int, scales: Sequence[Scale | None], slice_size: int
) -> None:
    """Write the slices of all channels, channel after channel, so that one file at a time is in memory."""
    shape = read_header(files.images[0]).shape
    in_plane = tuple(n for i, n in enumerate(shape) if i != axis)
    out_plane = fit_plane(in_plane, slice_size)
    rows, columns = (area_weights(n, m) for n, m in zip(in_plane, out_plane, strict=True))
    n_bytes = out_plane[0] * out_plane[1] * 2
    with path.open("wb") as file:
        start = _write_npy_header(file, (shape[axis], len(scales), *out_plane), np.dtype("<f2"))
        for channel, (header, array) in enumerate(_iterate_channels(files)):
            scale = scales[channel] or scale_of_volume(array, header)
            for i, values in enumerate(
                np.moveaxis(array, axis, 0)
            ):  # views: numpy's take would copy the whole array
                plane = scale.apply(decode(values, header))
                if out_plane != in_plane:
                    plane = rows @ plane @ columns.T
                file.seek(start + (i * len(scales) + channel) * n_bytes)
                file.write(plane.astype("<f2").tobytes())


def _write_masks(path: Path, label: Path, *, axis: int, labels: tuple[int, ...]) -> list[int]:
    """Write the mask of every slice, and return the indices of those that are not empty."""
    header = read_header(label)
    planes = np.moveaxis(read_array(header)[..., 0], axis, 0)
    in_plane = tuple(n for i, n in enumerate(header.shape) if i != axis)
    labeled = []
    with path.open("wb") as file:
        _write_npy_header(file, (header.shape[axis], *in_plane), np.dtype(bool))
        for i, values in enumerate(planes):
            mask = np.isin(whole_labels(values, header), labels)
            file.write(mask.tobytes())
            if mask.any():
                labeled.append(i)
    return labeled


def _write_npy_header(file: BinaryIO, shape: tuple[int, ...], dtype: np.dtype) -> int:
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
