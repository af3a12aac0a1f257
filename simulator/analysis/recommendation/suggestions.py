"""What to simulate where no record is near: virtues whose effort falls near a budget, in the measure's domain."""

import itertools

import numpy as np
import pandas as pd

from ...effort import EffortMeasure, Prices
from ...records import Virtues
from ..frontier.hull import TOLERANCE
from ..law.candidates import count_out

__all__ = ["first_look", "suggest_near"]

N_SUGGESTIONS = 6

DIVERSITIES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
COMPLETENESSES = (0.05, 0.1, 0.2, 0.333333, 0.5, 1.0)


def first_look(measure: EffortMeasure) -> tuple[Virtues, ...]:
    """Name twelve combinations that give a first answer, from little effort to all."""
    if measure.domain == "completeness = 1":
        grid = [(d, 1.0, q) for d in (0.1, 0.3, 0.6, 1.0) for q in (0.8, 0.9, 1.0)]
    else:
        grid = [(d, c, 1.0) for d in (0.1, 0.3, 0.6, 1.0) for c in (0.1, 0.333333, 1.0)]
    return tuple(Virtues(diversity=d, completeness=c, quality=q) for d, c, q in grid)


def suggest_near(
    combinations: pd.DataFrame, *, measure: EffortMeasure, budget: float, prices: Prices
) -> tuple[Virtues, ...]:
    """Suggest unmeasured virtues that use this budget.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`, not empty. Qualities are taken from what was measured, since what a quality costs is known
        only there.
    measure : EffortMeasure
    budget : float
        In the measure's unit.
    prices : Prices

    Returns
    -------
    tuple of Virtues
        At most six whose effort lies between half of the budget and the budget, nearest to it first.
    """
    candidates = _candidates(combinations)
    candidates["effort"] = measure.compute(candidates, prices)
    is_near = candidates["effort"].between(budget / 2, budget * TOLERANCE)
    near = candidates[is_near].sort_values(["effort", "diversity"], ascending=False)
    measured = set(_triples(combinations))
    new = [triple for triple in _triples(near) if triple not in measured]
    return tuple(Virtues(diversity=d, completeness=c, quality=q) for d, c, q in new[:N_SUGGESTIONS])


def _triples(rows: pd.DataFrame) -> list[tuple[float, ...]]:
    return [tuple(row) for row in rows[["diversity", "completeness", "quality"]].to_numpy().tolist()]


def _candidates(combinations: pd.DataFrame) -> pd.DataFrame:
    """Lay out virtues with the counts that they would come to on volumes of the pool's mean size."""
    copied = combinations[(combinations["quality"] < 1) & (combinations["proxy"] == "interpolation")]
    spacings = copied.groupby("quality")["spacing"].mean().to_dict()
    exact = [(d, c, 1.0, 1.0) for d, c in itertools.product(DIVERSITIES, COMPLETENESSES)]
    quick = [(d, 1.0, q, spacing) for d in DIVERSITIES for q, spacing in spacings.items()]
    grid = pd.DataFrame([*exact, *quick], columns=["diversity", "completeness", "quality", "spacing"])
    n_volumes = np.maximum(1, np.floor(grid["diversity"] * combinations["n_pool"].max() + 0.5))
    counted = count_out(
        grid.assign(n_volumes=n_volumes, proxy="interpolation", achieved_quality=grid["quality"]),
        n_pool=combinations["n_pool"].max(),
        n_slices=combinations["n_labeled_slices_pool"].max(),
    )
    return counted.assign(diversity=grid["diversity"])
