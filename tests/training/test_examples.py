import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from simulator.training.examples import Examples, epoch_order, split_examples


def make_examples(n_labeled, n_background=0, n_volumes=1):
    n = n_labeled + n_background
    return Examples(
        images=torch.zeros(n, 1, 8, 8, dtype=torch.float16),
        masks=torch.zeros(n, 1, 8, 8, dtype=torch.bool),
        is_labeled=np.arange(n) < n_labeled,
        volumes=np.arange(n) % n_volumes,
    )


@given(st.integers(2, 80), st.integers(0, 40), st.integers(0, 9))
def test_slices_are_split_at_80_to_20(n_labeled, n_background, seed):
    examples = make_examples(n_labeled, n_background)
    train, val, notes = split_examples(examples, by="slice", rng=np.random.default_rng(seed))
    assert sorted([*train, *val]) == list(range(len(examples)))
    assert notes == ()
    n_val = examples.is_labeled[val].sum()
    assert n_val == max(1, round(0.2 * n_labeled))


def test_volumes_are_kept_together():
    examples = make_examples(40, 20, n_volumes=5)
    train, val, _ = split_examples(examples, by="volume", rng=np.random.default_rng(0))
    assert set(examples.volumes[train]).isdisjoint(examples.volumes[val])
    assert len(set(examples.volumes[val])) == 1


def test_one_volume_is_split_by_slices_and_says_so():
    _, val, notes = split_examples(make_examples(10), by="volume", rng=np.random.default_rng(0))
    assert len(val) == 2
    assert notes == ("one volume: its slices are split into train and val",)


def test_one_slice_is_train_and_val_and_says_so():
    train, val, notes = split_examples(make_examples(1), by="slice", rng=np.random.default_rng(0))
    assert train.tolist() == val.tolist() == [0]
    assert notes == ("one labeled slice: val is train",)


@given(st.integers(1, 50), st.integers(0, 50), st.integers(1, 300), st.integers(0, 9))
def test_an_epoch_is_as_long_whatever_the_training_set(n_labeled, n_background, n_wanted, seed):
    is_labeled = np.arange(n_labeled + n_background) < n_labeled
    order = epoch_order(
        np.arange(len(is_labeled)),
        is_labeled,
        n_labeled=n_wanted,
        background_share=0.25,
        batch_size=8,
        rng=np.random.default_rng(seed),
    )
    assert order.shape[1] == 8
    times = np.bincount(order.ravel(), minlength=len(is_labeled))
    for kind in (is_labeled, ~is_labeled):
        if kind.any():
            assert times[kind].max() - times[kind].min() <= 1
    share = 0.25 if n_background else 0.0
    assert times[is_labeled].sum() == order.size - round(share * order.size)
    assert abs(order.size - max(8, n_wanted / (1 - share))) <= 4


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_background_has_its_share(share):
    is_labeled = np.arange(40) < 20
    order = epoch_order(
        np.arange(40),
        is_labeled,
        n_labeled=64,
        background_share=share,
        batch_size=16,
        rng=np.random.default_rng(0),
    )
    assert (~is_labeled[order]).mean() == share
