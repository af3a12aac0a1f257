"""A row of combinations becomes a strategy in counts and an estimate; two rows become what lies between them."""

import math

import pandas as pd

from ..records import Virtues
from .values import Estimate, Kind, Strategy

__all__ = ["estimate_of", "mix_rows", "optional", "strategy_of", "virtues_of"]

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
        n_volumes=max(1, _floor(row["n_volumes"])),
        n_slices=None if n_slices is None else max(1, _floor(n_slices)),
        n_copied=_floor(row["n_slices_copied"]),
        slices_per_volume=optional(row["slices_per_volume"]),
        spacing=optional(row["spacing"]),
        achieved_quality=float(row["achieved_quality"]),
        n_pool=int(row["n_pool"]),
        n_slices_pool=int(row["n_labeled_slices_pool"]),
    )


def estimate_of(row: pd.Series, *, kind: Kind = "measured") -> Estimate:
    """Say what a combination gives.

    Parameters
    ----------
    row : Series
        A row of `combine`, or of `mix_rows`.
    kind : {"measured", "predicted", "interpolated"}, default="measured"

    Returns
    -------
    Estimate
    """
    return Estimate(
        dice=float(row["dice"]),
        low=optional(row["dice_low"]),
        high=optional(row["dice_high"]),
        normalized=optional(row["normalized"]),
        normalized_low=optional(row["low"]),
        normalized_high=optional(row["high"]),
        kind=kind,
    )


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
        Numbers between the two; proxy and sampling of the one that is not at full virtue. Half-widths add as those of
        independent means do.
    """
    mixed = near.copy()
    for name in near.index.drop(["proxy", "sampling"]):
        mixed[name] = (1 - weight) * near[name] + weight * far[name]
    mixed["spacing"] = 1 / ((1 - weight) / near["spacing"] + weight / far["spacing"])
    mixed["proxy"] = near["proxy"] if near["quality"] < 1 else far["proxy"]
    mixed["sampling"] = near["sampling"] if near["completeness"] < 1 else far["sampling"]
    mixed["slices_per_volume"] = mixed["n_slices_drawn"] / mixed["n_volumes"]
    for mean, low, high in (("dice", "dice_low", "dice_high"), ("normalized", "low", "high")):
        halfwidth = math.hypot((1 - weight) * (near[high] - near[mean]), weight * (far[high] - far[mean]))
        mixed[low], mixed[high] = max(0.0, mixed[mean] - halfwidth), mixed[mean] + halfwidth
    return mixed


def optional(value: float) -> float | None:
    """Make a float of a table's number; None where it is NaN."""
    return None if math.isnan(value) else float(value)


def _floor(value: float) -> int:
    return math.floor(value + SLACK)
