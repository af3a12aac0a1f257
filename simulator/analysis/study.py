"""All that is read off the runs of one data set under one protocol, with one way of losing quality, at given prices.

A `Study` computes each part once, when it is first asked for: configurations, chance, draws; and, through `Study.at`,
what one measure of effort makes of them: frontier, trajectory, recommendation, target. Claims, figures, pages, commands
and reports all read the same draws.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from ..effort import MEASURES, EffortMeasure, Prices
from ..errors import RequestError
from ..records import DatasetReference, Virtues
from ..statistics.uncertainty import Chance, Draws, Uncertainty, draw_chance
from .agreement import Agreement
from .combinations import (
    COMBINATION,
    combination_codes,
    combine_nothing,
    combine_with_uncertainty,
    compute_efforts,
    is_full,
)
from .law.candidates import EXACT, Ranges, count_out, find_candidates, measured_ranges, ways_of
from .law.law import Law, coordinates_of, fit_law, unmeasured_law
from .law.pool import estimate_volume_variance, pool_variance
from .law.prior import BEYOND, NO_PRIOR, Prior
from .law.space import Space
from .priced import Priced
from .recommendation.recommend import recommend
from .recommendation.strategies import full_number
from .recommendation.suggestions import first_look
from .recommendation.target import find_target
from .recommendation.values import Recommendation, TargetCost
from .runs import keep_proxy, reference_of

__all__ = ["N_MORE", "Study", "make_studies", "make_study"]

PRECISE = 4000
"""Draws: a share of 0.95 is then known to 0.004."""

OF_RUNS = ("_combined", "law", "_chance", "draws", "_volume_variance")
"""What follows from the runs alone."""

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
    prior : Prior
        What other data sets say of this one.
    space : Space or None
        What could be done with its pool; None where that is known from runs only.
    most_volumes : int or None
        No candidate labels more.
    least_slices : int
        Every candidate labels as many a volume, or all.
    is_carried : bool
        True if `space` is a pool of other volumes than those that were measured. Then none of its strategies was
        measured, and the chance of the pool is drawn.
    """

    runs: pd.DataFrame
    proxy: str
    prices: Prices
    agreement: Agreement | None
    n_draws: int
    prior: Prior = NO_PRIOR
    space: Space | None = None
    most_volumes: int | None = None
    least_slices: int = 0
    is_carried: bool = False

    @cached_property
    def dataset(self) -> DatasetReference:
        """The data set; there has to be a run, or a space."""
        if self.runs.empty and self.space is not None:
            return self.space.reference
        return reference_of(self.runs)

    @property
    def protocol(self) -> str:
        """Name of the protocol; there has to be a run, or a space."""
        if self.runs.empty and self.space is not None:
            return self.space.protocol
        return str(self.runs["protocol"].iloc[0])

    @property
    def can_answer(self) -> bool:
        """True if something was measured, or other data sets say something of this one."""
        return not self.runs.empty or (self.space is not None and self.prior.ranges is not None)

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """One row a configuration, from `combine_with_uncertainty`, with column expected: what the law expects."""
        return self._combined[0].assign(expected=self.draws.centres)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """One row a strategy that was not measured but may be recommended, from `find_candidates`.

        With columns expected, kind (as of an `Estimate`) and, where chance is known, expected_low and expected_high.
        """
        # Which spacing of key slices loses how much is another thing on other volumes.
        combinations = self._combined[0].iloc[:0] if self.is_carried else self._combined[0]
        ways = ways_of(combinations)
        if self.space is not None:
            new = ~self.space.ways["quality"].isin(ways["quality"])
            ways = pd.concat([ways, self.space.ways[new]], ignore_index=True)
        n_pool, n_slices = self.pool
        candidates = find_candidates(
            ways, n_pool=n_pool, n_slices=n_slices, ranges=self.ranges, combinations=combinations
        )
        is_dense = (candidates["slices_per_volume"] >= self.least_slices) | is_full(candidates)
        is_few = candidates["n_volumes"] <= (self.most_volumes or n_pool)
        candidates = candidates[is_dense & is_few].reset_index(drop=True)
        inputs = coordinates_of(candidates)
        low, high = self.law.limits(inputs, further=self.pool_chance(candidates["n_volumes"].to_numpy()))
        limits = {"expected_low": low.clip(min=0), "expected_high": high} if self.draws.is_known else {}
        here = False if self.measured_ranges is None else self.measured_ranges.hold(candidates)
        elsewhere = "beyond" if self.is_carried and len(self.runs) else "prior"
        kinds = np.where(here, "predicted", elsewhere)
        return candidates.assign(expected=self.law.expect(inputs), kind=kinds, **limits)

    @property
    def pool(self) -> tuple[int, int]:
        """How many volumes the pool has, and how many labeled slices these have."""
        if self.space is not None:
            return self.space.reference.n_pool, self.space.n_slices
        columns = ["n_pool", "n_labeled_slices_pool"]
        n_pool, n_slices = self._combined[0][columns].max().astype(int)
        return int(n_pool), int(n_slices)

    @cached_property
    def measured_ranges(self) -> Ranges | None:
        """From where to where was measured here; None without a run."""
        return None if self.runs.empty else measured_ranges(self._combined[0])

    @property
    def ranges(self) -> Ranges:
        """From where to where something may be said: measured here, or on data sets that the prior knows."""
        here, elsewhere = self.measured_ranges, self.prior.ranges
        if here is not None and self.is_carried:
            here = Ranges(here.low - BEYOND, here.high + BEYOND)
        known = [ranges for ranges in (here, elsewhere) if ranges is not None]
        return reduce(Ranges.join, known)

    @property
    def uncertainty(self) -> Uncertainty:
        """How uncertain their means are."""
        return self._combined[1]

    @cached_property
    def law(self) -> Law:
        """What volumes, slices and quality do to performance."""
        combinations, uncertainty = self._combined
        if self.runs.empty:
            return unmeasured_law(self.prior.parameters, n_test=self.dataset.n_test)
        return fit_law(
            self.runs,
            combination_codes(self.runs),
            combinations=combinations,
            uncertainty=uncertainty,
            prior=self.prior.parameters,
        )

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
            is_known=self.uncertainty.by_volume.shape[1] > 1,
        )

    def draw(self, strategies: pd.DataFrame, *, is_smooth: bool = False) -> Draws:
        """Draw some strategies that were not measured together with all that was.

        Parameters
        ----------
        strategies : DataFrame
            Rows of `candidates`; at most `N_MORE`.
        is_smooth : bool, default=False
            True leaves out each strategy's own scatter, as `Law.draw` says.

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
            is_smooth=is_smooth,
        )
        variance = self.pool_chance(strategies["n_volumes"].to_numpy())
        drawn = 1 - (1 - drawn) * np.exp(np.sqrt(variance)[:, None] * self._chance.pool)
        return replace(
            self.draws,
            expected=np.concatenate([self.draws.expected, drawn]),
            centres=np.concatenate([self.draws.centres, strategies["expected"]]),
        )

    def pool_chance(self, n_volumes: np.ndarray) -> np.ndarray:
        """Variance of ln(1 − Dice) between pools, by the number of volumes; none where this pool was measured.

        Parameters
        ----------
        n_volumes : ndarray of shape (n,)

        Returns
        -------
        ndarray of shape (n,), dtype float64
        """
        if not self.is_carried or self.runs.empty:
            return np.zeros(len(n_volumes))
        n_measured = int(self.runs["n_pool"].max())
        return pool_variance(self._volume_variance, n_volumes=n_volumes, n_measured=n_measured)

    @cached_property
    def _volume_variance(self) -> float:
        return estimate_volume_variance(self.runs)

    @cached_property
    def _chance(self) -> Chance:
        return draw_chance(self.uncertainty, n_draws=self.n_draws, n_more=N_MORE)

    @cached_property
    def full(self) -> int | None:
        """Number of full virtues; None where they were not measured."""
        return None if self.runs.empty or self.is_carried else full_number(self.combinations)

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
        return {name: self._compute_efforts(measure) for name, measure in MEASURES.items()}

    def _compute_efforts(self, measure: EffortMeasure) -> np.ndarray:
        if self.runs.empty or self.is_carried:
            return np.full(len(self._combined[0]), np.nan)
        return compute_efforts(self.runs, measure=measure, prices=self.prices)

    def _full_effort(self, measure: EffortMeasure) -> float:
        if not self.runs.empty and not self.is_carried:
            return measure.full(self.runs, self.prices)
        n_pool, n_slices = self.pool
        everything = pd.DataFrame({"n_volumes": [n_pool], "completeness": 1.0, **EXACT})
        return measure.full(count_out(everything, n_pool=n_pool, n_slices=n_slices), self.prices)

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
        """Price the configurations by a measure of effort; there has to be an answer."""
        if measure.name not in self._priced:
            self._priced[measure.name] = Priced(
                dataset=self.dataset,
                protocol=self.protocol,
                measure=measure,
                prices=self.prices,
                combinations=self.combinations.assign(effort=self._compute_efforts(measure)),
                draws=self.draws,
                candidates=self.candidates.assign(effort=measure.compute(self.candidates, self.prices)),
                draw=self.draw,
                full=self.full,
                full_effort=self._full_effort(measure),
                has_prior=self.is_carried or self.prior.ranges is not None,
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
            As `simulator.analysis.recommendation.recommend.recommend` says; ``empty`` where nothing can be answered.

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
        if not self.can_answer:
            return Recommendation(effort=measure.name, budget=budget, suggestions=first_look(measure))
        return recommend(self.at(measure), budget=budget)

    def of(self, runs: pd.DataFrame, *, most_volumes: int | None = None, least_slices: int = 0) -> "Study":
        """Make the study of only some of the runs, and of candidates within bounds of their own.

        Parameters
        ----------
        runs : DataFrame
            Some of these.
        most_volumes : int or None, default=None
        least_slices : int, default=0

        Returns
        -------
        Study
            This one, with all that it computed, if nothing is left out.
        """
        most = min(filter(None, (most_volumes, self.most_volumes)), default=None)
        least = max(least_slices, self.least_slices)
        is_same = (most, least) == (self.most_volumes, self.least_slices)
        if is_same and len(runs) == len(self.runs):
            return self
        return replace(self, runs=runs, most_volumes=most, least_slices=least)

    def lay_over(self, space: Space, *, prices: Prices) -> "Study":
        """Lay the law of this study over a pool of other volumes, at prices of their own.

        Parameters
        ----------
        space : Space
        prices : Prices

        Returns
        -------
        Study
            What was fitted to the runs, and drawn, is taken over: neither pool nor prices change it.
        """
        carried = replace(self, space=space, prices=prices, is_carried=True)
        if not self.runs.empty:
            vars(carried).update({name: getattr(self, name) for name in OF_RUNS})
        return carried

    def effort_of_target(self, target: float, *, measure: EffortMeasure) -> TargetCost:
        """Find what a target Dice costs, as `simulator.analysis.recommendation.target.find_target` says.

        Raises
        ------
        RequestError
            If the target is not in (0, 1].
        """
        return find_target(self.at(measure) if self.can_answer else None, target=target)

    @cached_property
    def _combined(self) -> tuple[pd.DataFrame, Uncertainty]:
        return combine_with_uncertainty(self.runs) if len(self.runs) else combine_nothing(self.dataset.n_test)

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
    prior: Prior = NO_PRIOR,
    space: Space | None = None,
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
    prior : Prior, default=NO_PRIOR
    space : Space or None, default=None

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
        prior=prior,
        space=space,
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
    measured = runs["proxy"].where(runs["quality"] < 1, "interpolation").unique()
    return {
        proxy: make_study(runs, prices=prices, proxy=proxy, agreement=agreement)
        for proxy in sorted(measured, key=lambda name: (name != "interpolation", name))
    }
