"""What people do without asking: the baselines, each read off its own measured line.

*Whole volumes one after another* varies diversity, *every volume sparsely* completeness, *everything quickly* quality,
as its proxy loses it; the other two virtues are full. A line is shown only where the measure of effort prices what it
saves, and only between its measured ends.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ...virtues import title_of
from ..combinations import VIRTUES, is_full
from ..frontier.hull import Frontier
from .strategies import mix_rows

__all__ = ["BASELINES", "Baseline", "find_baselines"]


BASELINES = (
    ("whole-volumes", "Whole volumes", "diversity"),
    ("all-volumes-sparsely", "All volumes, sparsely", "completeness"),
    ("everything-quickly", "Everything, {way}", "quality"),
)
"""Name, title (``{way}`` is how masks lose quality), and the virtue that is saved on."""

NEAR = 1e-3
"""Budgets this near to a measured effort (relative) are that effort: it was hit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Baseline:
    """One baseline at one budget.

    Parameters
    ----------
    name, title : str
    row : Series
        As a row of `combine`.
    weights : tuple of (int, float)
        Numbers of the combinations, and their weights; one where it was measured, two where it is interpolated, the
        cheaper first.
    """

    name: str
    title: str
    row: pd.Series
    weights: tuple[tuple[int, float], ...]

    @property
    def is_measured(self) -> bool:
        """True if simulations hit this budget."""
        return len(self.weights) == 1


def find_baselines(frontier: Frontier, *, budget: float) -> tuple[Baseline, ...]:
    """Find the baselines at a budget.

    Parameters
    ----------
    frontier : Frontier
    budget : float
        In the measure's unit.

    Returns
    -------
    tuple of Baseline
        Those that were measured around this budget, in the order of `BASELINES`. Beyond full labeling a line stays at
        full labeling. Where a line was measured with several samplings or proxies, the one that is best at this budget:
        the comparison is with a baseline done well.
    """
    found = []
    for name, title, saved in BASELINES:
        variants = [
            _read_line(line, budget=budget, name=name, title=title.format(way=title_of(proxy).lower()))
            for proxy, line in _lines(frontier, saved)
        ]
        shown = [variant for variant in variants if variant is not None]
        if shown:
            found.append(max(shown, key=lambda variant: float(variant.row["dice"])))
    return tuple(found)


@lru_cache(maxsize=24)
def _lines(frontier: Frontier, saved: str) -> list[tuple[str, pd.DataFrame]]:
    """Proxy and rows of the lines on which only one virtue is below 1, one for each sampling, all with full virtues.

    In order of effort; the same whatever the budget.
    """
    points = frontier.points
    is_complete = is_full(points)
    is_on_line = (points[[name for name in VIRTUES if name != saved]] == 1).all(axis=1) & ~is_complete
    lines = points[is_on_line].groupby(["proxy", "sampling"])
    full = np.flatnonzero(is_complete)
    return [
        (
            str(key[0]),
            points.loc[np.concatenate([line.index.to_numpy(), full])].sort_values(["effort", "dice"]),
        )
        for key, line in lines
    ]


def _read_line(line: pd.DataFrame, *, budget: float, name: str, title: str) -> Baseline | None:
    """Read one line at a budget; None outside its measured ends."""
    efforts = line["effort"].to_numpy()
    is_complete = bool(is_full(line.iloc[[-1]])[0])
    if budget > efforts[-1] and is_complete:
        budget = efforts[-1]
    numbers = line["combination"].tolist()
    hits = np.flatnonzero(np.isclose(efforts, budget, rtol=NEAR, atol=0))
    if len(hits):
        return Baseline(name=name, title=title, row=line.iloc[hits[-1]], weights=((numbers[hits[-1]], 1.0),))
    after = int(np.searchsorted(efforts, budget))
    if after in {0, len(line)}:
        return None
    near, far = line.iloc[after - 1], line.iloc[after]
    weight = (budget - near["effort"]) / (far["effort"] - near["effort"])
    return Baseline(
        name=name,
        title=title,
        row=mix_rows(near, far, weight=weight),
        weights=((numbers[after - 1], 1 - weight), (numbers[after], weight)),
    )
