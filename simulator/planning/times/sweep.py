"""Where the price of a slice decides what a project should label, at the same hours.

No source knows what a slice takes in a lab's own hands. So the price is swept over its plausible range: where the same
volumes are recommended throughout, nobody needs to know it better. What a strategy is expected to give does not depend
on prices, and hours are linear in them: so a strategy is priced at both ends, and nothing is fitted again.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np

from ...analysis.recommendation.recommend import rank_near
from ...analysis.recommendation.strategies import whole_volumes
from ...effort import MEASURES, get_preset
from ...errors import RequestError
from ..project import ProjectAnswer, with_looks, work_hours

__all__ = ["PricePoint", "PriceSweep", "Turn", "sweep_price"]

N_PRICES = 13
"""Prices that are tried, evenly on a logarithmic scale; between two of them a turn is looked for by halving."""

N_HALVINGS = 6
"""A turn is then known to 1 % where the range is a factor of fifty."""

MATERIAL = 0.1
"""Volumes are called the same that lie as near, relative to their number, to one that is as good as the best."""

FACTOR = 3.0
"""From a third of a price to three times: where no preset says what is plausible."""

HOURS = MEASURES["hours"]

What = Literal["fewer", "more", "too few hours"]
Recommend = Callable[[float], "PricePoint | None"]


@dataclass(frozen=True, kw_only=True)
class PricePoint:
    """What is recommended at one price.

    Parameters
    ----------
    seconds : float
        That drawing a slice takes.
    n_volumes : int
        To label, besides those kept for testing: the most of those numbers that are as good.
    fewest : int
        The least of them.
    every : int
        Every how manieth slice of them.
    dice : float
        Expected.
    """

    seconds: float
    n_volumes: int
    fewest: int
    every: int
    dice: float


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A price beyond which, seen from the present one, another answer wins.

    Parameters
    ----------
    seconds : float
    side : {"above", "below"}
        Where the other answer wins.
    what : {"fewer", "more", "too few hours"}
        Fewer volumes, more volumes, or none at all.
    """

    seconds: float
    side: Literal["above", "below"]
    what: What


@dataclass(frozen=True, kw_only=True)
class PriceSweep:
    """What is recommended over a range of prices, at the hours of the project.

    Parameters
    ----------
    now : PricePoint or None
        At the present price; None where the hours are too few at that, and nothing is swept.
    low, high : float
        Ends of the range, in seconds a slice.
    points : tuple of PricePoint
        In order of price, above 0; none where the hours are too few.
    turns : tuple of Turn
        In order of price; empty where the present number of volumes is as good at both ends of the range.
    """

    now: PricePoint | None
    low: float
    high: float
    points: tuple[PricePoint, ...] = ()
    turns: tuple[Turn, ...] = ()


def sweep_price(answer: ProjectAnswer, *, low: float | None = None, high: float | None = None) -> PriceSweep:
    """Sweep what drawing a slice takes.

    Parameters
    ----------
    answer : ProjectAnswer
    low, high : float or None, default=None
        Ends of the range, in seconds a slice, above 0; None takes those of the preset or, where the price lies
        outside of that, a third of the price and three times as much.

    Returns
    -------
    PriceSweep
        The present price is among its points.

    Raises
    ------
    RequestError
        If the range is none.
    """
    low, high = _range_of(answer, low=low, high=high)
    if answer.strategy is None:
        return PriceSweep(now=None, low=low, high=high)
    recommend = _reprice(answer, low=low, high=high)
    present = answer.prices.drawing_seconds
    prices = sorted({*np.geomspace(low, high, N_PRICES).tolist(), present})
    points = {price: recommend(price) for price in prices}
    now = recommend(present)
    if now is None:
        return PriceSweep(now=None, low=low, high=high)
    above = [price for price in prices if price >= present]
    below = [price for price in reversed(prices) if price <= present]
    turns = [turn for side in (above, below) for turn in _find_turns(points, recommend, prices=side, now=now)]
    return PriceSweep(
        now=now,
        low=low,
        high=high,
        points=tuple(point for point in points.values() if point is not None and point.seconds),
        turns=tuple(sorted(turns, key=lambda turn: turn.seconds)),
    )


