import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.planning.order import allocate_slices, choose_volumes, number_passes, spread_slices

SIZES = st.lists(st.integers(1, 200), min_size=1, max_size=60).map(np.array)


@given(SIZES, st.floats(0, 1))
def test_volumes_are_chosen_once_and_in_order(sizes, share):
    n = max(1, int(share * len(sizes)))
    chosen = choose_volumes(sizes, n_volumes=n)
    assert len(chosen) == n
    assert (np.diff(chosen) > 0).all()
    assert chosen.min() >= 0
    assert chosen.max() < len(sizes)


def test_volumes_are_spread_over_the_list():
    assert np.diff(choose_volumes(np.full(40, 30), n_volumes=10)).tolist() == [4] * 9


def test_volumes_together_are_of_mean_size():
    """A list sorted by size: neither the small nor the large are preferred."""
    sizes = np.arange(1, 101)
    assert sizes[choose_volumes(sizes, n_volumes=10)].mean() == pytest.approx(sizes.mean(), abs=1)


@given(SIZES, st.floats(0, 1))
def test_slices_are_shared_out_in_proportion(sizes, share):
    n_slices = max(len(sizes), int(share * sizes.sum()))
    shares = allocate_slices(sizes, n_slices=n_slices)
    assert (shares >= 1).all()
    assert (shares <= sizes).all()
    assert shares.sum() >= n_slices
    ideal = sizes * n_slices / sizes.sum()
    assert (np.abs(shares - ideal) < 1 + 1e-6).all()
    if (ideal >= 1).all():
        assert shares.sum() == n_slices


def test_all_slices_are_all_slices():
    sizes = np.array([7, 1, 30])
    assert (allocate_slices(sizes, n_slices=38) == sizes).all()


@given(st.integers(1, 100), st.floats(0, 1))
def test_slices_are_spread_equidistantly(n, share):
    slices = np.arange(5, 5 + n)
    n_slices = max(1, int(share * n))
    spread = spread_slices(slices, n_slices=n_slices)
    assert len(spread) == n_slices
    gaps = np.diff(spread)
    assert len(gaps) == 0 or (gaps.min() >= 1 and gaps.max() - gaps.min() <= 1)
    # As far from one end as from the other, and no farther than half a gap.
    assert abs((spread[0] - slices[0]) - (slices[-1] - spread[-1])) <= 1
    assert spread[0] - slices[0] <= n / n_slices / 2


@given(st.integers(1, 400))
def test_every_volume_is_opened_in_the_first_pass(n_slices):
    passes = number_passes(n_slices)
    assert len(passes) == n_slices
    assert (passes == 0).any()


@given(st.integers(2, 400))
def test_a_later_pass_only_fills_gaps(n_slices):
    """No two slices that lie side by side are drawn in one pass, and the done ones stay evenly spread."""
    passes = number_passes(n_slices)
    for last in (0, 1, 2):
        done = np.flatnonzero(passes <= last)
        gaps = np.diff(done)
        assert len(gaps) == 0 or gaps.max() <= 4 // 2**last
        assert (np.diff(np.flatnonzero(passes == last)) > 1).all()


def test_a_few_slices_need_fewer_passes():
    assert [number_passes(n).tolist() for n in (1, 2, 3, 4)] == [[0], [0, 1], [1, 0, 1], [2, 0, 2, 1]]


def test_the_first_pass_lies_centrally():
    assert [np.flatnonzero(number_passes(n) == 0).tolist() for n in (1, 2, 3, 4, 8)] == [
        [0],
        [0],
        [1],
        [1],
        [1, 5],
    ]
