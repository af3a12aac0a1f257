"""All that is read off the runs of one data set under one protocol, with one way of losing quality, at given prices.

A `Study` computes each part once, when it is first asked for: configurations, chance, draws; and, through `Study.at`,
what one measure of effort makes of them: frontier, trajectory, recommendation, target. Claims, figures, pages, commands
and reports all read the same draws.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..effort import MEASURES, EffortMeasure, Prices
from ..errors import RequestError
from ..records import DatasetReference, Virtues
from ..statistics.uncertainty import Chance, Draws, Uncertainty, draw_chance
from .agreement import Agreement
from .combinations import COMBINATION, combination_codes, combine_with_uncertainty, compute_efforts
from .law.candidates import find_candidates
from .law.law import Law, coordinates_of, fit_law
from .priced import Priced
from .recommendation.recommend import recommend
from .recommendation.strategies import full_number
from .recommendation.suggestions import first_look
from .recommendation.target import find_target
from .recommendation.values import Recommendation, TargetCost
from .runs import keep_proxy, reference_of

__all__ = ["Study", "make_studies", "make_study"]

PRECISE = 4000
"""Draws: a share of 0.95 is then known to 0.004."""

N_MORE = 16
"""Strategies that can be drawn beside what was measured."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """One data set, protocol and proxy, at given prices; made by `make_study`.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, exact masks and those of the proxy, in order of key; may be empty.
    proxy : str
        How quality below 1 was lost: others are not among the runs.
    prices : Prices
    agreement : Agreement or None
        Of the quick protocol with the paper's, on this data set or, where it was not measured here, on another; None
        where it was not measured at all.
    n_draws : int
        How often chance is drawn.
    """

    runs: pd.DataFrame
    proxy: str
    prices: Prices
    agreement: Agreement | None
    n_draws: int

    @cached_property
    def dataset(self) -> DatasetReference:
        """The data set; there has to be a run."""
        return reference_of(self.runs)

    @property
    def protocol(self) -> str:
        """Name of the protocol; there has to be a run."""
        return str(self.runs["protocol"].iloc[0])

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """One row a configuration, from `combine_with_uncertainty`, with column expected: what the law expects."""
        return self._combined[0].assign(expected=self.draws.centres)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """One row a strategy that was not measured but may be recommended, from `find_candidates`.

        With column expected and, where chance is known, expected_low and expected_high.
        """
        candidates = find_candidates(self._combined[0])
        inputs = coordinates_of(candidates)
        low, high = self.law.limits(inputs)
        limits = {"expected_low": low.clip(min=0), "expected_high": high} if self.draws.is_known else {}
        return candidates.assign(expected=self.law.expect(inputs), **limits)

    @property
    def uncertainty(self) -> Uncertainty:
        """How uncertain their means are."""
        return self._combined[1]

    @cached_property
    def law(self) -> Law:
        """What volumes, slices and quality do to performance."""
        combinations, uncertainty = self._combined
        codes = combination_codes(self.runs)
        return fit_law(self.runs, codes, combinations=combinations, uncertainty=uncertainty)

    @cached_property
    def draws(self) -> Draws:
        """What other seeds and other test volumes would have given."""
        inputs = coordinates_of(self._combined[0])
        which = np.arange(len(inputs))
        return Draws(
            measured=self._chance.measured,
            expected=self.law.draw(
                inputs, which=which, patients=self._chance.patients, chance=self._chance.other[: len(inputs)]
            ),
            centres=self.law.expect(inputs, which=which),
            is_known=self.uncertainty.is_known,
        )

    def draw(self, strategies: pd.DataFrame) -> Draws:
        """Draw some strategies that were not measured together with all that was.

        Parameters
        ----------
        strategies : DataFrame
            Rows of `candidates`; at most `N_MORE`.

        Returns
        -------
        Draws
            `draws`, and behind the measured configurations one row a strategy.
        """
        inputs = np.concatenate([coordinates_of(self._combined[0]), coordinates_of(strategies)])
        n = len(inputs) - len(strategies)
        which = np.where(np.arange(len(inputs)) < n, np.arange(len(inputs)), -1)
        drawn = self.law.draw(
            inputs,
            which=which,
            patients=self._chance.patients,
            chance=self._chance.other[: len(inputs)],
            first=n,
        )
        return replace(
            self.draws,
            expected=np.concatenate([self.draws.expected, drawn]),
            centres=np.concatenate([self.draws.centres, strategies["expected"]]),
        )

    @cached_property
    def _chance(self) -> Chance:
        return draw_chance(self.uncertainty, n_draws=self.n_draws, n_more=N_MORE)

    @cached_property
    def full(self) -> int | None:
        """Number of full virtues; None where they were not measured."""
        return full_number(self.combinations)

    @cached_property
    def performance(self) -> np.ndarray:
        """Draws of the measured performance, normalized; Dice where full virtues were not measured.

        ndarray of shape (n, n_draws), dtype float64.
        """
        measured = self.draws.measured
        return measured if self.full is None else measured / measured[self.full]

    @cached_property
    def efforts(self) -> Mapping[str, np.ndarray]:
        """Measure's name → effort of each configuration, float64 of shape (n,); NaN outside the measure's domain."""
        return {
            name: compute_efforts(self.runs, measure=measure, prices=self.prices)
            for name, measure in MEASURES.items()
        }

    @property
    def can_tell(self) -> bool:
        """True if performance has a unit, and chance is known."""
        return not self.lacking

    @property
    def lacking(self) -> str:
        """What is missing before anything can be told: "full labeling", "a second seed"; "" if nothing is."""
        if self.full is None:
            return "full labeling"
        if self.uncertainty.seed_dof == 0:
            return "a second seed"
        return "" if self.draws.is_known else "a second test volume"

    def row_of(self, virtues: Virtues) -> pd.Series | None:
        """Find the row of some virtues; None where they were not measured."""
        wanted = [getattr(virtues, name) for name in COMBINATION]
        rows = self.combinations[self.combinations[COMBINATION].eq(wanted).all(axis=1)]
        return rows.iloc[0] if len(rows) else None

    def missing(self, wanted: Iterable[Virtues]) -> tuple[Virtues, ...]:
        """Keep what was not measured; all of it while nothing has a second seed."""
        has_chance = self.uncertainty.seed_dof > 0
        return tuple(virtues for virtues in wanted if not has_chance or self.row_of(virtues) is None)

    def at(self, measure: EffortMeasure) -> Priced:
        """Price the configurations by a measure of effort; there has to be a run."""
        if measure.name not in self._priced:
            self._priced[measure.name] = Priced(
                dataset=self.dataset,
                protocol=self.protocol,
                measure=measure,
                prices=self.prices,
                combinations=self.combinations.assign(
                    effort=compute_efforts(self.runs, measure=measure, prices=self.prices)
                ),
                draws=self.draws,
                candidates=self.candidates.assign(effort=measure.compute(self.candidates, self.prices)),
                draw=self.draw,
                full=self.full,
                full_effort=measure.full(self.runs, self.prices),
            )
        return self._priced[measure.name]

    def recommend(
        self,
        *,
        hours: float | None = None,
        measure: EffortMeasure = MEASURES["hours"],
        budget: float | None = None,
    ) -> Recommendation:
        """Recommend a strategy for a budget.

        Parameters
        ----------
        hours : float or None, default=None
            The budget in hours of work; or give `measure` and `budget`.
        measure : EffortMeasure, default=hours
        budget : float or None, default=None
            In the measure's unit.

        Returns
        -------
        Recommendation
            As `simulator.analysis.recommendation.recommend.recommend` says; ``empty`` without a run.

        Raises
        ------
        RequestError
            If the budget is no budget, or there are two or none.
        """
        if (hours is None) == (budget is None):
            raise RequestError("give one budget: hours=8, or a measure of effort with its budget")
        budget = hours if budget is None else budget
        assert budget is not None
        measure.unit.check(budget)
        if self.runs.empty:
            return Recommendation(effort=measure.name, budget=budget, suggestions=first_look(measure))
        return recommend(self.at(measure), budget=budget)

    def of(self, runs: pd.DataFrame) -> "Study":
        """Make the study of only some of the runs; this one, with all that it computed, if they are all."""
        return self if len(runs) == len(self.runs) else replace(self, runs=runs)

    def effort_of_target(self, target: float, *, measure: EffortMeasure) -> TargetCost:
        """Find what a target Dice costs, as `simulator.analysis.recommendation.target.find_target` says.

        Raises
        ------
        RequestError
            If the target is not in (0, 1].
        """
        return find_target(None if self.runs.empty else self.at(measure), target=target)

    @cached_property
    def _combined(self) -> tuple[pd.DataFrame, Uncertainty]:
        return combine_with_uncertainty(self.runs)

    @cached_property
    def _priced(self) -> dict[str, Priced]:
        return {}


def make_study(
    runs: pd.DataFrame,
    *,
    prices: Prices,
    proxy: str = "interpolation",
    agreement: Agreement | None = None,
    n_draws: int = PRECISE,
) -> Study:
    """Make the study of some runs.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`; may be empty.
    prices : Prices
    proxy : str, default="interpolation"
        Beside exact masks only those of this way of losing quality are read.
    agreement : Agreement or None, default=None
    n_draws : int, default=4000

    Returns
    -------
    Study
    """
    return Study(
        # In one order, so that the same runs give the same numbers to the last digit.
        runs=keep_proxy(runs, proxy).sort_values("key", kind="stable", ignore_index=True),
        proxy=proxy,
        prices=prices,
        agreement=agreement,
        n_draws=n_draws,
    )


def make_studies(
    runs: pd.DataFrame, *, prices: Prices, agreement: Agreement | None = None
) -> dict[str, Study]:
    """Make the study of every way to lose quality that was measured, `interpolation` before all others.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`; at least one.
    prices : Prices
    agreement : Agreement or None, default=None

    Returns
    -------
    dict of str to Study
        By proxy; exact masks are with each of them, and count as `interpolation`.
    """
    measured = set(runs["proxy"].where(runs["quality"] < 1, "interpolation"))
    return {
        proxy: make_study(runs, prices=prices, proxy=proxy, agreement=agreement)
        for proxy in sorted(measured, key=lambda name: (name != "interpolation", name))
    }
