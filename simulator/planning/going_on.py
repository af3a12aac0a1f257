"""How to go on from what is labeled: the best use of the hours left, by the law and by the scores measured so far."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..analysis import Study
from ..analysis.law.curve import coordinates
from ..analysis.law.law import LEAST_MISSING, Law, coordinates_of
from ..analysis.recommendation.recommend import NEAR
from ..effort import Prices
from ..records import Score, Stage
from ..statistics.uncertainty import LEVEL
from .progress import Progress, VolumeProgress
from .project import LEAST_LEFT, with_looks, work_hours

__all__ = [
    "Gain",
    "NextPlan",
    "Shift",
    "find_saturation",
    "go_on",
    "inputs_of",
    "lay_out",
    "learn_shift",
    "price_anew",
]

ENOUGH_SLICES = 10
"""Labeled slices from which on the hours that they took say something of the next ones."""

SHOWS = 0.01
"""A gain in Dice below it is not worth ten volumes."""

N_MORE, N_DRAWS = 10, 2000
"""Volumes that saturation is asked for, and how often their gain is drawn."""

SAME_PRICE = 0.05
"""A price that differs by less is the same."""

MOST_OFF = 30.0
"""Hours that are so many times what was planned, or so small a part of it, are a slip of the hand: 0, or minutes."""

MEASURED = (
    "opening_minutes",
    "finding_minutes",
    "drawing_seconds",
    "checking_seconds",
    "review_seconds",
)
"""Prices that the hours written down say something of: as one factor for all."""

QUANTILE = 1.645
"""Of the normal distribution, for 90 %."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shift:
    """By how much ln(1 − Dice) of some strategies is other than the law expects, by the scores so far: normal.

    Parameters
    ----------
    mean, variance : ndarray of shape (k,), dtype float64
    """

    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Gain:
    """What so many more volumes add to the Dice of what is labeled, with a 90 % interval."""

    n_volumes: int
    dice: float
    low: float
    high: float

    @property
    def is_saturated(self) -> bool:
        """True if it is less than what shows."""
        return self.high < SHOWS


@dataclass(frozen=True, kw_only=True, eq=False)
class NextPlan:
    """How to go on.

    Parameters
    ----------
    stages : tuple of Stage
        The plan from its beginning, what is labeled and all.
    is_same : bool
        True if that is the plan that annotators work by.
    n_volumes : int
        To label from now on, to train on.
    every : int
        Of these volumes' slices.
    hours : float
        That they take.
    prices : Prices
        As the work so far showed them.
    dice, low, high : float
        Expected then, and its 90 % interval.
    now : float or None
        Expected Dice of what is labeled by now; None where so little was never measured.
    hours_over : float
        Left when all of it is done; 0 where that is not worth a word.
    n_more_testing : int
        Volumes of the others that these hours could keep for testing besides.
    is_at_limit : bool
        True if more volumes could be labeled, but so many were never measured.
    """

    stages: tuple[Stage, ...]
    is_same: bool
    n_volumes: int
    every: int
    hours: float
    prices: Prices
    dice: float
    low: float
    high: float
    now: float | None
    hours_over: float
    n_more_testing: int
    is_at_limit: bool

    @property
    def stages_volumes(self) -> int:
        """Volumes to train on in the end."""
        return sum(stage.n_volumes for stage in self.stages)


