"""How fair a stand-in one protocol is for another.

The same combinations and seeds are run under both; the yardstick is the reference protocol against itself with as many
other seeds (paper §2.1: hyperparameters do not change the virtues' relative importance).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..effort import MEASURES, Prices
from ..formats import format_count, format_gain, format_share
from ..records import DatasetReference
from ..statistics.uncertainty import LEVEL, draw_chance, limits_of
from .combinations import COMBINATION, combine_with_uncertainty, compute_efforts, is_full
from .frontier.trajectory import find_hulls, read_hulls
from .runs import reference_of

__all__ = ["STAND_IN", "TRIAL", "Agreement", "estimate_agreement"]

STAND_IN, REFERENCE, TRIAL = "fast", "paper", "smoke"

MIN_COMBINATIONS = 5
"""Fewer have no order to agree on."""

RANK_SLACK, LARGEST_DIFFERENCE, LARGEST_COST = 0.02, 0.02, 1 / 20
"""What a stand-in may lose in rank agreement, may differ by in normalized performance, and may cost."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How well one protocol stands in for another, on one data set.

    Parameters
    ----------
    dataset : DatasetReference
    protocol, reference : str
        The stand-in, and what it stands in for.
    n_combinations : int
        Run under both with at least one seed in common.
    seeds : tuple of int
        Those in common.
    rank : float in [-1, 1]
        Spearman's correlation of their mean Dice with the same seeds: half as many as the reference was run with, the
        mean over all ways to choose these.
    rank_of_itself : float or None
        The same between the reference with these seeds and with as many others; None while it was run with one.
    difference : float
        Mean absolute difference of normalized performance, with the same halves.
    difference_of_itself : float or None
    n_reversals : int or None
        Pairs that each protocol orders measurably, in opposite ways; None where chance between seeds is unknown.
    trajectory_share : float or None
        Share of the range of effort where the two trajectories differ by less than chance.
    trajectory_gap : float or None
        Largest difference of the two elsewhere, the stand-in's less the reference's, in normalized performance; 0 where
        they differ nowhere.
    cost : float
        Seconds of all its trainings as a share of the reference's.
    """

    dataset: DatasetReference
    protocol: str
    reference: str
    n_combinations: int
    seeds: tuple[int, ...]
    rank: float
    rank_of_itself: float | None
    difference: float
    difference_of_itself: float | None
    n_reversals: int | None
    trajectory_share: float | None
    trajectory_gap: float | None
    cost: float

    @property
    def missed(self) -> tuple[str, ...] | None:
        """The bounds that it misses, in words; None while the reference was not compared with itself."""
        share, gap = self.trajectory_share, self.trajectory_gap
        if self.rank_of_itself is None or self.n_reversals is None or share is None or gap is None:
            return None
        bounds = (
            (self.rank >= self.rank_of_itself - RANK_SLACK, "the order"),
            (self.n_reversals == 0, f"{format_count(self.n_reversals, 'pair')} measurably reversed"),
            (self.difference <= LARGEST_DIFFERENCE, "the difference"),
            (
                share >= LEVEL,
                f"trajectories alike over {format_share(share)} of the efforts, elsewhere up to {format_gain(gap)}",
            ),
            (self.cost <= LARGEST_COST, f"{format_share(self.cost)} of the time"),
        )
        return tuple(miss for is_met, miss in bounds if not is_met)

    @property
    def is_fair(self) -> bool | None:
        """True if it meets every bound; None while the reference was not compared with itself."""
        missed = self.missed
        return None if missed is None else not missed

    @property
    def rank_interval(self) -> tuple[float, float]:
        """90 % interval of `rank`, had as many other combinations been chosen.

        Fisher's transformation with the variance of Bonett and Wright 2000 (doi:10.1007/BF02294183).
        """
        n = self.n_combinations
        # Equal orders would have no width: they count as half-way to two neighbours exchanged.
        largest = 1 - 6 / (n * (n**2 - 1))
        z = np.arctanh(np.clip(self.rank, -largest, largest))
        halfwidth = ndtri((1 + LEVEL) / 2) * np.sqrt((1 + self.rank**2 / 2) / (n - 3))
        return float(np.tanh(z - halfwidth)), float(np.tanh(z + halfwidth))


def estimate_agreement(runs: pd.DataFrame) -> Agreement | None:
    """Compare the quick protocol with the paper's, on the combinations that both were run on.

    Parameters
    ----------
    runs : DataFrame
        Rows of the run table.

    Returns
    -------
    Agreement or None
        Of several data sets, on the one with most such combinations. None if fewer than five were run under both with
        one seed in common, full virtues among them.
    """
    found = [_estimate_agreement(own) for _, own in runs.groupby("fingerprint")]
    return max(filter(None, found), key=lambda agreement: agreement.n_combinations, default=None)


def _estimate_agreement(runs: pd.DataFrame) -> Agreement | None:
    common = _common_runs(runs)
    of_protocol, of_reference = (common[common["protocol"] == name] for name in (STAND_IN, REFERENCE))
    stand_in, original = _dice_by_seed(of_protocol), _dice_by_seed(of_reference)
    names = original.index
    full = [place for place, name in enumerate(names) if name[:3] == (1.0, 1.0, 1.0)]
    if len(names) < MIN_COMBINATIONS or not full:
        return None
    again = _dice_by_seed(runs[runs["protocol"] == REFERENCE]).reindex(names).dropna(axis=1)
    halves = _choose_halves(original.dropna(axis=1).columns, again.columns)
    pairs = [(stand_in[own], original[own]) for own, _ in halves] or [(stand_in, original)]
    itself = [(again[others], again[own]) for own, others in halves]
    reversals, trajectory_share, trajectory_gap = _compare_orders(of_protocol, of_reference)
    return Agreement(
        dataset=reference_of(of_reference),
        protocol=STAND_IN,
        reference=REFERENCE,
        n_combinations=len(names),
        seeds=tuple(sorted(int(seed) for seed in common["seed"].unique())),
        rank=_mean_rank(pairs),
        rank_of_itself=_mean_rank(itself) if itself else None,
        difference=_mean_difference(pairs, full[0]),
        difference_of_itself=_mean_difference(itself, full[0]) if itself else None,
        n_reversals=reversals,
        trajectory_share=trajectory_share,
        trajectory_gap=trajectory_gap,
        cost=float(of_protocol["seconds"].sum() / of_reference["seconds"].sum()),
    )


def _common_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Keep runs under the two protocols whose combination and seed were run under both.

    Only seeds with which every shared combination was run, if there are any: then all are compared alike.
    """
    both = runs[runs["protocol"].isin([STAND_IN, REFERENCE])]
    pairs = both.groupby([*COMBINATION, "seed"])["protocol"].transform("nunique")
    common = both[pairs == 2]
    n_combinations = common.groupby(COMBINATION).ngroups
    by_seed = common.groupby("seed")["key"].transform("size") // 2
    complete = common[by_seed == n_combinations]
    return complete if len(complete) else common


