"""What a target Dice costs, and how likely it is."""

from dataclasses import dataclass

import numpy as np

from ...analysis.frontier.hull import best_row
from ...analysis.recommendation.strategies import strategy_of
from ..project import ProjectAnswer
from .charts import Curve
from .drawing import MOST_DRAWN, Drawn, draw_together, offers_of
from .question import Finding, Input, Question

__all__ = ["TARGET", "TargetFound"]

USUAL_DICE = 0.85


@dataclass(frozen=True, kw_only=True)
class TargetFound(Finding):
    """What a target costs, and how likely it is.

    Parameters
    ----------
    target : float
    n_volumes, every : int or None
        Volumes, and every how manieth of their slices, of the cheapest labeling that is expected to reach it; None if
        none is.
    hours : float or None
        That this takes, test volumes and all.
    chance : float in [0, 1] or None
        That it does reach it, over seeds, test volumes and pools of the same kind; None where chance is unknown.
    chance_now : float in [0, 1] or None
        That the plan for the given hours does; None without a plan.
    best : float
        The best Dice that is expected of anything.
    """

    target: float
    n_volumes: int | None
    every: int | None
    hours: float | None
    chance: float | None
    chance_now: float | None
    best: float


def ask_for_dice(answer: ProjectAnswer, *, dice: float) -> TargetFound | None:
    """Find what a Dice costs and how likely it is; None where nothing is known."""
    offers = offers_of(answer)
    if offers.empty:
        return None
    expected = offers["expected"].to_numpy()
    efforts = offers["effort"].to_numpy()
    reaching = np.flatnonzero(expected >= dice)
    chosen = (
        [] if answer.strategy is None else [offers.index.get_loc(answer.recommendation.near_optimal.index[0])]
    )
    steps = np.geomspace(efforts[0], efforts[-1], MOST_DRAWN - 2)
    along = [best_row(offers, budget=step) for step in steps]
    rows = [*along, *reaching[:1], *chosen]
    drawn = draw_together(answer.study, offers.iloc[rows])
    chances = [_chance(drawn, place, dice) for place in range(len(rows))]
    n = len(along)
    strategy = strategy_of(offers.iloc[reaching[0]]) if len(reaching) else None
    now = chances[-1] if chosen else None
    return TargetFound(
        target=dice,
        n_volumes=None if strategy is None else strategy.n_volumes,
        every=None if strategy is None else strategy.every,
        hours=None if strategy is None else answer.testing_hours + strategy.effort,
        chance=chances[n] if len(reaching) else None,
        chance_now=now,
        best=float(expected.max()),
        chart=_chart(answer, answer.testing_hours + steps, chances[:n], now=now),
    )


def _chance(drawn: Drawn, place: int, dice: float) -> float | None:
    return None if drawn.draws is None else float((drawn.draws[place] >= dice).mean())


def _chart(
    answer: ProjectAnswer, hours: np.ndarray, chances: list[float | None], *, now: float | None
) -> Curve | None:
    known = [chance for chance in chances if chance is not None]
    if len(known) < len(chances):
        return None
    return Curve(
        x=tuple(hours.tolist()),
        y=tuple(known),
        low=None,
        high=None,
        mark=None if now is None else (min(answer.hours_used, float(hours[-1])), now),
        label="the plan",
        x_title="Hours on your volumes",
        y_title="Chance to reach it",
        is_share=True,
    )


TARGET = Question(
    name="target",
    title="A target Dice",
    meaning="What so much Dice costs, and how likely it is.",
    inputs=(
        Input(
            name="dice",
            title="Target Dice",
            low=0.05,
            high=lambda _: 0.99,
            usual=lambda _: USUAL_DICE,
            step=0.01,
        ),
    ),
    answer=ask_for_dice,
)
