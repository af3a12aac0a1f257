import numpy as np
import pandas as pd
import pytest

from simulator.analysis.frontier.hull import find_frontier
from simulator.analysis.frontier.trajectory import Band, Trajectory, find_hulls, trace_medians
from simulator.analysis.frontier.virtue_paths import (
    estimate_order,
    needed_virtues,
    varied_virtues,
)
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.wording.evidence import describe_order
from tests.worlds import World, power, published_design

QUALITY, COMPLETENESS = "diversity-x-quality", "diversity-x-completeness"


def trajectory_of(rows, draws):
    """A trajectory over points (effort, quality, diversity, completeness), performances drawn as said."""
    points = pd.DataFrame(rows, columns=["effort", "achieved_quality", "diversity", "completeness"])
    draws = np.array(draws, dtype=float)
    points["dice"] = draws.mean(axis=1)
    is_vertex = find_hulls(points["effort"].to_numpy(), draws)
    nothing = Band(low=np.zeros(1), middle=np.zeros(1), high=np.zeros(1))
    return Trajectory(
        frontier=find_frontier(points),
        efforts=np.zeros(1),
        dice=nothing,
        normalized=nothing,
        vertex_share=is_vertex.mean(axis=1),
        is_vertex=is_vertex,
        draws=draws,
    )


ROWS = [(1, 0.7, 0.1, 1.0), (2, 1.0, 0.1, 1.0), (4, 1.0, 0.6, 1.0), (9, 0.9, 1.0, 1.0)]
"""Quality grows at the second point, diversity at the third."""


def test_a_performance_needs_the_first_vertex_that_reaches_it():
    trajectory = trajectory_of(ROWS, [[0.50, 0.50], [0.70, 0.60], [0.80, 0.78], [0.90, 0.95]])
    levels = np.array([0.5, 0.65, 0.79, 0.92, 0.99])
    diversity = needed_virtues(trajectory, virtue="diversity", levels=levels)
    assert diversity.low.tolist() == [0.1, 0.1, 0.6, 1.0, np.inf]
    assert diversity.high.tolist() == [0.1, 0.6, 1.0, np.inf, np.inf]
    quality = needed_virtues(trajectory, virtue="quality", levels=levels[:2])
    assert (quality.middle.tolist(), quality.high.tolist()) == ([0.7, 1.0], [0.7, 1.0])


def test_points_below_the_trajectory_play_no_part():
    trajectory = trajectory_of(ROWS, [[0.5], [0.7], [0.7], [0.9]])
    assert needed_virtues(trajectory, virtue="diversity", levels=np.array([0.69, 0.71])).low.tolist() == [
        0.1,
        1.0,
    ]


def test_the_virtue_that_has_grown_by_half_earlier_is_first():
    order = estimate_order(trajectory_of(ROWS, [[0.5] * 4, [0.7] * 4, [0.8] * 4, [0.9] * 4]), is_known=True)
    assert (order.first, order.compared, order.left_out) == ("quality", ("quality", "diversity"), ())
    assert order.half_at["quality"].tolist() == [0.7] * 4
    assert order.half_at["diversity"].tolist() == [0.8] * 4
    assert order.first_share == {"quality": 1.0, "diversity": 0.0}
    assert describe_order(order) == "quality first"


def test_draws_that_differ_leave_it_undecided():
    # In the second draw the second point is below the trajectory: both are reached at the third.
    order = estimate_order(
        trajectory_of(ROWS, [[0.5, 0.5], [0.7, 0.5], [0.8, 0.8], [0.9, 0.9]]), is_known=True
    )
    assert order.first_share == {"quality": 0.5, "diversity": 0.0}
    assert describe_order(order) == "undecided"


def test_without_seeds_nothing_is_first():
    order = estimate_order(trajectory_of(ROWS, [[0.5], [0.7], [0.8], [0.9]]), is_known=False)
    assert (order.first, describe_order(order)) == (None, "undecided")


def test_what_the_cheapest_already_has_is_not_compared():
    exact_first = [(1, 1.0, 0.1, 0.1), (2, 0.7, 0.3, 0.1), (3, 0.8, 1.0, 0.4), (4, 1.0, 1.0, 1.0)]
    order = estimate_order(trajectory_of(exact_first, [[0.5], [0.7], [0.8], [0.81]]), is_known=True)
    assert (order.compared, order.left_out) == (("diversity", "completeness"), ("quality",))
    assert describe_order(order) == "diversity before completeness"
    two = [(effort, quality, diversity, 1.0) for effort, quality, diversity, _ in exact_first]
    order = estimate_order(trajectory_of(two, [[0.5], [0.7], [0.8], [0.81]]), is_known=True)
    assert (order.first, describe_order(order)) == (None, "too few cheap configurations")


def test_two_values_are_no_range():
    points = pd.DataFrame(
        {"achieved_quality": [1, 0.8, 0.8], "diversity": [0.1, 0.2, 1], "completeness": [1, 1, 1]}
    )
    assert varied_virtues(points) == ["diversity"]


def verdicts(truth, measure, *, n=15):
    world, generator, found = World(published_design(), truth), np.random.default_rng(3), []
    for _ in range(n):
        study = make_study(world.draw(generator), prices=Prices(), n_draws=200)
        combinations = study.combinations.assign(effort=study.efforts[measure])
        trajectory = trace_medians(combinations, study.draws, full=study.full)
        found.append(describe_order(estimate_order(trajectory, is_known=True)))
    return found


@pytest.mark.slow
def test_where_quality_costs_performance_it_is_found_first():
    assert verdicts(lambda v: power(v, loss=0.3), QUALITY).count("quality first") >= 13


@pytest.mark.slow
@pytest.mark.parametrize(
    ("truth", "measure", "wrong"),
    [
        (lambda v: power(v, loss=0.0), QUALITY, "quality first"),
        (lambda v: power(v, few_volumes=0.005, few_slices=0.005), COMPLETENESS, "diversity first"),
        (lambda v: power(v, few_volumes=0.0035, few_slices=0.006), COMPLETENESS, "diversity first"),
    ],
    ids=["quality does nothing", "both alike", "slices matter more"],
)
def test_a_false_order_is_hardly_ever_said(truth, measure, wrong):
    assert verdicts(truth, measure).count(wrong) <= 2


def test_what_a_virtue_falls_below_again_is_not_reached():
    """Quality is full at the second point, low at the third, and half again only with the last."""
    rows = [(1, 0.7, 0.1, 1.0), (2, 1.0, 0.1, 1.0), (4, 0.72, 0.6, 1.0), (9, 1.0, 1.0, 1.0)]
    order = estimate_order(trajectory_of(rows, [[0.5] * 4, [0.7] * 4, [0.8] * 4, [0.9] * 4]), is_known=True)
    assert order.half_at["quality"].tolist() == [0.9] * 4
    assert order.first == "diversity"
