import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.analysis.frontier.hull import find_frontier
from simulator.analysis.frontier.trajectory import estimate_trajectory, find_hulls
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from tests.worlds import World, published_design, saturating

MEASURE = MEASURES["diversity-x-completeness"]


def trajectory_of(runs):
    study = make_study(runs, prices=Prices(), n_draws=1000)
    combinations = study.at(MEASURE).combinations
    return estimate_trajectory(find_frontier(combinations), study.draws, full=study.full)


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_every_column_has_the_vertices_of_the_frontier(efforts, seed):
    effort = np.sort(np.array(efforts, dtype=float))
    values = np.random.default_rng(seed).integers(0, 9, (len(effort), 4)) / 8
    found = find_hulls(effort, values)
    for on, column in zip(found.T, values.T, strict=True):
        vertices = find_frontier(pd.DataFrame({"effort": effort, "dice": column})).vertices
        assert sorted(zip(effort[on], column[on], strict=True)) == list(
            zip(vertices["effort"], vertices["dice"], strict=True)
        )


def test_the_measured_line_lies_in_its_band_where_points_are_dense():
    world = World(published_design(), saturating)
    trajectory = trajectory_of(world.draw(np.random.default_rng(0)))
    assert (trajectory.dice.low < trajectory.dice.middle).all()
    assert (trajectory.dice.middle < trajectory.dice.high).all()
    # At the dearest point full virtues are divided by themselves.
    assert trajectory.normalized.high[-1] - trajectory.normalized.low[-1] < 0.01
    assert trajectory.vertex_share.min() >= 0
    assert trajectory.vertex_share[0] == 1
    assert len(trajectory.vertex_share) == len(trajectory.frontier.points)


@pytest.mark.slow
def test_the_band_covers_the_true_trajectory_and_the_measured_one_is_too_high():
    world, generator = World(published_design(), saturating, noise=1.5), np.random.default_rng(1)
    hits, biases, naive = [], [], []
    for _ in range(25):
        trajectory = trajectory_of(world.draw(generator))
        points = trajectory.frontier.points
        effort = points["effort"].to_numpy()
        full = world.truth[world.row()]
        truth = world.truth[points["combination"].to_numpy()] / full
        on = find_hulls(effort, truth[:, None])[:, 0]
        true_line = np.interp(trajectory.efforts, effort[on], truth[on])
        band = trajectory.normalized
        hits.append((band.low - 1e-9 <= true_line) & (true_line <= band.high + 1e-9))
        biases.append(np.mean(band.middle - true_line))
        vertices = trajectory.frontier.vertices
        measured = np.interp(trajectory.efforts, vertices["effort"], vertices["normalized"])
        naive.append(np.mean(measured - true_line))
    assert np.mean(hits) >= 0.85
    assert abs(np.mean(biases)) < 0.5 * np.mean(naive)


def test_without_full_virtues_there_is_no_normalized_band():
    world = World([v for v in published_design() if v.diversity < 1], saturating)
    trajectory = trajectory_of(world.draw(np.random.default_rng(2)))
    assert trajectory.normalized is None
    assert np.isfinite(trajectory.dice.high).all()


def test_one_point_is_a_trajectory():
    world = World(published_design()[-1:], saturating)
    trajectory = trajectory_of(world.draw(np.random.default_rng(3)))
    assert trajectory.vertex_share.tolist() == [1.0]


@pytest.mark.slow
def test_five_hundred_points_take_a_moment():
    generator = np.random.default_rng(4)
    start = time.process_time()
    find_hulls(np.sort(generator.random(500)), generator.random((500, 1000)))
    assert time.process_time() - start < 2
