"""The least number of slices a volume needs so that all parts of the structure are seen (paper §4, step 2).

Measured from the labels: slices are laid out as a plan draws them, equidistant over those that show the structure. A
volume is *covered* where every label that occurs in it is on a drawn slice, and no stretch between drawn slices is
longer than a stated share of the structure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..analysis.combinations import is_full
from ..errors import InventoryError
from .order import spread_slices
from .values import Inventory, InventoryVolume

__all__ = [
    "ENOUGH",
    "LARGEST_GAP",
    "Coverage",
    "compute_coverage",
    "find_gaps",
    "find_seen",
    "keep_dense",
]

LARGEST_GAP = 0.25
"""Share of the slices that show the structure which may follow one another undrawn: beyond it a part is not seen."""

ENOUGH = 0.95
"""Share of volumes that are covered, from which on a number of slices is enough."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage:
    """How many volumes are covered with so many slices each.

    Parameters
    ----------
    n_slices : ndarray of shape (n,), dtype int64
        1, 2, … up to the most that a volume has; one that has fewer is drawn whole.
    share : ndarray of shape (n,), dtype float64
        Share of volumes in which every label is seen and no gap is too long.
    share_spread : ndarray of shape (n,), dtype float64
        Share of volumes in which no gap is too long.
    by_label : mapping of int to ndarray of shape (n,), dtype float64, or None
        Label → share of the volumes that have it in which it is seen. None where it is not known which slice shows
        which label; `share` then judges gaps alone.
    least : int
        From here on at least `ENOUGH` of the volumes are covered.
    n_volumes : int
        Volumes that show the structure.
    """

    n_slices: np.ndarray
    share: np.ndarray
    share_spread: np.ndarray
    by_label: Mapping[int, np.ndarray] | None
    least: int
    n_volumes: int


def compute_coverage(inventory: Inventory) -> Coverage:
    """Compute how many slices a volume needs.

    Parameters
    ----------
    inventory : Inventory

    Returns
    -------
    Coverage

    Raises
    ------
    InventoryError
        If no volume shows the structure.
    """
    volumes = [volume for volume in inventory.volumes if len(volume.slices)]
    if not volumes:
        raise InventoryError(f"no volume of {inventory.name} shows the structure; name slices to label")
    most = max(len(volume.slices) for volume in volumes)
    is_covered = is_spread = np.array([_fill(find_gaps(volume) <= LARGEST_GAP, most) for volume in volumes])
    by_label = None
    if inventory.reference is not None and all(volume.by_label is not None for volume in volumes):
        # NaN where a volume does not have the label.
        seen = np.array([_fill(find_seen(volume), most) for volume in volumes])
        is_covered = is_spread & (np.nan_to_num(seen, nan=1.0) > 0).all(axis=2)
        has_label = ~np.isnan(seen[:, 0]).all(axis=0)
        by_label = {
            label: np.nanmean(seen[:, :, i], axis=0)
            for i, label in enumerate(inventory.reference.labels)
            if has_label[i]
        }
    share = is_covered.mean(axis=0)
    too_few = np.flatnonzero(share < ENOUGH)
    return Coverage(
        n_slices=np.arange(1, most + 1),
        share=share,
        share_spread=is_spread.mean(axis=0),
        by_label=by_label,
        # Not the first that is enough: a label that two slices hit by luck, three may miss.
        least=int(too_few[-1]) + 2 if len(too_few) else 1,
        n_volumes=len(volumes),
    )


def find_gaps(volume: InventoryVolume) -> np.ndarray:
    """Find the longest stretch that stays undrawn.

    Parameters
    ----------
    volume : InventoryVolume
        With n slices that show the structure, at least one.

    Returns
    -------
    ndarray of shape (n,), dtype float64
        With 1, 2, … n drawn slices: share of the n slices that follow one another undrawn.
    """
    n = len(volume.slices)
    return np.array([(np.diff([-1, *drawn, n]) - 1).max() / n for drawn in _places(n)])


def find_seen(volume: InventoryVolume) -> np.ndarray:
    """Find which labels are on a drawn slice.

    Parameters
    ----------
    volume : InventoryVolume
        With `by_label`, and n slices that show the structure.

    Returns
    -------
    ndarray of shape (n, n_labels), dtype float64
        With 1, 2, … n drawn slices: 1 seen, 0 not seen, NaN where the volume does not have the label.
    """
    shows = np.array([np.isin(volume.slices, slices) for slices in volume.by_label or ()])
    seen = np.array([shows[:, drawn].any(axis=1) for drawn in _places(len(volume.slices))])
    return np.where(shows.any(axis=1), seen, np.nan)


def keep_dense(runs: pd.DataFrame, *, n_slices: int) -> pd.DataFrame:
    """Keep the runs that label at least so many slices a volume, on average over their volumes.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol.
    n_slices : int
        Where masks are copied, what a hand draws counts; where every slice is drawn less exactly, every used one.

    Returns
    -------
    DataFrame
        With a fresh index; full virtues are always kept, so that normalized performance keeps its meaning.
    """
    drawn = runs["n_slices_drawn"].fillna(runs["n_slices_used"]) / runs["n_volumes"]
    return runs[(drawn >= n_slices) | is_full(runs)].reset_index(drop=True)


def _places(n: int) -> Iterator[np.ndarray]:
    """Lay out 1, 2, … n slices among n, as a plan does."""
    return (spread_slices(np.arange(n), n_slices=n_slices) for n_slices in range(1, n + 1))


def _fill(values: np.ndarray, most: int) -> np.ndarray:
    """Go on with the last row: a volume that has fewer slices is drawn whole."""
    return values[np.minimum(np.arange(most), len(values) - 1)]