def _range_of(answer: ProjectAnswer, *, low: float | None, high: float | None) -> tuple[float, float]:
    preset, price = get_preset(answer.project.preset), answer.prices.drawing_seconds
    usual = (preset.low, preset.high)
    if not preset.low <= price <= preset.high and price > 0:
        usual = (price / FACTOR, price * FACTOR)
    low, high = usual[0] if low is None else low, usual[1] if high is None else high
    if not 0 < low < high < math.inf:
        raise RequestError(
            f"prices are swept from one above 0 to a larger one, in seconds a slice; got {low:g} to {high:g}"
        )
    return low, high


def _reprice(answer: ProjectAnswer, *, low: float, high: float) -> Recommend:
    """Make what recommends at a price; None where the hours are too few."""
    priced = answer.study.at(HOURS).offers
    prices = [
        with_looks(replace(answer.prices, drawing_seconds=end), n_looks=answer.n_looks) for end in (low, high)
    ]
    efforts = [HOURS.compute(priced, at_end).to_numpy() for at_end in prices]
    testing = [work_hours(answer.n_testing, n_slices=answer.n_slices, prices=at_end) for at_end in prices]

    offers = priced[["n_volumes", "completeness", "expected"]]
    expected, n_volumes = (offers[name].to_numpy() for name in ("expected", "n_volumes"))

    def recommend(price: float) -> PricePoint | None:
        share = (price - low) / (high - low)
        budget = answer.project.hours - (testing[0] + share * (testing[1] - testing[0]))
        effort = efforts[0] + share * (efforts[1] - efforts[0])
        if not (effort <= budget).any():
            return None
        near = rank_near(effort, expected, n_volumes, budget=budget)
        best, last = offers.iloc[near[0]], offers.iloc[near[-1]]
        return PricePoint(
            seconds=price,
            n_volumes=whole_volumes(best),
            fewest=whole_volumes(last),
            every=round(1 / best["completeness"]),
            dice=float(best["expected"]),
        )

    return recommend


def _find_turns(
    points: dict[float, PricePoint | None],
    recommend: Recommend,
    *,
    prices: list[float],
    now: PricePoint,
) -> Iterator[Turn]:
    """Find from where on, walking away from the present price, another answer wins up to the end of the range.

    Whole rhythms make the number of volumes a sawtooth: what comes and goes between is no turn.
    """
    side: Literal["above", "below"] = "above" if prices[-1] > prices[0] else "below"
    kinds = [_judge(points[price], now=now) for price in prices]
    runs = [(what, len(list(run))) for what, run in groupby(kinds)]
    end = len(prices)
    # At the end of the hours, what wins before they end is worth a word too.
    for what, length in reversed(runs[-2:] if kinds[-1] == "too few hours" else runs[-1:]):
        end -= length
        if what is not None:
            turned = _has_turned(recommend, to=what, now=now)
            yield Turn(seconds=_halve(prices[end - 1], prices[end], has_turned=turned), side=side, what=what)


def _judge(point: PricePoint | None, *, now: PricePoint) -> What | None:
    """Say how an answer differs from the present one; None where that is as good."""
    if point is None:
        return "too few hours"
    slack = MATERIAL * now.n_volumes
    if point.fewest - slack <= now.n_volumes <= point.n_volumes + slack:
        return None
    return "fewer" if point.n_volumes < now.n_volumes else "more"


def _has_turned(recommend: Recommend, *, to: What, now: PricePoint) -> Callable[[float], bool]:
    return lambda price: _judge(recommend(price), now=now) == to


def _halve(near: float, far: float, *, has_turned: Callable[[float], bool]) -> float:
    """Find the price between two at which the answer turns."""
    for _ in range(N_HALVINGS):
        middle = math.sqrt(near * far) if near else far / 2
        near, far = (near, middle) if has_turned(middle) else (middle, far)
    return far
