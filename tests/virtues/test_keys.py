import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.virtues.keys import key_slices, nearest_key

slices = st.lists(st.integers(0, 60), min_size=1, unique=True).map(sorted).map(np.array)
spacings = st.floats(1, 80)
offsets = st.floats(0, 1, exclude_max=True)


@given(slices, spacings, offsets)
def test_keys_lie_in_the_extent_and_one_is_labeled(labeled, spacing, offset):
    keys = key_slices(labeled, spacing=spacing, offset=offset)
    assert (np.diff(keys) > 0).all()
    assert labeled[0] <= keys[0]
    assert keys[-1] <= labeled[-1]
    assert np.isin(keys, labeled).any()


@given(slices, offsets)
def test_spacing_one_draws_every_slice(labeled, offset):
    keys = key_slices(labeled, spacing=1, offset=offset)
    assert keys.tolist() == list(range(labeled[0], labeled[-1] + 1))


@given(st.integers(1, 60), spacings, spacings, offsets)
def test_wider_spacing_never_draws_more(length, one, other, offset):
    labeled = np.arange(length)
    narrow, wide = sorted((one, other))
    assert len(key_slices(labeled, spacing=wide, offset=offset)) <= len(
        key_slices(labeled, spacing=narrow, offset=offset)
    )


@given(slices, slices)
def test_the_nearest_key_is_nearest(targets, keys):
    chosen = nearest_key(targets, keys)
    assert np.array_equal(np.abs(targets - chosen), np.abs(targets[:, None] - keys).min(axis=1))


def test_half_way_between_two_keys_the_one_before_is_taken():
    assert nearest_key(np.array([2]), np.array([1, 3])).tolist() == [1]


def test_a_structure_with_a_gap_where_the_key_fell_is_drawn_beside_it():
    assert key_slices(np.array([3, 4, 9]), spacing=50, offset=0.07).tolist() == [4, 6]


@pytest.mark.parametrize("spacing", range(2, 60))
def test_offsets_cover_every_slice_equally(spacing):
    keys = [key_slices(np.arange(60), spacing=spacing, offset=(k + 0.5) / spacing) for k in range(spacing)]
    assert sorted(np.concatenate(keys).tolist()) == list(range(60))
