"""A mask an organ: each is a label, none wins where two overlap, and what is chosen is said."""

import numpy as np
import pytest

from simulator.datasets import inspect_dataset, open_dataset, prepare_dataset
from tests.datasets.making import SHAPE, make_label, make_totalsegmentator, write_nifti


@pytest.fixture
def folder(tmp_path):
    return make_totalsegmentator(tmp_path / "a")


def test_each_mask_is_a_label_and_that_is_said(folder, settings):
    source = open_dataset(str(folder), settings=settings)
    assert [(fact.value, fact.name, fact.is_foreground) for fact in inspect_dataset(source).labels] == [
        (1, "liver", True),
        (2, "spleen", True),
    ]
    (problem,) = source.problems
    assert problem.what == "each mask of a subject is a label of its own (liver, spleen)"
    assert problem.what_to_do == "Nothing if all are meant; else choose, as --labels liver"


def test_the_foreground_is_the_union_of_the_masks_that_are_chosen(folder, settings):
    for labels, n_labeled in (((), {1, 2, 3, 4, 5, 6}), (("spleen",), {5, 6})):
        source = open_dataset(str(folder), settings=settings, labels=labels or None)
        dataset = prepare_dataset(source, slice_size=32, settings=settings)
        for volume in (*dataset.pool, *dataset.test):
            assert set(volume.labeled.tolist()) <= n_labeled
            assert [i for i, mask in enumerate(volume.masks) if mask.any()] == volume.labeled.tolist()
    assert {tuple(volume.labeled) for volume in (*dataset.pool, *dataset.test)} == {(5, 6)}
    assert dataset.pool[0].masks.sum() == 2 * 4 * 2


def test_masks_that_overlap_are_named_and_none_wins(folder, settings):
    body = np.ones(SHAPE, dtype=np.uint8)
    write_nifti(folder / "s0002" / "segmentations" / "body.nii.gz", body)
    source = open_dataset(str(folder), settings=settings, labels=("spleen",))
    notes = {problem.volume: problem.what for problem in source.problems}
    assert notes["s0002"] == "liver.nii.gz, spleen.nii.gz overlap with other masks (96 voxels)"
    assert "some subjects lack a mask that others have (body in 4)" in [
        problem.what for problem in source.problems
    ]
    scan = source.scans[2]
    assert [(label.value, label.n_voxels) for label in scan.labels] == [(1, body.size), (2, 80), (3, 16)]
    alone = open_dataset(str(folder), settings=settings, labels=("spleen",))
    assert not any(problem.is_blocking for problem in alone.problems)


def test_a_mask_that_is_missing_is_as_an_empty_one(folder, settings):
    path = folder / "s0001" / "segmentations" / "spleen.nii.gz"
    write_nifti(path, np.zeros(SHAPE, dtype=np.uint8))
    empty = open_dataset(str(folder), settings=settings).reference.fingerprint
    path.unlink()
    assert open_dataset(str(folder), settings=settings).reference.fingerprint == empty


def test_a_mask_of_several_values_stops(folder, settings):
    label = make_label(0)
    label[0, 0, 0] = 2
    write_nifti(folder / "s0001" / "segmentations" / "liver.nii.gz", label)
    problem = open_dataset(str(folder), settings=settings).problems[0]
    assert problem.what == "liver.nii.gz has 2 values beside 0, expected the mask of one structure"
    assert problem.is_blocking


def test_ct_and_mr_in_one_folder_stop(folder, settings):
    (folder / "s0001" / "ct.nii.gz").rename(folder / "s0001" / "mri.nii.gz")
    problem = open_dataset(str(folder), settings=settings).problems[0]
    assert (problem.what, problem.is_blocking) == ("CT and MRI images lie in one data set", True)
