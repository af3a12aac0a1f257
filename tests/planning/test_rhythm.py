"""Which slices of a volume are planned: as simulations chose them, so that no place of a structure is never seen."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.planning.rhythm import every_nth, offset_of, streams_of
from simulator.virtues.completeness import sample_equidistant

FIRSTS, LENGTHS, STEPS = st.integers(0, 50), st.integers(1, 200), st.integers(1, 60)
OFFSETS = st.floats(0, 1, exclude_max=True)
NAMES = [f"CT_{i:04d}" for i in range(200)]


@given(first=FIRSTS, n=LENGTHS, every=STEPS, offset=OFFSETS)
def test_every_nth_slice_lies_inside_and_keeps_its_distance(first, n, every, offset):
    slices = every_nth(first, first + n - 1, every=every, offset=offset)
    assert max(1, n // every) <= len(slices) <= -(-n // every)
    assert first <= slices[0] <= slices[-1] < first + n
    assert {b - a for a, b in pairwise(slices)} <= {every}


@given(first=FIRSTS, n=LENGTHS, every=STEPS, offset=OFFSETS)
def test_at_least_so_many_slices_lie_one_in_each_part(first, n, every, offset):
    slices = every_nth(first, first + n - 1, every=every, offset=offset, least=3)
    assert len(slices) == len(set(slices)) >= min(3, n)
    if 3 <= n <= 2 * every:
        # The slice at which two parts meet belongs to both.
        assert all(part * n // 3 <= index - first < (part + 1) * n / 3 for part, index in enumerate(slices))


@pytest.mark.parametrize(("n", "every"), [(39, 7), (28, 6), (21, 7), (18, 9)])
def test_over_many_volumes_every_place_of_the_structure_is_drawn_as_often_as_any_other(n, every):
    drawn = [every_nth(0, n - 1, every=every, offset=offset_of(name)) for name in NAMES]
    often = np.bincount(np.concatenate(drawn), minlength=n) / len(NAMES)
    assert abs(often - 1 / every).max() < 3.5 * np.sqrt(1 / every / len(NAMES))


def test_a_volumes_slices_are_those_that_a_simulation_would_use():
    for name in NAMES[:20]:
        simulated = sample_equidistant(np.arange(5, 44), completeness=1 / 7, streams=streams_of(name))
        assert every_nth(5, 43, every=7, offset=offset_of(name)) == tuple(simulated)
