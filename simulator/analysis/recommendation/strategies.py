"""A row of combinations becomes a strategy in counts and an estimate; two rows become what lies between them."""

import math
from collections.abc import Sequence

import pandas as pd

from ...records import Virtues
from ...statistics.uncertainty import Draws, interval_of
from ..combinations import is_full
from .values import Estimate, Kind, Strategy

__all__ = [
    "Weights",
    "estimate_of",
    "full_number",
    "mix_rows",
    "optional",
    "strategy_of",
    "virtues_of",
    "whole_volumes",
]

Weights = Sequence[tuple[int, float]]
"""Numbers of combinations, and their weights in a mixture."""

SLACK = 1e-6
"""Counts are means over seeds; 28.9999999 is 29 before it is rounded down."""


def virtues_of(row: pd.Series) -> Virtues:
    """Read the virtues of a combination."""
    return Virtues(
        diversity=float(row["diversity"]),
        completeness=float(row["completeness"]),
        quality=float(row["quality"]),
        proxy=str(row["proxy"]),
        sampling=row["sampling"],
    )


def strategy_of(row: pd.Series) -> Strategy:
    """Say in counts what a combination labels; counts round down (UI: in sentence and plan alike).

    Parameters
    ----------
    row : Series
        A row of `combine`, or of `mix_rows`.

    Returns
    -------
    Strategy
    """
    n_slices = optional(row["n_slices_drawn"])
    return Strategy(
        virtues=virtues_of(row),
        effort=float(row["effort"]),
        n_volumes=whole_volumes(row),
        n_slices=None if n_slices is None else max(1, _floor(n_slices)),
        n_copied=_floor(row["n_slices_copied"]),
        slices_per_volume=optional(row["slices_per_volume"]),
        spacing=optional(row["spacing"]),
        achieved_quality=float(row["achieved_quality"]),
        n_pool=int(row["n_pool"]),
        n_slices_pool=int(row["n_labeled_slices_pool"]),
    )


def whole_volumes(row: pd.Series) -> int:
    """Count the volumes that a combination labels, as `strategy_of` does."""
    return max(1, _floor(row["n_volumes"]))


def estimate_of(
    row: pd.Series, *, draws: Draws, weights: Weights, full: int | None, kind: Kind = "measured"
) -> Estimate:
    """Say what a combination, or what lies between two, is expected to give.

    Parameters
    ----------
    row : Series
        A row of `combine`, or of `mix_rows`.
    draws : Draws
    weights : sequence of (int, float)
        Numbers of the combinations, and their weights.
    full : int or None
        Number of full virtues; None where they were not measured.
    kind : {"measured", "predicted", "beyond", "prior", "interpolated"}, default="measured"

    Returns
    -------
    Estimate
        Without limits where chance between trainings is unknown.
    """
    dice = draws.mix(weights)
    low, high = interval_of(dice) if draws.is_known else (None, None)
    normalized = None if full is None else dice / draws.mix([(full, 1.0)])
    below, above = (None, None) if normalized is None or low is None else interval_of(normalized)
    return Estimate(
        dice=_inside(draws.centre(weights)),
        measured=optional(row.get("dice", math.nan)),
        low=None if low is None else _inside(low),
        high=None if high is None else _inside(high),
        normalized=None if full is None else draws.centre(weights) / draws.centre([(full, 1.0)]),
        normalized_low=below,
        normalized_high=above,
        kind=kind,
    )


def full_number(combinations: pd.DataFrame) -> int | None:
    """Find the number of full virtues among combinations; None where they were not measured, or gave nothing."""
    full = combinations[is_full(combinations)]
    return int(full["combination"].iloc[0]) if len(full) and full["dice"].iloc[0] > 0 else None


def mix_rows(near: pd.Series, far: pd.Series, *, weight: float) -> pd.Series:
    """Interpolate between two combinations of one line.

    Parameters
    ----------
    near, far : Series
        Rows of `combine` that differ in one virtue.
    weight : float in [0, 1]
        Of `far`.

    Returns
    -------
    Series
        Numbers between the two; proxy and sampling of the one that is not at full virtue.
    """
    mixed = near.copy()
    numbers = near.index.drop(["proxy", "sampling"])
    mixed[numbers] = (1 - weight) * near[numbers] + weight * far[numbers]
    mixed["spacing"] = 1 / ((1 - weight) / near["spacing"] + weight / far["spacing"])
    mixed["proxy"] = near["proxy"] if near["quality"] < 1 else far["proxy"]
    mixed["sampling"] = near["sampling"] if near["completeness"] < 1 else far["sampling"]
    mixed["slices_per_volume"] = mixed["n_slices_drawn"] / mixed["n_volumes"]
    return mixed


def optional(value: float) -> float | None:
    """Make a float of a table's number; None where it is NaN."""
    return None if math.isnan(value) else float(value)


def _inside(dice: float) -> float:
    return min(1.0, max(0.0, dice))


def _floor(value: float) -> int:
    return math.floor(value + SLACK)
