"""The curve of quality against key spacing, so that any quality can be asked for.

At each integer spacing the pool's mean 3-D IoU is taken over all offsets; between them it is interpolated. It is
computed once for a prepared data set and lies beside its slices.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from ..datasets import PreparedDataset, PreparedVolume
from ..errors import RequestError, StoreError
from ..files import read_file, write_file
from ..records import Frozen
from .blends import Blends
from .keys import key_slices
from .overlaps import Overlaps
from .quality import Proxy, get_proxy
from .quality.annotation import Annotation
from .random_streams import RandomStreams

__all__ = ["QualityCurve", "annotation_iou", "find_curve", "iou_of", "quality_curve", "spacing_of"]

LOWEST_QUALITY = 0.3
"""Below this nobody would call it an annotation; the curve ends there."""


N_SLICES = 64
"""A structure on no more slices is measured exactly."""

N_OFFSETS = 12
"""Offsets of a spacing that are tried where a structure has more."""

N_TOGETHER = 16
"""Spacings that are tried in one volume before the next one, where all are: after so many the curve may end."""

MAX_BYTES = 2**20
"""Longest file of a curve that is read."""


class QualityCurve(Frozen):
    """Mean 3-D IoU of the pool at key spacings 1, 2, 3 and so on.

    Parameters
    ----------
    qualities : tuple of float in [0, 1]
        The first is 1: at spacing 1 every slice is drawn.
    """

    qualities: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(min_length=1)

    @property
    def lowest(self) -> float:
        """The lowest quality that can be asked for."""
        return min(self.qualities)


def quality_curve(dataset: PreparedDataset, *, proxy: str = "interpolation") -> QualityCurve:
    """Read the curve of a prepared data set, or compute it and keep it there.

    Parameters
    ----------
    dataset : PreparedDataset
    proxy : str, default="interpolation"
        A proxy that has key slices.

    Returns
    -------
    QualityCurve
    """
    curve = find_curve(dataset, proxy=proxy)
    if curve is None:
        curve = compute_curve(dataset.pool, proxy=get_proxy(proxy))
        with suppress(OSError, StoreError):  # what cannot be kept is computed again
            write_file(
                _path(dataset, proxy), curve.model_dump_json().encode(), root=dataset.folder.parents[1]
            )
    return curve


def find_curve(dataset: PreparedDataset, *, proxy: str) -> QualityCurve | None:
    """Read the curve of a prepared data set; None where it was not computed yet, or the proxy has none."""
    try:
        return QualityCurve.model_validate_json(read_file(_path(dataset, proxy), max_bytes=MAX_BYTES))
    except (OSError, ValidationError):
        return None


def _path(dataset: PreparedDataset, proxy: str) -> Path:
    return dataset.folder / f"quality-{proxy}-{dataset.reference.n_pool}.json"


def spacing_of(curve: QualityCurve, quality: float) -> float:
    """Find the key spacing that gives a quality on average over the pool.

    Parameters
    ----------
    curve : QualityCurve
    quality : float in (0, 1]

    Returns
    -------
    float >= 1
        Real-valued.

    Raises
    ------
    RequestError
        If the quality is lower than the curve reaches.

    Examples
    --------
    >>> round(spacing_of(QualityCurve(qualities=(1.0, 0.9, 0.7)), 0.8), 3)
    2.5
    """
    if quality < 1 and curve.lowest == 1:
        raise RequestError(
            f"skipping slices costs no quality on this data set, so {quality:g} cannot be met; ask for quality 1"
        )
    if quality < curve.lowest:
        raise RequestError(
            f"quality must be at least {math.ceil(100 * curve.lowest) / 100:.2f} on this data set "
            f"(one slice in {len(curve.qualities)} drawn), got {quality:g}"
        )
    falling = np.minimum.accumulate(curve.qualities)
    spacings = np.arange(1, len(falling) + 1)
    return float(np.interp(-quality, -falling, spacings))


def compute_curve(pool: tuple[PreparedVolume, ...], *, proxy: Proxy) -> QualityCurve:
    """Compute the curve from the labels of the pool's volumes, cropped to the structure.

    Where masks are not copied and a structure has more than `N_SLICES` slices, not every spacing and offset is tried.
    """
    labeled = [volume for volume in pool if len(volume.labeled)]
    longest = max((int(v.labeled[-1] - v.labeled[0]) + 1 for v in labeled), default=1)
    is_exact = proxy.is_copy or longest <= N_SLICES
    spacings = list(range(2, longest + 1)) if is_exact else _choose_spacings(longest)
    found = (
        _copy(labeled, spacings)
        if proxy.is_copy
        else _fill_in(labeled, spacings, proxy=proxy, most=longest if is_exact else N_OFFSETS)
    )
    tried, qualities = [1], [1.0]
    for spacing, ious in zip(spacings, found, strict=True):
        tried.append(spacing)
        qualities.append(float(np.mean(np.concatenate(ious))))
        if qualities[-1] < LOWEST_QUALITY:
            break
    return QualityCurve(qualities=tuple(np.interp(np.arange(1, tried[-1] + 1), tried, qualities).tolist()))


def _choose_spacings(longest: int) -> list[int]:
    """Choose spacings from 2 to the longest, each longer than the one before by a slice or by an eighth."""
    spacings = [2]
    while spacings[-1] < longest:
        spacings.append(min(longest, spacings[-1] + max(1, spacings[-1] // 8)))
    return spacings


def _copy(volumes: Sequence[PreparedVolume], spacings: Sequence[int]) -> Iterator[list[np.ndarray]]:
    """For each spacing, find the IoU of every offset in each volume."""
    overlaps = [Overlaps(crop_to_structure(volume)) for volume in volumes]
    for spacing in spacings:
        yield [own.of_offsets(spacing) for own in overlaps]


def _fill_in(
    volumes: Sequence[PreparedVolume], spacings: Sequence[int], *, proxy: Proxy, most: int
) -> Iterator[tuple[np.ndarray, ...]]:
    """Find the same by annotating, `most` offsets at most; distances of one volume at a time are in memory."""
    n_together = N_TOGETHER if most >= max(spacings, default=1) else len(spacings)
    for first in range(0, len(spacings), n_together):
        some = spacings[first : first + n_together]
        yield from zip(*(_annotate(v, some, proxy=proxy, most=most) for v in volumes), strict=True)


def _annotate(
    volume: PreparedVolume, spacings: Sequence[int], *, proxy: Proxy, most: int
) -> list[np.ndarray]:
    masks, labeled = crop_to_structure(volume), volume.labeled - volume.labeled[0]
    streams = RandomStreams.of(seed=0, volume_id=volume.id)
    blends = Blends(masks) if proxy.is_blend else None

    def measure(spacing: int, offset: float) -> float:
        if blends is not None:
            return blends.iou(key_slices(labeled, spacing=spacing, offset=offset))
        drawn = replace(streams, offset=offset)
        return annotation_iou(proxy.annotate(masks, labeled=labeled, level=spacing, streams=drawn), masks)

    def measure_offsets(spacing: int) -> np.ndarray:
        n_offsets = min(spacing, most)
        # Half a slice further, floor() cannot fall on the slice before.
        offsets = (np.arange(n_offsets) + 0.5) / n_offsets
        return np.array([measure(spacing, offset) for offset in offsets.tolist()])

    return [measure_offsets(spacing) for spacing in spacings]


def annotation_iou(annotation: Annotation, reference: np.ndarray) -> float:
    """3-D IoU between an annotation and the reference, on the original label grid.

    Parameters
    ----------
    annotation : Annotation
    reference : ndarray of shape (n_slices, height, width), dtype bool
        Empty outside the annotation's extent.

    Returns
    -------
    float in [0, 1]
    """
    return iou_of(annotation.masks, reference[annotation.extent[0] : annotation.extent[-1] + 1])


def iou_of(first: np.ndarray, second: np.ndarray) -> float:
    """IoU of two masks of one shape, in [0, 1]; 1 where both are empty."""
    union = np.count_nonzero(first | second)
    return np.count_nonzero(first & second) / union if union else 1.0


def crop_to_structure(volume: PreparedVolume) -> np.ndarray:
    """Copy the masks of a volume, cropped to the structure: from its first to its last labeled slice, and in plane."""
    extent = volume.masks[volume.labeled[0] : volume.labeled[-1] + 1]
    rows, columns = np.flatnonzero(extent.any(axis=(0, 2))), np.flatnonzero(extent.any(axis=(0, 1)))
    return np.ascontiguousarray(extent[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
