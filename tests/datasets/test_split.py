"""The test volumes hang on the volumes alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets.split import split_volumes
from simulator.errors import DatasetError, RequestError

ids = st.sets(st.text("0123456789abcdef", min_size=12, max_size=12), min_size=2, max_size=60)


@given(ids, st.integers(0, 10))
def test_the_split_is_complete_disjoint_and_blind_to_order(names, seed):
    split = split_volumes(names)
    assert sorted(split.test + split.pool) == sorted(names)
    assert split.left_out == ()
    assert len(split.test) == max(1, round(0.2 * len(names)))
    assert max(split.test) < min(split.pool)
    shuffled = random.Random(seed).sample(sorted(names), len(names))
    assert split_volumes(shuffled) == split


@given(ids, st.data())
def test_a_smaller_pool_is_the_beginning_of_the_larger_and_leaves_the_test_as_it_is(names, data):
    whole = split_volumes(names)
    n_pool = data.draw(st.integers(1, len(whole.pool)))
    part = split_volumes(names, n_pool=n_pool)
    assert part.test == whole.test
    assert part.pool == whole.pool[:n_pool]
    assert part.pool + part.left_out == whole.pool


def test_one_volume_is_too_few():
    with pytest.raises(DatasetError, match="at least 2 volumes, one of them for testing; got 1"):
        split_volumes(["a"])


@pytest.mark.parametrize("n_pool", [0, -1, 5])
def test_a_pool_that_is_not_there_is_refused(n_pool):
    with pytest.raises(RequestError, match=f"--pool takes 1 to 4 volumes here; got {n_pool}"):
        split_volumes("abcde", n_pool=n_pool)


def test_decathlon_hippocampus_keeps_36_for_testing():
    split = split_volumes([f"{i:012x}" for i in range(180)], n_pool=48)
    assert (len(split.test), len(split.pool), len(split.left_out)) == (36, 48, 96)
