"""The curve of quality against key spacing, so that any quality can be asked for.

At each integer spacing the pool's mean 3-D IoU is taken over all offsets; between them it is interpolated. It is
computed once for a prepared data set and lies beside its slices.
"""

import math
from collections.abc import Callable
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
from .overlaps import Overlaps
from .quality import Proxy, get_proxy
from .quality.annotation import Annotation
from .random_streams import RandomStreams

__all__ = ["QualityCurve", "annotation_iou", "find_curve", "iou_of", "quality_curve", "spacing_of"]

LOWEST_QUALITY = 0.3
"""Below this nobody would call it an annotation; the curve ends there."""


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
    """Compute the curve from the labels of the pool's volumes, cropped to the structure."""
    labeled = [volume for volume in pool if len(volume.labeled)]
    measures = [_measure_copies(v) if proxy.is_copy else _measure_offsets(v, proxy=proxy) for v in labeled]
    longest = max((int(v.labeled[-1] - v.labeled[0]) + 1 for v in labeled), default=1)
    qualities = [1.0]
    for spacing in range(2, longest + 1):
        qualities.append(float(np.mean(np.concatenate([measure(spacing) for measure in measures]))))
        if qualities[-1] < LOWEST_QUALITY:
            break
    return QualityCurve(qualities=tuple(qualities))


def _measure_copies(volume: PreparedVolume) -> Callable[[int], np.ndarray]:
    return Overlaps(crop_to_structure(volume)).of_offsets


def _measure_offsets(volume: PreparedVolume, *, proxy: Proxy) -> Callable[[int], np.ndarray]:
    """Annotate a volume with every offset of a spacing."""
    masks, labeled = crop_to_structure(volume), volume.labeled - volume.labeled[0]
    streams = RandomStreams.of(seed=0, volume_id=volume.id)

    def measure(spacing: int) -> np.ndarray:
        # Half a slice further, floor() cannot fall on the slice before.
        offsets = (np.arange(spacing) + 0.5) / spacing
        annotations = (
            proxy.annotate(masks, labeled=labeled, level=spacing, streams=replace(streams, offset=offset))
            for offset in offsets.tolist()
        )
        return np.array([annotation_iou(annotation, masks) for annotation in annotations])

    return measure


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
