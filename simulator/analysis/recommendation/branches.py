"""What comes after a strategy: more volumes, more slices, or filling slices in (paper §4, step 4).

Each branch is the next measured combination in its direction, so its gain is a difference of two measured things;
divided by the hours that it takes, branches can be compared.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ...statistics.uncertainty import Draws, excludes_zero, gain_interval, interval_of
from ..combinations import SETTING
from .strategies import strategy_of
from .values import Strategy

__all__ = ["Branch", "Direction", "find_branches", "lead_of"]

Direction = Literal["volumes", "slices", "filling"]

SAME_DRAWING = 0.15
"""Masks are filled in between the drawn slices: their number may differ by this (relative), so that it is the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch:
    """The next measured step in one direction.

    Parameters
    ----------
    direction : {"volumes", "slices", "filling"}
        More volumes labeled in the same way; more of the slices drawn in the same volumes; the same slices drawn and
        the others filled in from them.
    strategy : Strategy
        What is labeled then, in all.
    extra : float > 0
        Effort that it takes, in the measure's unit.
    gain : float
        In Dice.
    low, high : float or None
        90 % interval of the gain; None where no combination has two seeds.
    is_measurable : bool
        False if the interval includes 0 or is unknown.
    rates : ndarray of shape (n_draws,), dtype float64
        Draws of the gain for one unit of effort.
    """

    direction: Direction
    strategy: Strategy
    extra: float
    gain: float
    low: float | None
    high: float | None
    is_measurable: bool
    rates: np.ndarray

    @property
    def rate(self) -> float:
        """Gain in Dice for one unit of effort."""
        return self.gain / self.extra


def find_branches(combinations: pd.DataFrame, draws: Draws, *, number: int) -> tuple[Branch, ...]:
    """Find the next measured step in each direction.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`.
    draws : Draws
        Of all combinations, by their number.
    number : int
        Of the combination that has been labeled.

    Returns
    -------
    tuple of Branch
        The largest gain for the effort first; directions in which nothing dearer was measured are left out. Filling in
        is there once for each proxy that was measured with the same drawn slices.
    """
    now = combinations.loc[combinations["combination"] == number].iloc[0]
    is_dearer = combinations["effort"] > now["effort"] + 1e-9
    candidates: list[tuple[Direction, pd.DataFrame]] = [
        ("volumes", _more_volumes(combinations[is_dearer], now)),
        ("slices", _more_slices(combinations[is_dearer], now)),
        *(("filling", rows) for _, rows in _filled_in(combinations[is_dearer], now).groupby("proxy")),
    ]
    found = [_branch(direction, rows.iloc[0], now, draws) for direction, rows in candidates if len(rows)]
    return tuple(sorted(found, key=lambda branch: -branch.rate))


def lead_of(first: Branch, second: Branch) -> tuple[float, float]:
    """Compare two branches: 90 % interval of what the first gains more than the second for one unit of effort."""
    return interval_of(first.rates - second.rates)


def _more_volumes(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what labels more volumes in the same way, the nearest number first."""
    is_same = rows[SETTING].eq(now[SETTING]).all(axis=1)
    return _in_order(rows, is_same & (rows["diversity"] > now["diversity"]), "diversity")


def _more_slices(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what draws more slices in the same volumes; where masks were copied, that raises their quality."""
    is_same = rows["diversity"] == now["diversity"]
    if now["quality"] < 1:
        is_same &= (rows["proxy"] == now["proxy"]) | (rows["quality"] == 1)
        is_same &= rows["completeness"] == now["completeness"]
        is_same &= rows["quality"] > now["quality"]
        return _in_order(rows, is_same, "quality")
    is_same &= (rows["quality"] == 1) & (rows["completeness"] > now["completeness"])
    is_same &= (rows["sampling"] == now["sampling"]) | (rows["completeness"] == 1)
    return _in_order(rows, is_same, "completeness")


def _filled_in(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what uses every slice and draws as many by hand; the number of drawn slices that comes nearest first."""
    distance = np.abs(np.log(rows["n_slices_drawn"] / now["n_slices_drawn"]))
    is_filled = (rows["completeness"] == 1) & (rows["quality"] < 1) & rows["spacing"].notna()
    is_same = (rows["diversity"] == now["diversity"]) & (distance <= np.log1p(SAME_DRAWING))
    is_open = now["quality"] == 1
    return _in_order(rows.assign(distance=distance), is_filled & is_same & is_open, "distance")


def _branch(direction: Direction, row: pd.Series, now: pd.Series, draws: Draws) -> Branch:
    then, before = ((int(row["combination"]), 1.0),), ((int(now["combination"]), 1.0),)
    gains = draws.mix(then) - draws.mix(before)
    low, high = gain_interval(draws, then, before)
    extra = float(row["effort"] - now["effort"])
    return Branch(
        direction=direction,
        strategy=strategy_of(row),
        extra=extra,
        gain=draws.centre(then) - draws.centre(before),
        low=low,
        high=high,
        is_measurable=excludes_zero(low, high),
        rates=gains / extra,
    )


def _in_order(rows: pd.DataFrame, is_chosen: pd.Series, column: str) -> pd.DataFrame:
    chosen: pd.DataFrame = rows.loc[is_chosen].sort_values(column)
    return chosen
