"""The phantom is the same on every machine, and looks like CT."""

import time

import numpy as np
import pytest

from simulator.datasets import inspect_dataset, open_dataset, prepare_dataset
from simulator.datasets.phantom import N_VOLUMES, phantom_volume


def test_it_is_the_same_everywhere(settings):
    """Published records carry this fingerprint: where it differs, PHANTOM_VERSION has to change."""
    reference = open_dataset("phantom", settings=settings).reference
    assert reference.fingerprint == "27b9e2d59a2e8d5666d4b923ac6928a1fcb5d319b01d226f9e81319f0dbf34da"
    assert (reference.name, reference.axis, reference.labels) == ("phantom", 2, (1, 2))
    assert (reference.n_pool, reference.n_test) == (38, 10)


@pytest.mark.slow
def test_it_is_made_and_prepared_in_seconds_and_has_no_problems(settings, monkeypatch):
    monkeypatch.setattr(
        "simulator.datasets.phantom.phantom_volume", phantom_volume
    )  # painted, not remembered
    start = time.process_time()
    source = open_dataset("phantom", settings=settings)
    dataset = prepare_dataset(source, slice_size=128, settings=settings)
    assert time.process_time() - start < 4
    assert len(dataset.pool) + len(dataset.test) == N_VOLUMES
    assert inspect_dataset(source).problems == ()
    assert dataset.pool[0].images.shape == (24, 1, 48, 48)


def test_a_patient_depends_on_number_and_seed_only():
    image, mask = phantom_volume(3)
    again = phantom_volume(3)
    np.testing.assert_array_equal(image, again[0])
    np.testing.assert_array_equal(mask, again[1])
    assert (phantom_volume(4)[0] != image).any()
    assert (phantom_volume(3, seed=1)[0] != image).any()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_seed_gives_ct_like_volumes_with_a_lesion_and_foci_one_slice_thick(seed):
    n_foci = n_labeled = 0
    for index in range(12):
        image, mask = phantom_volume(index, seed=seed)
        assert image.dtype == np.int16
        assert image.min() < -950
        assert image.max() > 250
        assert 30 < np.median(image[mask == 0][image[mask == 0] > -50]) < 80
        labeled = mask.any(axis=(0, 1))
        assert 8 <= labeled.sum() <= 24
        assert np.diff(np.flatnonzero(labeled)).max() == 1
        assert image[mask == 2].mean() > image[mask == 1].mean() > 80
        n_foci += int((mask == 2).any(axis=(0, 1)).sum())
        n_labeled += int(labeled.sum())
    assert 0.25 < n_foci / n_labeled < 0.5
