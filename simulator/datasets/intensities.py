"""How voxel values become comparable numbers: CT by the pool's statistics, everything else within each volume.

CT has a scale of its own, Hounsfield units: values are clipped to the 0.5 and 99.5 percentiles of the pool's voxels
that are not air (above -900 HU) and standardized with the mean and deviation of what is left, clipped. All other
modalities are standardized in each volume. Masks play no part, test volumes none in the statistics.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import DatasetError
from .reading import VolumeHeader, iterate_blocks

__all__ = [
    "AIR_HU",
    "CERTAINLY_AIR_HU",
    "N_TISSUE",
    "Scale",
    "count_hounsfield",
    "guess_channel",
    "has_air",
    "is_hounsfield",
    "name_modality",
    "scale_of_counts",
    "scale_of_volume",
]

AIR_HU = -900
"""Voxels below are air, in and around the body."""

CERTAINLY_AIR_HU = -500
"""Nothing else in CT is this low."""

_HIGHEST_HU = 32767

N_TISSUE = _HIGHEST_HU - AIR_HU + 1
"""Values that are counted: every whole one that is not air."""

_PERCENTILES = (0.5, 99.5)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Clip to [low, high], subtract the mean, divide by the deviation.

    Parameters
    ----------
    low, high : float or None
        None does not clip.
    mean, deviation : float
        In units of the image; deviation above 0.
    """

    low: float | None
    high: float | None
    mean: float
    deviation: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Clip and standardize values of any shape; returns dtype float64."""
        return self.standardize(self.clip(values.astype(np.float64)))

    def clip(self, values: np.ndarray) -> np.ndarray:
        """Clip values of any shape in place, and return them."""
        if self.low is not None or self.high is not None:
            np.clip(values, self.low, self.high, out=values)
        return values

    def standardize(self, clipped: np.ndarray) -> np.ndarray:
        """Standardize clipped values of any shape, or means of them; returns dtype float64."""
        return (clipped - self.mean) / self.deviation


def is_hounsfield(channel: str) -> bool:
    """Tell whether a channel holds Hounsfield units, by its name."""
    return channel.strip().casefold() == "ct"


def count_hounsfield(found: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Count the voxels of one channel by their value, air left out.

    Parameters
    ----------
    found : iterable of (values, counts)
        From `iterate_counts`.

    Returns
    -------
    ndarray of shape (33668,), dtype int64
        Element i counts the voxels that round to ``AIR_HU + i``; the last one all above as well.
    """
    total = np.zeros(N_TISSUE, dtype=np.int64)
    for values, counts in found:
        is_tissue = values > AIR_HU
        tissue = np.rint(values[is_tissue]).clip(max=_HIGHEST_HU).astype(np.int64)
        np.add.at(total, tissue - AIR_HU, counts[is_tissue])
    return total


def scale_of_counts(counts: np.ndarray) -> Scale:
    """Derive the scale of a CT channel from the counts of the pool's volumes, added up.

    Raises
    ------
    DatasetError
        If no voxel is above air.
    """
    n_voxels = int(counts.sum())
    if n_voxels == 0:
        raise DatasetError(
            f"the images are said to be CT, but no voxel is above {AIR_HU} HU; "
            f"correct the modality, or store Hounsfield units"
        )
    values = np.arange(AIR_HU, _HIGHEST_HU + 1, dtype=np.float64)
    shares = np.cumsum(counts) / n_voxels * 100
    low, high = (float(values[np.searchsorted(shares, percentile)]) for percentile in _PERCENTILES)
    clipped = values.clip(low, high)
    mean = float(counts @ clipped / n_voxels)
    deviation = float(np.sqrt(counts @ (clipped - mean) ** 2 / n_voxels))
    return Scale(low=low, high=high, mean=mean, deviation=max(deviation, 1.0))


def scale_of_volume(array: np.ndarray, header: VolumeHeader) -> Scale:
    """Derive the scale of one channel of one volume from itself alone.

    A channel in which every voxel is the same becomes zero.
    """
    n_voxels = array.size
    mean = sum(float(block.sum()) for block in iterate_blocks(array, header)) / n_voxels
    variance = sum(float(((block - mean) ** 2).sum()) for block in iterate_blocks(array, header)) / n_voxels
    return Scale(low=None, high=None, mean=mean, deviation=float(np.sqrt(variance)) or 1.0)


def name_modality(channels: Sequence[str]) -> str:
    """Name the modality of a data set by its channels: CT, MR, or what the data set says."""
    names = {_name_channel(channel) for channel in channels}
    return ", ".join(sorted(names))


def _name_channel(channel: str) -> str:
    folded = channel.strip().casefold()
    if is_hounsfield(channel):
        return "CT"
    if folded.startswith(("mr", "t1", "t2", "flair", "adc", "dwi")):
        return "MR"
    return channel.strip()[:40] or "unknown"


def guess_channel(minima: Sequence[float]) -> str:
    """Guess whether a data set that does not tell is CT: then most volumes have air, far below zero."""
    return "CT" if sum(map(has_air, minima)) * 2 > len(minima) else "MR"


def has_air(minimum: float) -> bool:
    """Tell whether a channel whose lowest value this is has air in it, if it holds Hounsfield units."""
    return minimum <= CERTAINLY_AIR_HU
