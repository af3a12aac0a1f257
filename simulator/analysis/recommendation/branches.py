"""What comes after a strategy: more volumes, more slices, or filling slices in (paper §4, step 4).

Each branch is the next strategy in its direction that takes a quarter more effort (filling in: any), measured or
predicted. Its gain divided by the hours that it takes can be compared with that of others.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ...statistics.uncertainty import Draws, excludes_zero, gain_interval, interval_of
from ..priced import ROUNDING, Priced
from .strategies import strategy_of
from .values import Strategy

__all__ = ["Branch", "Direction", "find_branches", "lead_of"]

Direction = Literal["volumes", "slices", "filling"]

STEP = 1.25
"""Least effort of a next step, relative to what was spent: less gains nothing that could be told."""

HALF = 0.5
"""Numbers of volumes that are the same are nearer than that."""

SAME_DRAWING = 0.15
"""Masks are filled in between the drawn slices: their number may differ by this (relative), so that it is the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch:
    """The next step in one direction.

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


def find_branches(priced: Priced, *, now: pd.Series) -> tuple[Branch, ...]:
    """Find the next step in each direction.

    Parameters
    ----------
    priced : Priced
    now : Series
        Row of `Priced.offers`: what has been labeled.

    Returns
    -------
    tuple of Branch
        The largest gain for the effort first; directions that end here are left out. Filling in is there once for each
        proxy that was measured.
    """
    offers = priced.offers
    dearer = offers[offers["effort"] > now["effort"] * STEP]
    filled = _filled_in(offers[offers["effort"] > now["effort"]], now)
    candidates: list[tuple[Direction, pd.DataFrame]] = [
        ("volumes", _more_volumes(dearer, now)),
        ("slices", _more_slices(dearer, now)),
        *(("filling", rows) for _, rows in filled.groupby("proxy")),
    ]
    steps = [(direction, rows.iloc[[0]]) for direction, rows in candidates if len(rows)]
    rows, draws = priced.draw_offers(
        pd.concat([now.to_frame().T.infer_objects(), *(row for _, row in steps)])
    )
    found = [
        _branch(direction, row, rows.iloc[0], draws)
        for (direction, _), (_, row) in zip(steps, rows.iloc[1:].iterrows(), strict=True)
    ]
    return tuple(sorted(found, key=lambda branch: -branch.rate))


def lead_of(first: Branch, second: Branch) -> tuple[float, float]:
    """Compare two branches: 90 % interval of what the first gains more than the second for one unit of effort."""
    return interval_of(first.rates - second.rates)


def _more_volumes(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what labels more volumes in the same way, the nearest number first."""
    is_same = _is_alike(rows, now, "quality", "completeness") & (rows["proxy"] == now["proxy"])
    return _in_order(rows, is_same & (rows["n_volumes"] > now["n_volumes"] + HALF), "n_volumes")


def _more_slices(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what draws more slices in the same volumes; where masks were copied, that raises their quality."""
    is_same = (rows["n_volumes"] - now["n_volumes"]).abs() < HALF
    if now["quality"] < 1:
        is_same &= (rows["proxy"] == now["proxy"]) | (rows["quality"] == 1)
        is_same &= _is_alike(rows, now, "completeness") & (rows["quality"] > now["quality"])
        return _in_order(rows, is_same, "quality")
    is_same &= (rows["quality"] == 1) & (rows["completeness"] > now["completeness"])
    return _in_order(rows, is_same, "completeness")


def _filled_in(rows: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Choose what uses every slice and draws as many by hand; the number of drawn slices that comes nearest first."""
    distance = np.abs(np.log(rows["n_slices_drawn"] / now["n_slices_drawn"]))
    is_filled = (rows["completeness"] == 1) & (rows["quality"] < 1) & rows["spacing"].notna()
    is_same = ((rows["n_volumes"] - now["n_volumes"]).abs() < HALF) & (distance <= np.log1p(SAME_DRAWING))
    is_open = now["quality"] == 1
    return _in_order(rows.assign(distance=distance), is_filled & is_same & is_open, "distance")


def _in_order(rows: pd.DataFrame, is_meant: "pd.Series[bool]", column: str) -> pd.DataFrame:
    found: pd.DataFrame = rows[is_meant]
    return found.sort_values(column, kind="stable")


def _is_alike(rows: pd.DataFrame, now: pd.Series, *names: str) -> "pd.Series[bool]":
    """Say which rows have the same virtues but for rounding: a third is 0.333333 in one and 1/3 in another."""
    distance = (rows[list(names)] - now[list(names)].astype("float64")).abs()
    alike: pd.Series[bool] = (distance < ROUNDING).all(axis=1)
    return alike


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
