"""CT by the pool's tissue, everything else within its volume."""

from pathlib import Path

import numpy as np
import pytest

from simulator.datasets.intensities import (
    count_hounsfield,
    guess_channel,
    is_hounsfield,
    name_modality,
    scale_of_counts,
    scale_of_volume,
)
from simulator.datasets.reading import VolumeHeader, iterate_counts
from simulator.errors import DatasetError


def header(array, *, slope=1.0, inter=0.0):
    return VolumeHeader(
        path=Path("a.nii"),
        shape=array.shape,
        n_channels=1,
        dtype=array.dtype,
        offset=352,
        slope=slope,
        inter=inter,
        affine=np.eye(4),
    )


def volume(seed, *, n=30):
    values = np.random.default_rng(seed).normal(40, 200, (n, n, n)).round().astype(np.int16)
    values[: n // 2] = -1000
    return np.asfortranarray(values)


def count(array, **scaling):
    return count_hounsfield(iterate_counts([array], header(array, **scaling)))


def test_the_scale_of_ct_is_that_of_all_tissue_of_the_pool_together():
    arrays = [volume(0), volume(1), volume(2)]
    scale = scale_of_counts(sum(count(array) for array in arrays))
    tissue = np.concatenate([array.ravel() for array in arrays]).astype(float)
    tissue = tissue[tissue > -900]
    low, high = np.percentile(tissue, [0.5, 99.5], method="inverted_cdf")
    assert (scale.low, scale.high) == (low, high)
    assert scale.mean == pytest.approx(tissue.clip(low, high).mean())
    assert scale.deviation == pytest.approx(tissue.clip(low, high).std())
    standardized = scale.apply(tissue)
    assert standardized.mean() == pytest.approx(0, abs=1e-9)
    assert standardized.std() == pytest.approx(1)
    assert scale.apply(np.array([-1000.0]))[0] == pytest.approx((low - scale.mean) / scale.deviation)


def test_slope_and_intercept_count():
    stored = (volume(0) + 1024).astype(np.uint16)
    shifted = count(stored, inter=-1024.0)
    np.testing.assert_array_equal(shifted, count(volume(0)))


def test_metal_beyond_the_scale_is_counted_at_its_end():
    array = np.full((3, 3, 3), 60000, dtype=np.int32)
    assert count(array)[-1] == 27


def test_ct_without_tissue_is_refused():
    array = np.full((3, 3, 3), -1000, dtype=np.int16)
    with pytest.raises(DatasetError, match=r"no voxel is above -900 HU; correct the modality"):
        scale_of_counts(count(array))


def test_other_modalities_are_standardized_in_each_volume():
    array = volume(3).astype(np.float32) * 17 + 4
    standardized = scale_of_volume(array, header(array)).apply(array.astype(float))
    assert standardized.mean() == pytest.approx(0, abs=1e-6)
    assert standardized.std() == pytest.approx(1)


def test_a_constant_volume_becomes_zero():
    array = np.full((3, 3, 3), 12, dtype=np.int16)
    assert not scale_of_volume(array, header(array)).apply(array.astype(float)).any()


def test_modalities_by_the_names_that_data_sets_use():
    assert is_hounsfield("CT")
    assert is_hounsfield(" ct ")
    assert not is_hounsfield("CTA-like MR")
    assert name_modality(["FLAIR", "T1w", "t1gd", "T2w"]) == "MR"
    assert name_modality(["MRI"]) == "MR"
    assert name_modality(["CT", "PET"]) == "CT, PET"
    assert name_modality([""]) == "unknown"


def test_a_data_set_is_guessed_to_be_ct_if_every_volume_has_air():
    assert guess_channel([-1024.0, -1000.0]) == "CT"
    assert guess_channel([-1024.0, -1000.0, -160.0]) == "CT"  # one was windowed
    assert guess_channel([-1024.0, 0.0, 0.0]) == "MR"
    assert guess_channel([-1024.0, 0.0]) == "MR"
    assert guess_channel([]) == "MR"
