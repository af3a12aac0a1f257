"""How many volumes are needed at all: from how many on the rest would hardly add anything."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..project import ProjectAnswer
from .charts import Curve
from .drawing import MOST_DRAWN, draw_together, offers_of
from .question import Finding, Question

__all__ = ["ENOUGH", "HOW_MANY", "HowMany"]

ENOUGH = 0.01
"""In Dice: who is as near to what all volumes give has enough of them."""

FEWEST = 3
"""Numbers of volumes that a curve needs."""

SAME_RHYTHM = 0.5


@dataclass(frozen=True, kw_only=True)
class HowMany(Finding):
    """The smallest number of volumes, each labeled as the plan says, from which on more add less than `ENOUGH`.

    Parameters
    ----------
    n_volumes : int
        To train on.
    low, high : int or None
        90 % interval, over seeds, test volumes and pools of the same kind; None where chance is unknown.
    every : int
        Every how manieth slice is labeled in each.
    n_most : int
        Volumes that it is held against: all that are not for testing, or as many as the law can speak of.
    hours : float
        That it takes, test volumes and all.
    is_at_least : bool
        True if `n_most` is not all: what all give may be more, so more may be needed.
    is_at_most : bool
        True if even the fewest that the law can speak of are enough.
    """

    n_volumes: int
    low: int | None
    high: int | None
    every: int
    n_most: int
    hours: float
    is_at_least: bool
    is_at_most: bool


def ask_how_many(answer: ProjectAnswer) -> HowMany | None:
    """Say how many volumes are needed; None where there is no plan, or too few numbers of volumes were measured."""
    offers = offers_of(answer)
    if answer.strategy is None or offers.empty:
        return None
    every = answer.strategy.every
    is_alike = (1 / offers["completeness"] - every).abs() < SAME_RHYTHM
    line = offers[is_alike].sort_values("n_volumes", ignore_index=True)
    if len(line) < FEWEST:
        return None
    n_volumes = line["n_volumes"].to_numpy()
    found = _first_enough(n_volumes, line[["expected"]].to_numpy())[0]
    chosen = int(np.searchsorted(n_volumes, found))
    rows = np.unique(np.geomspace(1, len(line), MOST_DRAWN).round().astype(int)) - 1
    drawn = draw_together(answer.study, line.iloc[rows], is_smooth=True)
    low = high = None
    if drawn.draws is not None:
        at = _first_enough(n_volumes[rows], drawn.draws)
        low, high = (int(n) for n in np.quantile(at, [0.05, 0.95], method="nearest"))
    limits = drawn.limits()
    return HowMany(
        n_volumes=int(found),
        low=low,
        high=high,
        every=every,
        n_most=int(n_volumes[-1]),
        hours=answer.testing_hours + float(line["effort"].iloc[chosen]),
        is_at_least=bool(n_volumes[-1] < answer.study.pool[0]),
        is_at_most=chosen == 0,
        chart=_chart(line.iloc[rows], limits, mark=(float(found), float(line["expected"].iloc[chosen]))),
    )


def _first_enough(n_volumes: np.ndarray, dice: np.ndarray) -> np.ndarray:
    """Find the number of volumes from which on all lack less than `ENOUGH` to the last: one a column, whole."""
    lacking = dice[-1] - dice - ENOUGH
    is_short = lacking > 0
    last = len(lacking) - 1 - is_short[::-1].argmax(axis=0)
    near, columns = np.minimum(last, len(lacking) - 2), np.arange(dice.shape[1])
    before, after = lacking[near, columns], lacking[near + 1, columns]
    steps = np.log(n_volumes)
    weight = np.clip(before / np.where(before > after, before - after, 1), 0, 1)
    between = np.exp(steps[near] + weight * (steps[near + 1] - steps[near]))
    found: np.ndarray = np.ceil(np.where(is_short.any(axis=0), between, n_volumes[0]) - 1e-6)
    return found


def _chart(
    line: pd.DataFrame,
    limits: tuple[tuple[float, ...], tuple[float, ...]] | tuple[None, None],
    *,
    mark: tuple[float, float],
) -> Curve:
    return Curve(
        x=tuple(line["n_volumes"].tolist()),
        y=tuple(line["expected"].tolist()),
        low=limits[0],
        high=limits[1],
        mark=mark,
        label=f"{mark[0]:g} volumes",
        x_title="Volumes labeled",
        y_title="Expected Dice",
    )


HOW_MANY = Question(
    name="how-many",
    title="How many volumes",
    meaning="How many volumes are needed at all.",
    answer=ask_how_many,
)
