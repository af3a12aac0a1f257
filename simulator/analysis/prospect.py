"""What further trainings on one data set could change: what may be trained, what is known of it, what pays most."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..effort import MEASURES
from ..records import Virtues
from .combinations import COMBINATION
from .law.choosing import Belief, Outlook, believe, choose_trainings, judge, lay_budgets
from .law.law import coordinates_of
from .law.space import lay_out_trainings
from .recommendation.strategies import virtues_of
from .study import Study

__all__ = ["Prospect", "look_ahead"]

COUNTS = [
    "n_volumes",
    "n_slices_used",
    "n_slices_drawn",
    "n_slices_copied",
    "achieved_quality",
    "n_pool",
    "n_labeled_slices_pool",
    "spacing",
]
"""Columns that efforts and the law read."""

MOST_SEEDS = 5
"""Trainings of one configuration; further ones tell hardly more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prospect:
    """What may be trained on one data set, and how settled its answers are; made by `look_ahead`.

    Parameters
    ----------
    strategies : DataFrame
        Of what was measured and what could be: virtues, counts, effort in hours, ascending, and n_runs.
    belief : Belief
        From the results that are there.
    waiting : tuple of int
        Rows of trainings that are on their way, one each.
    """

    strategies: pd.DataFrame
    belief: Belief
    waiting: tuple[int, ...]

    @cached_property
    def outlook(self) -> Outlook:
        """How settled the answers are by the results that are there."""
        return judge(self.belief)

    def choose(self, n: int, *, without: Iterable[Virtues] = ()) -> tuple[Virtues, ...]:
        """Choose the next trainings.

        Parameters
        ----------
        n : int
        without : iterable of Virtues, default=()
            What may not be trained.

        Returns
        -------
        tuple of Virtues
            At most `n`; full virtues first, since all else is a share of them.
        """
        return tuple(virtues_of(self.strategies.iloc[row]) for row in self._choose(n, without=without)[0])

    def after(self, n: int) -> Outlook:
        """Say how settled the answers are expected to be after more trainings than those on their way."""
        return judge(self._choose(n)[1])

    def _choose(self, n: int, *, without: Iterable[Virtues] = ()) -> tuple[list[int], Belief]:
        belief, n_runs = self.belief, Counter(self.waiting)
        for row in self.waiting:
            belief = belief.expecting(row)
        trained = self.strategies["n_runs"].to_numpy() + np.array(
            [n_runs[row] for row in range(len(self.strategies))]
        )
        excluded = set(without)
        is_out = np.array([virtues_of(row) in excluded for _, row in self.strategies.iterrows()])
        may = np.where(is_out, 0, MOST_SEEDS - trained).clip(min=0)
        full = int(self.strategies["n_slices_drawn"].where(~is_out).fillna(0).to_numpy().argmax())
        is_first = may[full] == MOST_SEEDS and n > 0
        first = [full] if is_first else []
        if is_first:
            may[full] -= 1
            belief = belief.expecting(full)
        rows = [*first, *choose_trainings(belief, n=n - len(first), may=may)]
        for row in rows[len(first) :]:
            belief = belief.expecting(row)
        return rows, belief


def look_ahead(study: Study, *, waiting: Iterable[Virtues] = ()) -> Prospect:
    """Lay out what may be trained next.

    Parameters
    ----------
    study : Study
        Of a prepared data set (``study.space``), or of one with runs.
    waiting : iterable of Virtues, default=()
        Of trainings that are on their way, one each.

    Returns
    -------
    Prospect
    """
    measured = study.combinations[[*COMBINATION, *COUNTS, "n_seeds", "combination"]]
    laid = [measured.rename(columns={"n_seeds": "n_runs", "combination": "which"})] if len(measured) else []
    if study.space is not None:
        known = {virtues_of(row) for _, row in measured.iterrows()}
        new = lay_out_trainings(study.space)
        is_new = [virtues_of(row) not in known for _, row in new.iterrows()]
        laid.append(new[is_new].assign(n_runs=0, which=-1))
    strategies = pd.concat(laid, ignore_index=True)
    effort = MEASURES["hours"].compute(strategies, study.prices)
    strategies = strategies.assign(effort=effort).dropna(subset=["effort"])
    strategies = strategies.sort_values("effort", kind="stable", ignore_index=True)
    cost = strategies["effort"].to_numpy(dtype=np.float64)
    belief = believe(
        study.law,
        coordinates_of(strategies),
        which=strategies["which"].to_numpy(dtype=np.int64),
        effort=cost,
        budgets=lay_budgets(cost),
    )
    places = {virtues_of(row): number for number, (_, row) in enumerate(strategies.iterrows())}
    rows = tuple(places[virtues] for virtues in waiting if virtues in places)
    return Prospect(strategies=strategies, belief=belief, waiting=rows)