def _dice_by_seed(runs: pd.DataFrame) -> pd.DataFrame:
    """Dice of every combination (rows) with every seed (columns); NaN where it was not run."""
    return runs.pivot_table(index=COMBINATION, columns="seed", values="dice")


def _choose_halves(shared: pd.Index, of_reference: pd.Index) -> list[tuple[list[int], list[int]]]:
    """Find all ways to set some shared seeds against as many others of the reference, as many as there are."""
    size = min(len(shared), len(of_reference) // 2)
    if size == 0:
        return []
    return [
        (list(own), list(others))
        for own in combinations(shared, size)
        for others in combinations(of_reference.difference(list(own)), size)
    ]


def _mean_rank(pairs: list[tuple[pd.DataFrame, pd.DataFrame]]) -> float:
    # Spearman's, without a library that a command waits for.
    ranks = [first.mean(axis=1).rank().corr(second.mean(axis=1).rank()) for first, second in pairs]
    return float(np.mean(ranks))


def _mean_difference(pairs: list[tuple[pd.DataFrame, pd.DataFrame]], full: int) -> float:
    return float(
        np.mean([(_normalize(first, full) - _normalize(second, full)).abs() for first, second in pairs])
    )


def _normalize(dice: pd.DataFrame, full: int) -> "pd.Series[float]":
    mean = dice.mean(axis=1)
    normalized: pd.Series[float] = mean / mean.iloc[full]
    return normalized


def _compare_orders(
    first: pd.DataFrame, second: pd.DataFrame
) -> tuple[int | None, float | None, float | None]:
    """Count measurable reversals, and compare the trajectories priced as hours: share of efforts alike, largest gap."""
    tables = []
    for seed, runs in enumerate((first, second)):
        table, uncertainty = combine_with_uncertainty(runs)
        if not uncertainty.is_known:
            return None, None, None
        measured = draw_chance(uncertainty, seed=seed).measured
        tables.append((table, measured / measured[is_full(table)]))
    (table, mine), (_, theirs) = tables
    signs = [_measurable_signs(values, n_pairs=len(mine) * (len(mine) - 1) // 2) for values in (mine, theirs)]
    n_reversals = int(np.count_nonzero(signs[0] * signs[1] < 0)) // 2
    effort = compute_efforts(second, measure=MEASURES["hours"], prices=Prices())
    # What has no price is on no trajectory; NaN are sorted last.
    order = np.argsort(effort, kind="stable")[: np.count_nonzero(np.isfinite(effort))]
    effort = effort[order]
    lines = [_trajectories(effort, values[order]) for values in (mine, theirs)]
    differences = lines[0] - lines[1]
    low, high = limits_of(differences)
    is_alike = (low <= 0) & (high >= 0)
    gaps = np.where(is_alike, 0, differences.mean(axis=1))
    return n_reversals, float(np.mean(is_alike)), float(gaps[np.argmax(np.abs(gaps))])


def _measurable_signs(values: np.ndarray, *, n_pairs: int) -> np.ndarray:
    """Sign of every difference between two combinations; 0 where it is not measurable: shape (n, n).

    A reversal takes two measurable differences; the level is such that among pairs without any true difference one is
    found in at most one of twenty comparisons.
    """
    # A pair of equals can be reversed in two ways.
    level = np.sqrt((1 - LEVEL) / 4 / n_pairs)
    low, high = np.quantile(values[:, None] - values[None], [level, 1 - level], axis=2)
    signs: np.ndarray = (low > 0).astype(int) - (high < 0).astype(int)
    return signs


def _trajectories(effort: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Read every draw's trajectory at 101 efforts: shape (101, n_draws)."""
    efforts = np.linspace(effort[0], effort[-1], 101)
    return read_hulls(efforts, effort, values, find_hulls(effort, values))
