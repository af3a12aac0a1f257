"""How to go on from what is labeled: the best use of the hours left, by the law and by the scores measured so far."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..analysis.law.curve import coordinates
from ..analysis.law.law import Law
from ..analysis.recommendation.recommend import NEAR
from ..effort import Prices
from ..records import Score, Stage
from ..statistics.uncertainty import LEVEL
from .progress import Progress, VolumeProgress
from .project import LEAST_LEFT, with_looks, work_hours

__all__ = ["Gain", "NextPlan", "Shift", "find_saturation", "go_on", "lay_out", "learn_shift", "price_anew"]

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


@dataclass(frozen=True, kw_only=True)
class Shift:
    """By how much ln(1 − Dice) is other than the law expects, by the scores so far: normal."""

    mean: float = 0.0
    variance: float = 0.0


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
    shift = learn_shift(progress)
    options = _expect(options, progress, shift)
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
    law, shift = answer.study.law, learn_shift(progress)
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


def learn_shift(progress: Progress) -> Shift:
    """Learn from the scores so far by how much these volumes are other than the law expects.

    The law's interval for another pool is what is thought before, unless the scores lie further off than that lets
    expect: then these are other volumes than the reference's, and it is as wide as they say. A score says so much as
    its training lets it; its test volumes are those of all other scores, so their chance counts once. One shift moves
    all strategies alike, in ln(1 − Dice).
    """
    scores = progress.scores
    if not scores:
        return Shift()
    answer = progress.plan.answer
    inputs = _inputs_of(scores, progress)
    law, n_test = answer.study.law, max(1, answer.n_testing)
    low, high = law.limits(inputs, further=answer.study.pool_chance(np.exp(inputs[:, 0])))
    before = float(np.mean(np.log((1 - low) / (1 - high)) / (2 * QUANTILE)) ** 2)
    lacking = np.log(np.maximum(1e-3, 1 - np.array([score.dice for score in scores])))
    weights = 1 / np.maximum(law.seed_variance(inputs), 1e-9)
    seen = float(weights @ (lacking - np.log(1 - law.expect(inputs))) / weights.sum())
    chance = float(1 / weights.sum() + _chance_of_volumes(law) / n_test)
    before = max(before, seen**2 - chance, 1e-9)
    return Shift(mean=seen * before / (before + chance), variance=before * chance / (before + chance))


def _chance_of_volumes(law: Law) -> float:
    """Variance between test volumes of ln(1 − Dice): relative to the mean, as the law has it; about 0.3² if unknown."""
    if law.shared.size == 0 or law.shared.shape[1] < 2:
        return 0.1
    return float(law.shared.var(axis=1, ddof=1).mean())


def _inputs_of(scores: tuple[Score, ...], progress: Progress) -> np.ndarray:
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


def _expect(options: pd.DataFrame, progress: Progress, shift: Shift) -> pd.DataFrame:
    study = progress.plan.answer.study
    inputs = coordinates(
        options["n_volumes"].to_numpy(),
        options["n_slices_used"].to_numpy(),
        options["achieved_quality"].to_numpy(),
    )
    chance = study.pool_chance(options["n_volumes"].to_numpy()) if not progress.scores else 0.0
    low, high = study.law.limits(inputs, further=chance + shift.variance)
    moved = np.exp(shift.mean)
    return options.assign(
        dice=1 - (1 - study.law.expect(inputs)) * moved,
        low=(1 - (1 - low) * moved).clip(0, 1),
        high=(1 - (1 - high) * moved).clip(0, 1),
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
