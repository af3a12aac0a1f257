import numpy as np
import torch

from simulator.datasets import PreparedVolume
from simulator.training import NetworkGrid, evaluate
from simulator.training.device import make_setup
from simulator.training.evaluation import count_voxels

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
    prediction = np.zeros_like(masks)
    prediction[1, :2, :3] = True
    prediction[2, 0, 0] = True
    counts = count_voxels(make_volume(masks), prediction)
    assert (counts.tp, counts.fp, counts.fn) == (4, 3, 0)
    assert (counts.tp_labeled, counts.fp_labeled, counts.fn_labeled) == (4, 2, 0)


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
