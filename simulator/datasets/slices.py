"""Preparation: every volume is read once more, standardized, resized and written slice by slice.

What lies under its final name is finished: everything is written into a folder under another name, which is renamed
when all is there.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import numpy as np
from joblib import Parallel, delayed

from ..errors import DatasetError, ReadOnlyError
from ..files import make_folder
from ..settings import Settings
from .intensities import Scale, count_hounsfield, is_hounsfield, scale_of_counts
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
from .reading import read_header
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
        three decoded arrays, or below 512 MiB where that is more.
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
    total = len(pool) * (1 + any(is_ct)) + len(test)
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

    scales: tuple[Scale | None, ...] = (None,) * len(is_ct)
    if any(is_ct):
        scales = _add_up(run(delayed(_count)(files, is_ct) for _, files in pool))
    axis, labels = source.reference.axis, source.reference.labels
    scans = {scan.id: scan for scan in source.sliced}
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


def _count(files: VolumeFiles, is_ct: tuple[bool, ...]) -> list[np.ndarray | None]:
    """Count the values of one volume, for each channel that holds Hounsfield units."""
    return map_channels(
        [read_header(path) for path in files.images],
        lambda channel, header, array: count_hounsfield(array, header) if is_ct[channel] else None,
    )


def _add_up(volumes: Iterable[list[np.ndarray | None]]) -> tuple[Scale | None, ...]:
    """Derive the scale of each channel that was counted, from the counts of all volumes."""
    totals: list[np.ndarray | None] = []
    for counts in volumes:
        totals = counts if not totals else [_plus(*pair) for pair in zip(totals, counts, strict=True)]
    return tuple(None if total is None else scale_of_counts(total) for total in totals)


def _plus(total: np.ndarray | None, counts: np.ndarray | None) -> np.ndarray | None:
    return None if total is None or counts is None else total + counts
