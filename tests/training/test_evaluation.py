import numpy as np
import pytest
import torch

from simulator.datasets import PreparedVolume
from simulator.training import NetworkGrid, evaluate
from simulator.training.device import make_setup
from simulator.training.evaluation import ROWS_A_BYTE, count_by_slice, summarize_counts

SETUP = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)


def make_volume(masks, images=None):
    return PreparedVolume(
        id="a" * 12,
        images=(masks[:, None] if images is None else images).astype(np.float16),
        masks=masks,
        labeled=np.flatnonzero(masks.any(axis=(1, 2))),
        positions_mm=np.arange(len(masks), dtype=np.float64),
        affine=np.eye(4),
    )


def test_counts_are_split_by_labeled_slices():
    masks = np.zeros((3, 4, 4), dtype=bool)
    masks[1, :2, :2] = True
    counts = summarize_counts(make_volume(masks), np.array([[0, 4, 0], [0, 2, 1], [0, 0, 0]]))
    assert (counts.tp, counts.fp, counts.fn) == (4, 3, 0)
    assert (counts.tp_labeled, counts.fp_labeled, counts.fn_labeled) == (4, 2, 0)


def test_voxels_are_counted_by_outcome():
    """A network that draws what it sees: what it sees and what is true overlap in part."""
    rng = np.random.default_rng(0)
    masks, seen = rng.random((2, 70, 32, 32)) < 0.5
    oracle = torch.nn.Module()
    oracle.forward = lambda images: images * 2 - 1
    (counts,) = evaluate(
        oracle, [make_volume(masks, images=seen[:, None])], grid=NetworkGrid(height=32, width=32), setup=SETUP
    )
    assert counts.tp == np.count_nonzero(seen & masks)
    assert counts.fp == np.count_nonzero(seen & ~masks)
    assert counts.fn == np.count_nonzero(~seen & masks)


@pytest.mark.parametrize("height", [1, ROWS_A_BYTE, ROWS_A_BYTE + 1, 2 * ROWS_A_BYTE])
def test_no_count_is_too_large_for_its_bytes(height):
    masks = torch.ones(2, height, 3, dtype=torch.bool)
    masks[1, 0, 0] = False
    assert count_by_slice(masks).tolist() == [3 * height, 3 * height - 1]


def test_performance_is_judged_on_the_original_grid():
    """A network that is perfect on a coarse grid is not perfect on the labels."""
    masks = np.zeros((2, 60, 60), dtype=bool)
    masks[0, 11:38, 17:46] = True
    masks[0, 14:30:2, 20:40] = False
    oracle = torch.nn.Module()
    oracle.forward = lambda images: images * 2 - 1
    fine, coarse = (
        evaluate(oracle, [make_volume(masks)], grid=NetworkGrid(height=side, width=side), setup=SETUP)[0]
        for side in (64, 16)
    )
    assert (fine.fp, fine.fn) == (0, 0)
    assert coarse.fp + coarse.fn > 100