def go_on(progress: Progress) -> NextPlan | None:
    """Find the best use of the hours left.

    Parameters
    ----------
    progress : Progress

    Returns
    -------
    NextPlan or None
        Among what is as good as the best, what is planned; else the most volumes, and of as many the fewest hours. None
        before anything to train on is labeled, or where nothing near what is labeled was measured.
    """
    answer = progress.plan.answer
    train = [one for one in progress.volumes if one.visit.role == "train"]
    n_begun = max((place + 1 for place, one in enumerate(train) if one.n_labeled), default=0)
    if not n_begun:
        return None
    prices = price_anew(progress)
    begun = train[:n_begun]
    n_slices = float(sum(max(one.n_labeled, one.visit.n_slices) for one in begun))
    promised = [one for one in progress.volumes if one.visit.role == "test"] + begun
    open_hours = sum(_hours(prices, one) for one in promised)
    hours_left = answer.project.hours - progress.hours - open_hours
    options = lay_out(
        n_begun,
        n_slices,
        n_more=answer.study.pool[0] - n_begun,
        each=answer.n_slices,
        prices=with_looks(prices, n_looks=answer.n_looks),
    )
    options = options[options["hours"] <= hours_left + 1e-9]
    options = options[answer.study.ranges.hold(options)]
    if options.empty:
        return None
    options = _expect(options, progress)
    near = options[options["dice"] >= options["dice"].max() - NEAR]
    rest = [one.visit.every for one in train[n_begun:]]
    is_planned = (near["n_more"] == len(rest)) & near["every"].isin(rest)
    if len(set(rest)) == 1 and is_planned.any():
        near = near[is_planned]
    best = near.sort_values(["n_volumes", "hours"], ascending=[False, True], kind="stable").iloc[0]
    n_more, every = int(best["n_more"]), int(best["every"])
    stages = _stages(begun_rhythms(progress, n_begun), n_more, every)
    over = hours_left - float(best["hours"])
    over = over if over >= LEAST_LEFT * answer.project.hours else 0.0
    in_full = work_hours(1, n_slices=answer.n_slices, prices=with_looks(prices, n_looks=answer.n_looks))
    n_others = answer.study.pool[0] - n_begun - n_more
    return NextPlan(
        stages=stages,
        # Of the plan as it is carried out: what its hours do not pay for is not in it.
        is_same=[every] * n_more == rest,
        n_volumes=n_more,
        every=every,
        hours=float(best["hours"]),
        prices=prices,
        dice=float(best["dice"]),
        low=float(best["low"]),
        high=float(best["high"]),
        now=next((float(dice) for dice in options.loc[options["n_more"] == 0, "dice"]), None),
        hours_over=over,
        n_more_testing=min(math.floor(over / in_full), n_others),
        is_at_limit=n_others > 0 and n_more == int(options["n_more"].max()),
    )


