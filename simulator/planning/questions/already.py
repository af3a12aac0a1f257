"""Going on from what is labeled already: what is left to do, and what that gives beside starting from nothing."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...analysis.law.law import coordinates_of
from ...analysis.recommendation.recommend import NEAR
from ...effort import Prices
from ..going_on import lay_out
from ..project import ProjectAnswer, with_looks
from .charts import Curve
from .drawing import MOST_DRAWN, Difference, draw_together, offers_of
from .question import Finding, Input, Question

__all__ = ["ALREADY", "GoingOn"]

USUAL_VOLUMES = 5.0


@dataclass(frozen=True, kw_only=True)
class GoingOn(Finding):
    """The best use of the hours for whoever has labeled volumes already.

    Parameters
    ----------
    n_labeled : int
        Volumes, to train on.
    n_slices : float
        Labeled in each.
    n_more : int
        Volumes to label from now on.
    every : int
        Of their slices.
    hours : float
        That this takes, test volumes included.
    dice : float
        Expected then.
    low, high : float or None
        90 % interval.
    difference : Difference or None
        To the plan that starts from nothing, with the same hours; None where these do not pay for one.
    hours_from_nothing : float or None
        That somebody who starts from nothing would need for as much; None where nobody gets there.
    """

    n_labeled: int
    n_slices: float
    n_more: int
    every: int
    hours: float
    dice: float
    low: float | None
    high: float | None
    difference: Difference | None
    hours_from_nothing: float | None


def go_on_from(answer: ProjectAnswer, *, labeled: float, slices: float) -> GoingOn | None:
    """Go on from what is labeled; None where too few hours are left for the test volumes, or nothing like it is known.

    As in a project's progress, what is as good as the best within 0.003 is labeled in most volumes.
    """
    budget = answer.project.hours - answer.testing_hours
    if budget <= 0 or not answer.study.can_answer:
        return None
    prices = with_looks(answer.prices, n_looks=answer.n_looks)
    options = _lay_out(answer, n_labeled=round(labeled), n_slices=slices, budget=budget, prices=prices)
    if options.empty:
        return None
    best = options["dice"].max()
    near = options[options["dice"] >= best - NEAR]
    chosen = near.sort_values(["n_volumes", "hours"], ascending=[False, True], kind="stable").index[0]
    along = _along(options, budget)
    from_nothing = answer.recommendation.near_optimal.iloc[:1]
    rows = pd.concat([options.loc[[*along, chosen]], from_nothing], ignore_index=True)
    drawn = draw_together(answer.study, rows)
    at, (low, high) = len(along), drawn.limits()
    hours = (answer.testing_hours + rows["hours"]).tolist()
    return GoingOn(
        n_labeled=round(labeled),
        n_slices=slices,
        n_more=int(rows["n_more"].iloc[at]),
        every=int(rows["every"].iloc[at]),
        hours=hours[at],
        dice=float(drawn.dice[at]),
        low=None if low is None else low[at],
        high=None if high is None else high[at],
        difference=drawn.compare(at, len(rows) - 1) if len(from_nothing) else None,
        hours_from_nothing=_from_nothing(answer, float(drawn.dice[at])),
        chart=Curve(
            x=tuple(hours[:at]),
            y=tuple(drawn.dice[:at].tolist()),
            low=None if low is None else low[:at],
            high=None if high is None else high[:at],
            mark=(hours[at], float(drawn.dice[at])),
            label="the plan",
            x_title="Hours from now on",
            y_title="Expected Dice",
        ),
    )


def _lay_out(
    answer: ProjectAnswer, *, n_labeled: int, n_slices: float, budget: float, prices: Prices
) -> pd.DataFrame:
    """Lay out all ways to go on that the hours pay for and the law can speak of, with the Dice that is expected."""
    known = math.floor(math.exp(answer.study.ranges.high[0]))
    least = max(prices.hours(n_volumes=1.0, n_slices_drawn=1.0, n_slices_copied=0.0), 1e-9)
    most = min(answer.study.pool[0], known) - n_labeled
    options = lay_out(
        n_labeled,
        n_labeled * n_slices,
        n_more=max(0, min(most, math.floor(budget / least))),
        each=answer.n_slices,
        prices=prices,
    )
    options = options[options["hours"] <= budget + 1e-9]
    # Without a further volume no rhythm is meant.
    options = options[(options["n_more"] > 0) | (options["every"] == 1)]
    options = options[answer.study.ranges.hold(options)].reset_index(drop=True)
    if options.empty:
        return options
    return options.assign(dice=answer.study.law.expect(coordinates_of(options)))


def _along(options: pd.DataFrame, budget: float) -> list[int]:
    """Take the best by each step of the hours, for the chart: labels of rows, in order of hours."""
    ordered = options.sort_values("hours", kind="stable")
    best = np.maximum.accumulate(ordered["dice"].to_numpy())
    is_best = ordered["dice"].to_numpy() >= best
    leading = ordered[is_best]
    steps = np.linspace(float(leading["hours"].iloc[0]), budget, MOST_DRAWN - 2)
    rows = leading["hours"].to_numpy().searchsorted(steps + 1e-9, side="right") - 1
    return [int(label) for label in leading.index[np.unique(rows.clip(min=0))]]


def _from_nothing(answer: ProjectAnswer, dice: float) -> float | None:
    offers = offers_of(answer)
    reaching = offers[offers["expected"] >= dice]
    return None if reaching.empty else answer.testing_hours + float(reaching["effort"].min())


def _labeled_by_now(answer: ProjectAnswer) -> list[int]:
    """Slices that the project's list calls labeled, a volume that has some."""
    return [len(volume.labeled_slices) for volume in answer.project.volumes if volume.labeled_slices]


def _usual_volumes(answer: ProjectAnswer) -> float:
    return min(float(len(_labeled_by_now(answer)) or USUAL_VOLUMES), float(answer.study.pool[0]))


def _most_slices(answer: ProjectAnswer) -> float:
    return float(max([1, math.ceil(answer.n_slices), *_labeled_by_now(answer)]))


def _usual_slices(answer: ProjectAnswer) -> float:
    known = _labeled_by_now(answer)
    return float(max(1, round(sum(known) / len(known) if known else answer.n_slices)))


ALREADY = Question(
    name="already",
    title="Labeled already",
    meaning="How to go on from so many volumes that are labeled already, with so many slices in each.",
    inputs=(
        Input(
            name="labeled",
            title="Volumes labeled already",
            low=1.0,
            high=lambda answer: float(answer.study.pool[0]),
            usual=_usual_volumes,
            step=1.0,
        ),
        Input(
            name="slices",
            title="Slices in each of them",
            low=1.0,
            high=_most_slices,
            usual=_usual_slices,
            step=1.0,
        ),
    ),
    answer=go_on_from,
)
