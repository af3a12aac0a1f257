import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.analysis import find_frontier
from simulator.analysis.frontier.hull import best_row

# A coarse lattice makes ties, duplicates and points on one line common; plain floats test the rest.
LATTICE = st.tuples(st.integers(0, 6), st.integers(0, 6))
FLOATS = st.tuples(st.floats(1e-6, 1), st.floats(1e-6, 1))
POINTS = st.lists(LATTICE, min_size=1, max_size=20) | st.lists(FLOATS, min_size=1, max_size=20)

half = settings(max_examples=50)
"""Half of the usual examples: six laws see the same points, and chains of 20 bend in few ways."""


def frame(points):
    return pd.DataFrame({"effort": [float(x) for x, _ in points], "dice": [float(y) for _, y in points]})


def vertices(points):
    found = find_frontier(frame(points)).vertices
    return list(zip(found["effort"], found["dice"], strict=True))


def height(chain, x):
    """Height of the trajectory; it stays at its maximum."""
    return float(np.interp(x, [v[0] for v in chain], [v[1] for v in chain]))


@half
@given(POINTS)
def test_vertices_are_points(points):
    assert set(vertices(points)) <= {(float(x), float(y)) for x, y in points}


@half
@given(POINTS)
def test_its_own_frontier_is_itself(points):
    chain = vertices(points)
    assert vertices(chain) == chain


@half
@given(POINTS, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(points, random):
    shuffled = list(points)
    random.shuffle(shuffled)
    assert vertices(shuffled) == vertices(points)


@half
@given(POINTS)
def test_it_rises_and_bends_down(points):
    chain = vertices(points)
    assert all(b[0] > a[0] and b[1] > a[1] for a, b in itertools.pairwise(chain))
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(chain) if b[0] - a[0] > 1e-9]
    assert all(later <= earlier + 1e-6 * abs(earlier) for earlier, later in itertools.pairwise(slopes))


@half
@given(POINTS)
def test_no_point_lies_above(points):
    chain = vertices(points)
    assert all(y <= height(chain, x) + 1e-9 for x, y in points if x >= chain[0][0])
    assert chain[0][0] == min(x for x, _ in points)
    assert chain[-1][1] == max(y for _, y in points)


@half
@given(POINTS, st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_effort_does_not_matter(points, factor):
    scaled = vertices([(x * factor, y) for x, y in points])
    assert [(x / factor, y) for x, y in scaled] == vertices(points)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(1, 0.5)], [(1, 0.5)]),
        ([(1, 0.5), (1, 0.5), (1, 0.7)], [(1, 0.7)]),
        ([(0, 0), (1, 1), (2, 2), (3, 3)], [(0, 0), (3, 3)]),
        ([(0, 0.5), (1, 0.5), (2, 0.5)], [(0, 0.5)]),
        ([(0, 0.0), (1, 0.9), (2, 0.8)], [(0, 0.0), (1, 0.9)]),
        ([(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)], [(0.1, 0.1), (0.3, 0.3)]),
    ],
    ids=["one point", "one effort", "one line", "flat", "falling end", "one line of decimals"],
)
def test_degenerate_sets(points, expected):
    assert vertices(points) == [(float(x), float(y)) for x, y in expected]


def test_of_points_that_coincide_the_virtues_decide():
    table = frame([(1, 0.5), (1, 0.5)]).assign(diversity=[0.6, 0.3])
    for rows in ([0, 1], [1, 0]):
        assert find_frontier(table.iloc[rows]).vertices["diversity"].tolist() == [0.3]


def test_points_without_effort_are_left_out():
    found = find_frontier(frame([(1, 0.5), (np.nan, 0.9)]))
    assert len(found.points) == len(found.vertices) == 1


def test_a_budget_pays_for_an_effort_that_equals_it_but_for_rounding():
    points = find_frontier(frame([(0.1, 0.5), (0.1 + 0.2, 0.7), (0.6, 0.9)])).points
    points = points.assign(expected=points["dice"])
    assert best_row(points, budget=0.3) == 1


def test_of_equally_good_points_the_cheapest_is_best():
    points = find_frontier(frame([(1, 0.5), (2, 0.7), (3, 0.7)])).points
    points = points.assign(expected=points["dice"])
    assert best_row(points, budget=9) == 1


@pytest.mark.slow
def test_a_hundred_thousand_points_take_a_moment():
    generator = np.random.default_rng(0)
    x = generator.random(100_000)
    found = find_frontier(pd.DataFrame({"effort": x, "dice": np.sqrt(x) * generator.random(100_000)}))
    assert 5 < len(found.vertices) < 1000