def find_saturation(progress: Progress) -> Gain | None:
    """Say what ten more volumes like those that are labeled would add; None before anything to train on is."""
    train = [one for one in progress.volumes if one.visit.role == "train" and one.n_labeled]
    if not train:
        return None
    answer, every = progress.plan.answer, train[-1].visit.every
    n, n_slices = len(train), sum(one.n_labeled for one in train)
    more = n_slices + N_MORE * max(1.0, answer.n_slices / every)
    inputs = coordinates(np.array([n, n + N_MORE]), np.array([n_slices, more]), np.ones(2))
    law, shift = answer.study.law, learn_shift(progress, inputs)
    known = law.process.predict(inputs, which=np.full(2, -1))
    centre = known.mean + law.seed_variance(inputs) / 2 + shift.mean
    drawn = np.exp(np.random.default_rng(0).multivariate_normal(centre, known.covariance, size=N_DRAWS))
    gains = drawn[:, 0] - drawn[:, 1]
    low, high = np.quantile(gains, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    expected = np.exp(centre)
    return Gain(n_volumes=N_MORE, dice=float(expected[0] - expected[1]), low=float(low), high=float(high))


def price_anew(progress: Progress) -> Prices:
    """Price labeling by the hours that were written down; as the plan does where these are too few, or a slip."""
    prices = progress.plan.answer.prices
    if not progress.is_measured or progress.n_slices < ENOUGH_SLICES or not progress.planned_hours:
        return prices
    ratio = progress.hours / progress.planned_hours
    if abs(ratio - 1) < SAME_PRICE or not 1 / MOST_OFF <= ratio <= MOST_OFF:
        return prices
    return replace(prices, **{name: getattr(prices, name) * ratio for name in MEASURED})


def learn_shift(progress: Progress, inputs: np.ndarray) -> Shift:
    """Learn from the scores so far by how much strategies give another Dice here than the law expects.

    Parameters
    ----------
    progress : Progress
    inputs : ndarray of shape (k, 3), dtype float64
        Of the strategies, from `coordinates`.

    Returns
    -------
    Shift
        Before a score: none, as uncertain as the law is for another pool.

    Notes
    -----
    What is thought before is normal. The law's error moves all strategies alike; of the chance of the pool, b/v + b/N,
    a score of v volumes shares b/w + b/N with a strategy of w more, as these are the v and others. Where the scores lie
    further off than that lets expect, these are other volumes than the reference's, and a further shift of all
    strategies is as wide as they say. A score is as uncertain as its training; the chance of the test volumes is that
    of all scores together.
    """
    answer = progress.plan.answer
    study, law = answer.study, answer.study.law
    before = _law_variance(law, inputs) + study.pool_chance(np.exp(inputs[:, 0]))
    if not progress.scores:
        return Shift(mean=np.zeros(len(inputs)), variance=before)
    scored = inputs_of(progress.scores, progress)
    dice = np.array([score.dice for score in progress.scores])
    seen = np.log(np.maximum(LEAST_MISSING, 1 - dice)) - np.log(1 - law.expect(scored))
    chance = np.diag(np.maximum(law.seed_variance(scored), 1e-9))
    chance += law.volume_variance / max(1, answer.n_testing)
    known, shared = _share(study, scored, scored) + chance, _share(study, inputs, scored)
    weights = np.linalg.solve(known, np.ones(len(seen)))
    further = max(0.0, float(weights @ seen / weights.sum()) ** 2 - 1 / float(weights.sum()))
    gains = np.linalg.solve(known + further, (shared + further).T).T
    left = before + further - (gains * (shared + further)).sum(axis=1)
    return Shift(mean=gains @ seen, variance=left.clip(min=0))


def _share(study: Study, inputs: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Covariance of what is not known of strategies before a score: float64, of shape (k, m)."""
    n_volumes = np.exp(np.maximum.outer(inputs[:, 0], others[:, 0]))
    of_pool = study.pool_chance(n_volumes.ravel()).reshape(n_volumes.shape)
    of_law = np.outer(_law_variance(study.law, inputs), _law_variance(study.law, others))
    shared: np.ndarray = np.sqrt(of_law) + of_pool
    return shared


def _law_variance(law: Law, inputs: np.ndarray) -> np.ndarray:
    """Variance of ln(1 − Dice) that the law's interval stands for: float64, of shape (k,)."""
    low, high = law.limits(inputs)
    variance: np.ndarray = (np.log((1 - low) / (1 - high)) / (2 * QUANTILE)) ** 2
    return variance


def inputs_of(scores: tuple[Score, ...], progress: Progress) -> np.ndarray:
    """Lay out what each score's model was trained on: as many of the plan's volumes, with their slices."""
    counts = np.array([max(1, score.n_volumes) for score in scores], dtype=float)
    train = [one.visit for one in progress.volumes if one.visit.role == "train"]
    totals = np.cumsum([max(1.0, visit.n_slices) for visit in train]) if train else np.ones(1)
    slices = np.array([totals[min(len(totals), int(n)) - 1] for n in counts])
    return coordinates(counts, np.maximum(slices, counts), np.ones(len(scores)))


def lay_out(n_begun: int, n_slices: float, *, n_more: int, each: float, prices: Prices) -> pd.DataFrame:
    """Lay out all ways to go on: so many more volumes, each with every n-th of its slices."""
    more = pd.DataFrame({"n_more": np.arange(max(0, n_more) + 1)})
    rhythms = pd.DataFrame({"every": np.arange(1, max(1, int(each)) + 1)})
    options = more.merge(rhythms, how="cross")
    drawn = options["n_more"] * np.maximum(1.0, each / options["every"])
    return options.assign(
        n_volumes=n_begun + options["n_more"],
        n_slices_used=n_slices + drawn,
        achieved_quality=1.0,
        hours=prices.hours(
            n_volumes=options["n_more"].astype(float), n_slices_drawn=drawn, n_slices_copied=0.0 * drawn
        ),
    )


def _expect(options: pd.DataFrame, progress: Progress) -> pd.DataFrame:
    inputs = coordinates_of(options)
    shift = learn_shift(progress, inputs)
    centre = np.log(1 - progress.plan.answer.study.law.expect(inputs)) + shift.mean
    halfwidth = QUANTILE * np.sqrt(shift.variance)
    return options.assign(
        dice=1 - np.exp(centre),
        low=(1 - np.exp(centre + halfwidth)).clip(0, 1),
        high=1 - np.exp(centre - halfwidth),
    )


def begun_rhythms(progress: Progress, n_begun: int) -> list[int]:
    """Rhythm of each of the first volumes to train on, as the plan has it."""
    return [one.visit.every for one in progress.volumes if one.visit.role == "train"][:n_begun]


def _stages(rhythms: list[int], n_more: int, every: int) -> tuple[Stage, ...]:
    """Join neighbours of one rhythm."""
    stages: list[Stage] = []
    for rhythm in [*rhythms, *[every] * n_more]:
        if stages and stages[-1].every == rhythm:
            stages[-1] = Stage(n_volumes=stages[-1].n_volumes + 1, every=rhythm)
        else:
            stages.append(Stage(n_volumes=1, every=rhythm))
    return tuple(stages)


def _hours(prices: Prices, one: VolumeProgress) -> float:
    """Hours that a volume still takes."""
    n_drawn, n_looks = one.missing_work
    return prices.hours(n_volumes=float(one.n_labeled == 0), n_slices_drawn=n_drawn, n_slices_copied=n_looks)
