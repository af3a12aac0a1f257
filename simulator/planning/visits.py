"""A project's plan: one visit a volume, in an order in which whoever stops early has labeled a spread-out set.

Test volumes come first, in full. A visit draws every n-th slice of the structure; where nobody knows yet on which
slices that is, every n-th over the whole axis (a planned slice without it costs a look), or, where even the axis is
unknown, every n-th from where the annotator finds it. No plan takes more hours than there are; what is left out is
named.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

import numpy as np

from ..analysis.recommendation.strategies import optional
from ..effort import Prices
from ..errors import NotMeasuredError
from ..records import LabVolume, Project, Stage
from .project import ProjectAnswer, volumes_of
from .rhythm import still_to_draw

__all__ = [
    "LeftOut",
    "Milestone",
    "ProjectPlan",
    "Visit",
    "hold_to_plan",
    "plan_project",
    "propose_stages",
    "spread_out",
]

SLACK = 1e-9
"""Hours are sums of floats."""

LEAST_SEEN = 3
"""Slices that a volume has drawn at least, one in each third of its structure: else a short one loses its ends."""

STOPS = (0.25, 0.5, 1.0)
"""Shares of the volumes to train on after which a model should be looked at."""

Why = Literal["hours", "not needed"]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One volume, opened once.

    Parameters
    ----------
    order : int
        From 1.
    volume : LabVolume
    role : {"test", "train"}
        Test volumes are labeled in full.
    every : int
        Every how manieth slice is drawn.
    least : int, default=1
        As many are drawn where the structure is shorter than that would give, one in each part of it.
    slices : tuple of int or None
        To draw, counted from 0, ascending; None where they are counted from the structure's first slice.
    n_slices : float
        That show the structure and are drawn, as far as is known.
    n_looks : float
        That are planned but do not show it, as far as is known.
    hours, cumulative_hours : float
        Of this visit, and of all up to it.
    """

    order: int
    volume: LabVolume
    role: Literal["test", "train"]
    every: int
    least: int = 1
    slices: tuple[int, ...] | None
    n_slices: float
    n_looks: float
    hours: float
    cumulative_hours: float


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A volume that nobody opens, and why: the hours end before it, or more volumes gain nothing that shows."""

    volume: LabVolume
    why: Why


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """Where to train and to look: after that visit, so much is to be expected.

    Parameters
    ----------
    order : int
        Of the visit.
    n_volumes : int
        To train on by then.
    dice : float
        Expected.
    low, high : float or None
        90 % interval; outside it something is other than was thought.
    """

    order: int
    n_volumes: int
    dice: float
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectPlan:
    """What annotators of a project do.

    Parameters
    ----------
    answer : ProjectAnswer
    visits : tuple of Visit
        Test volumes first; together never more hours than the project has, what came back aside.
    left_out : tuple of LeftOut
    milestones : tuple of Milestone
    """

    answer: ProjectAnswer
    visits: tuple[Visit, ...]
    left_out: tuple[LeftOut, ...]
    milestones: tuple[Milestone, ...]

    @property
    def hours(self) -> float:
        """Of all visits."""
        return self.visits[-1].cumulative_hours if self.visits else 0.0


def plan_project(answer: ProjectAnswer, *, keeps_all: bool = False) -> ProjectPlan:
    """Make the plan of a project.

    Parameters
    ----------
    answer : ProjectAnswer
    keeps_all : bool, default=False
        True to have a visit of every volume, whatever the hours: to read what comes back, for an annotator may work by
        an earlier plan, or have gone on behind the end of this one. What came back is in the plan in any case.

    Returns
    -------
    ProjectPlan

    Raises
    ------
    NotMeasuredError
        If nothing is recommended for its hours.
    """
    stages = answer.project.stages or propose_stages(answer)
    volumes = spread_out(volumes_of(answer.project))
    n_test = answer.n_testing
    rhythms = [1] * n_test + [stage.every for stage in stages for _ in range(stage.n_volumes)]
    came_back = {name for one in answer.project.updates for name in (*one.labeled, *one.done)}
    why: Why = "not needed" if answer.leaves_hours else "hours"
    visits: list[Visit] = []
    left_out: list[LeftOut] = []
    n_planned, hours = 0, 0.0
    for volume in volumes:
        # A volume that is passed over takes nobody's rhythm: else all behind it would change theirs with the next plan.
        is_chosen, came = n_planned < len(rhythms), volume.name in came_back
        every = rhythms[min(n_planned, len(rhythms) - 1)]
        visit = _visit(volume, answer, is_test=n_planned < n_test, every=every)
        is_paid = hours + visit.hours <= answer.project.hours + SLACK
        if came or (is_chosen and is_paid):
            n_planned, hours = n_planned + 1, hours + visit.hours
        elif not keeps_all:
            left_out.append(LeftOut(volume=volume, why="hours" if is_chosen else why))
            continue
        visits.append(visit)
    numbered = tuple(_number(visits))
    return ProjectPlan(
        answer=answer,
        visits=numbered,
        left_out=tuple(left_out),
        milestones=tuple(_milestones(numbered, answer)),
    )


def propose_stages(answer: ProjectAnswer) -> tuple[Stage, ...]:
    """Say what is recommended as stages of a plan.

    Raises
    ------
    NotMeasuredError
        If nothing is recommended for the project's hours.
    """
    strategy = answer.strategy
    if strategy is None:
        raise NotMeasuredError(
            f"{answer.project.hours:g} hours are too few for a plan; give more hours, or keep fewer volumes for testing"
        )
    return (Stage(n_volumes=strategy.n_volumes, every=strategy.every),)


def hold_to_plan(answer: ProjectAnswer, *, tool: str = "") -> Project:
    """Write down what annotators are told: from then on what comes back is held against it.

    Once something came back, the plan stays until another one is taken on purpose.
    """
    project = answer.project
    stages = (project.updates and project.stages) or propose_stages(answer)
    return project.changed(n_testing=answer.n_testing, stages=stages, tool=tool)


def spread_out(volumes: Sequence[LabVolume]) -> list[LabVolume]:
    """Order volumes so that every beginning of the list is spread over the whole.

    Parameters
    ----------
    volumes : sequence of LabVolume

    Returns
    -------
    list of LabVolume
        In turn one of each group; within a group the halves, the quarters, … of the list as it was given, which is
        often sorted by hospital or date (the van der Corput sequence).
    """
    groups: dict[str, list[LabVolume]] = {}
    for volume in volumes:
        groups.setdefault(volume.group, []).append(volume)
    halved = [[group[i] for i in _halve(len(group))] for group in groups.values()]
    # In proportion: a group of twice the size comes twice as often.
    placed = [
        ((i + 0.5) / len(group), number, group[i])
        for number, group in enumerate(halved)
        for i in range(len(group))
    ]
    return [volume for _, _, volume in sorted(placed, key=lambda one: one[:2])]


def _halve(n: int) -> list[int]:
    """Order the numbers below n by their bits read backwards."""
    width = max(1, (n - 1).bit_length())
    backwards = (int(f"{i:0{width}b}"[::-1], 2) for i in range(2**width))
    return [i for i in backwards if i < n]


def _visit(volume: LabVolume, answer: ProjectAnswer, *, is_test: bool, every: int) -> Visit:
    least = _find_least(answer.n_slices, every=every)
    slices, n_shown, n_looks = _lay_out(volume, n_shown=answer.n_slices, every=every, least=least)
    hours = _hours_of(n_shown, n_looks, answer.prices)
    return Visit(
        order=0,
        volume=volume,
        role="test" if is_test else "train",
        every=every,
        least=least,
        slices=slices,
        n_slices=n_shown,
        n_looks=n_looks,
        hours=hours,
        cumulative_hours=0.0,
    )


def _number(visits: Sequence[Visit]) -> Iterator[Visit]:
    hours = accumulate(visit.hours for visit in visits)
    for order, (visit, cumulative) in enumerate(zip(visits, hours, strict=True), start=1):
        yield replace(visit, order=order, cumulative_hours=cumulative)


def _find_least(n_shown: float, *, every: int) -> int:
    """Say how many slices a volume has drawn at least: never more than what the plan has in a usual one.

    Where fewer slices in more volumes teach more, the law says so, and no short volume is asked for more.
    """
    return max(1, min(LEAST_SEEN, math.floor(n_shown / every)))


def _lay_out(
    volume: LabVolume, *, n_shown: float, every: int, least: int
) -> tuple[tuple[int, ...] | None, float, float]:
    """Say which slices are drawn, how many of them show the structure, and how many do not."""
    if volume.span is not None:
        slices = still_to_draw(volume, *volume.span, every=every, least=least)
        return slices, float(len(slices)), 0.0
    if volume.n_slices is None:
        return None, max(1.0, n_shown / every), 0.0
    slices = still_to_draw(volume, 0, volume.n_slices - 1, every=every)
    n_drawn = min(float(len(slices)), max(1.0, n_shown / every))
    return slices, n_drawn, len(slices) - n_drawn


def _hours_of(n_slices: float, n_looks: float, prices: Prices) -> float:
    return prices.hours(n_volumes=1.0, n_slices_drawn=n_slices, n_slices_copied=n_looks)


def _milestones(visits: Sequence[Visit], answer: ProjectAnswer) -> Iterator[Milestone]:
    """Name where to look: after some of the volumes, as far as it is known what to expect then."""
    trained = [visit for visit in visits if visit.role == "train"]
    offers = answer.recommendation.offers
    if not trained or offers.empty:
        return
    orders = [visit.order for visit in trained]
    alike = offers[np.isclose(offers["completeness"], 1 / trained[-1].every)]
    for n in sorted({max(1, round(share * len(orders))) for share in STOPS}):
        for _, row in alike[alike["n_volumes"].round() == n].head(1).iterrows():
            yield Milestone(
                order=orders[n - 1],
                n_volumes=n,
                dice=float(row["expected"]),
                low=optional(row.get("expected_low", np.nan)),
                high=optional(row.get("expected_high", np.nan)),
            )
