"""Preparation: every volume is read once more, standardized, resized and written slice by slice.

What lies under its final name is finished: everything is written into a folder under another name, which is renamed
when all is there.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import numpy as np
from joblib import Parallel, delayed

from ..errors import DatasetError, ReadOnlyError
from ..files import make_folder
from ..settings import Settings
from .intensities import N_TISSUE, count_hounsfield, is_hounsfield, scale_of_counts
from .layouts import VolumeFiles
from .prepared import (
    PREPARATION_VERSION,
    PreparedDataset,
    PreparedMetadata,
    VolumeMetadata,
    load_prepared,
    prepared_folder,
    write_metadata,
)
from .reading import iterate_counts, read_header
from .scanning import VolumeScan
from .slicing import map_channels, slice_volume
from .source import DatasetSource
from .threads import bound_threads

__all__ = ["prepare_dataset"]

MAX_NOTES = 200
"""Most notes that are kept with prepared slices; `datasets inspect` lists all."""

Progress = Callable[[int, int], None]
Found = TypeVar("Found")


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
        Threads at most; fewer where the volumes are large (`bound_threads`), so that the peak of memory stays below
        three decoded arrays, or below half of what is free where that is more.
    on_progress : function of (done, total), default does nothing
        Called after each look at a volume: one where it was not looked at before, one more for the statistics of
        CT where that one had no reason to count them, one to slice it. `total` may grow once it is known which looks
        it takes.

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

    def is_whole(folder: Path) -> bool:
        """Tell whether the slices can be used: what was lost or changed since is prepared again."""
        try:
            load_prepared(fingerprint, slice_size=slice_size, settings=settings)
        except DatasetError:
            return False
        return True

    folder = prepared_folder(fingerprint, slice_size=slice_size, settings=settings)
    if not is_whole(folder):
        if settings.is_read_only:
            raise ReadOnlyError(
                f"{source.name} is not prepared, and {settings.why_read_only}; "
                "prepare it from a terminal where that does not hold"
            )
        make_folder(
            folder,
            lambda folder: _prepare_into(
                folder,
                source,
                slice_size=slice_size,
                n_workers=n_workers,
                on_progress=lambda done, total: on_progress(looks[0] + done, looks[0] + total),
            ),
            is_whole=is_whole,
            root=settings.cache,
        )
    return load_prepared(fingerprint, slice_size=slice_size, settings=settings)


def _prepare_into(
    folder: Path, source: DatasetSource, *, slice_size: int, n_workers: int, on_progress: Progress
) -> None:
    is_ct = tuple(map(is_hounsfield, source.channels))
    pool, test = source.files_of("pool"), source.files_of("test")
    scans = {scan.id: scan for scan in source.sliced}
    uncounted = [files for volume_id, files in pool if not _is_counted(scans[volume_id], is_ct)]
    total = len(uncounted) + len(pool) + len(test)
    steps = iter(range(1, total + 1))
    n_threads = bound_threads((files for _, files in (*pool, *test)), n_workers=n_workers)

    def run(tasks: Iterable[object]) -> Iterator[Found]:
        outputs = Parallel(n_jobs=n_threads, backend="threading", return_as="generator")(tasks)
        try:
            for found in outputs:
                on_progress(next(steps), total)
                yield found
        finally:
            with warnings.catch_warnings(action="ignore", category=UserWarning):  # whoever stops knows it
                outputs.close()

    totals = [np.zeros(N_TISSUE, dtype=np.int64) for _ in is_ct]
    for volume_id, _ in pool:
        _add(totals, scans[volume_id].tissue if _is_counted(scans[volume_id], is_ct) else ())
    counted: Iterator[list[np.ndarray]] = run(delayed(_count)(files, is_ct) for files in uncounted)
    for counts in counted:
        _add(totals, counts)
    scales = tuple(scale_of_counts(total) if ct else None for total, ct in zip(totals, is_ct, strict=True))
    axis, labels = source.reference.axis, source.reference.labels
    partly = source.partly
    volumes: Iterator[VolumeMetadata] = run(
        delayed(slice_volume)(
            files,
            folder=folder,
            volume_id=volume_id,
            role=role,
            orientation=scans[volume_id].orientation,
            axis=axis,
            labels=labels,
            runs_by_label=scans[volume_id].runs_of(axis=axis, labels=labels),
            scales=scales,
            slice_size=slice_size,
            kept=None if partly is None else partly.slices.get(files.name),
        )
        for role, members in (("pool", pool), ("test", test))
        for volume_id, files in members
    )
    write_metadata(
        folder,
        PreparedMetadata(
            reference=source.reference,
            modality=source.modality,
            slice_size=slice_size,
            version=PREPARATION_VERSION,
            scales=tuple(asdict(scale) if scale else None for scale in scales),
            volumes=tuple(volumes),
            notes=source.problems[:MAX_NOTES],
            n_labeled_slices=None if partly is None else partly.n_labeled_slices,
        ),
    )


def _is_counted(scan: VolumeScan, is_ct: tuple[bool, ...]) -> bool:
    """Tell whether the look at a volume counted each channel that holds Hounsfield units."""
    counted = dict(enumerate(scan.tissue))
    return all(counted.get(channel) for channel, ct in enumerate(is_ct) if ct)


def _count(files: VolumeFiles, is_ct: tuple[bool, ...]) -> list[np.ndarray]:
    """Count the values of one volume, for each channel that holds Hounsfield units."""
    return map_channels(
        [read_header(path) for path in files.images],
        lambda channel, header, array: count_hounsfield(
            iterate_counts([array], header) if is_ct[channel] else ()
        ),
    )


def _add(totals: Sequence[np.ndarray], counts: Sequence[Sequence[int] | np.ndarray]) -> None:
    """Add the counts of one volume to those of each channel."""
    for total, own in zip(totals, counts, strict=False):
        total[: len(own)] += np.asarray(own, dtype=np.int64)
