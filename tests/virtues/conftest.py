from functools import cache

import numpy as np
import pytest

from simulator.datasets import PreparedDataset, PreparedVolume
from simulator.records import DatasetReference


def make_volume(number, *, n_slices=24, first=4, last=18, gaps=()):
    """Make a volume whose structure is a disc that moves and grows along the axis."""
    rows, columns = np.mgrid[:20, :22]
    masks = np.zeros((n_slices, 20, 22), dtype=bool)
    for index in range(first, last + 1):
        if index not in gaps:
            centre = 6 + 0.5 * (index - first) + number % 3
            masks[index] = (rows - 10) ** 2 + (columns - centre) ** 2 < (3 + number % 2 + 0.1 * index) ** 2
    images = np.random.default_rng(number).normal(size=(n_slices, 1, 20, 22)).astype(np.float16)
    images[:, 0] += 2 * masks
    for array in (images, masks):
        array.flags.writeable = False
    return PreparedVolume(
        id=f"{number:012x}",
        images=images,
        masks=masks,
        labeled=np.flatnonzero(masks.any(axis=(1, 2))),
        positions_mm=np.arange(n_slices, dtype=np.float64),
        affine=np.eye(4),
    )


@cache
def make_volumes():
    pool = tuple(make_volume(k, first=3 + k % 3, last=15 + k % 4) for k in range(1, 11))
    return pool, tuple(make_volume(k) for k in range(20, 23))


def make_dataset(folder):
    """Make a data set of discs; its curves of quality are kept in the folder."""
    pool, test = make_volumes()
    reference = DatasetReference(name="discs", fingerprint="d" * 64, axis=2, labels=(1,), n_pool=10, n_test=3)
    return PreparedDataset(folder=folder, reference=reference, modality="CT", pool=pool, test=test, names={})


@pytest.fixture
def dataset(tmp_path):
    return make_dataset(tmp_path)
