"""What a plan is: volumes that could be labeled, and the slices to draw in the order of drawing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..analysis import Recommendation
from ..records import DatasetReference

__all__ = ["PLAN_COLUMNS", "Inventory", "InventoryVolume", "Pass", "Plan"]

PLAN_COLUMNS = (
    "order",
    "volume",
    "slice_index",
    "axis",
    "position_mm",
    "instruction",
    "target_quality",
    "step",
    "cumulative_effort",
    "cumulative_effort_share",
    "cumulative_hours",
    "predicted_performance",
)
"""Columns of a plan, one row a slice to draw."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InventoryVolume:
    """One volume that could be labeled.

    Parameters
    ----------
    id : str
        Volume id, or the name in a CSV.
    name : str
        What annotators call it: the local file's stem if known, else the id.
    axis : int
        Array axis across which it is sliced.
    n_slices : int
        Slices along that axis.
    slices : ndarray of shape (n_labeled,), dtype int64
        Indices, in the file, of the slices that show the structure, ascending; may be empty.
    positions_mm : ndarray of shape (n_slices,), dtype float64, or None
        World coordinate of each slice along the slicing direction; None if unknown.
    by_label : tuple of ndarray of shape (n,), dtype int64, or None
        For each label of the structure, in the order of the reference's, the slices on which it occurs, ascending; None
        if unknown.
    """

    id: str
    name: str
    axis: int
    n_slices: int
    slices: np.ndarray
    positions_mm: np.ndarray | None
    by_label: tuple[np.ndarray, ...] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Inventory:
    """The volumes that a plan chooses from.

    Parameters
    ----------
    name : str
        Of the data set, or of the CSV.
    reference : DatasetReference or None
        Set if these are the pool of a data set; None for a CSV.
    volumes : tuple of InventoryVolume
        Test volumes are not among them.
    notes : tuple of str, default=()
        What was taken for granted when it was read, to be said.
    """

    name: str
    reference: DatasetReference | None
    volumes: tuple[InventoryVolume, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_slices(self) -> int:
        """Slices that show the structure, in all volumes."""
        return sum(len(volume.slices) for volume in self.volumes)


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One round over the volumes, and a stopping point at its end.

    Parameters
    ----------
    number : int
        From 1, as in the plan's column ``step``.
    n_slices : int
        Slices drawn in it.
    n_volumes : int
        Volumes touched in it.
    spacing : float
        Mean distance, in slices, of what is drawn in a volume once it is done.
    effort : float
        Spent in it, in the measure's unit.
    cumulative_effort : float
        Spent once it is done.
    predicted_dice : float or None
        Expected Dice once it is done; None where nothing like it was measured.
    low, high : float or None
        90 % interval of it.
    hours : float or None, default=None
        Spent in it; None where nobody knows how fast the slices are drawn.
    """

    number: int
    n_slices: int
    n_volumes: int
    spacing: float
    effort: float
    cumulative_effort: float
    predicted_dice: float | None
    low: float | None
    high: float | None
    hours: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """Which slices to draw, in the order of drawing.

    Parameters
    ----------
    recommendation : Recommendation
        What it carries out; its counts are those of the reference that strategies were measured on.
    rows : DataFrame
        Columns `PLAN_COLUMNS`, one row a slice; `predicted_performance` is NaN but at the end of a pass that is like
        something measured.
    passes : tuple of Pass
        At most three.
    inventory : Inventory
    effort : str
        Name of the measure.
    budget : float
        In the measure's unit, of this inventory.
    total_effort : float
        Never more than the budget.
    hours : float or None
        The same work in hours at the given prices, each volume opened once; None where nobody knows how fast the slices
        are drawn.
    reopening_hours : float
        What it takes at most, beyond `hours`, to open volumes again for the later passes.
    n_volumes : int
        Volumes that are opened.
    n_slices : int
        Slices to draw: rows.
    n_copied : int
        Slices that get a copied mask.
    n_dropped : int
        Slices of the strategy that did not fit into the budget.
    """

    recommendation: Recommendation
    rows: pd.DataFrame
    passes: tuple[Pass, ...]
    inventory: Inventory
    effort: str
    budget: float
    total_effort: float
    hours: float | None
    reopening_hours: float
    n_volumes: int
    n_slices: int
    n_copied: int
    n_dropped: int
