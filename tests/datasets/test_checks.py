"""What only the whole data set shows, from the folder to the sentence."""

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets import open_dataset
from simulator.datasets.problems import raise_blocking
from simulator.errors import DatasetError
from tests.datasets.making import (
    AFFINE,
    SHAPE,
    make_decathlon,
    make_image,
    make_label,
    make_nnunet,
    write_nifti,
)


def find(folder, settings, **options):
    return open_dataset(str(folder), settings=settings, **options).problems


def test_a_good_data_set_has_no_problems(tmp_path, settings):
    assert find(make_decathlon(tmp_path / "a"), settings) == ()


def test_a_copied_volume_stops(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    write_nifti(folder / "imagesTr" / "case_3.nii.gz", make_image(1).astype(np.float32))
    (problem,) = find(folder, settings)
    assert (problem.volume, problem.what) == ("case_3", "the image is the same as that of case_1")
    assert problem.is_blocking
    with pytest.raises(
        DatasetError, match=r"^a, case_3: the image is the same as that of case_1; Remove one"
    ):
        _ = open_dataset(str(folder), settings=settings).reference


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_volumes_stop(tmp_path, settings, n):
    (problem, *_) = find(make_decathlon(tmp_path / "a", n=n), settings)
    assert problem.what == f"expected at least 2 volumes, one of them for testing, the data set has {n}"
    with pytest.raises(DatasetError, match="expected at least 2"):
        _ = open_dataset(str(tmp_path / "a"), settings=settings).reference


def test_a_label_that_is_not_declared_is_background_and_named(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    label = make_label(0)
    label[7, 7, :5] = 3
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    source = open_dataset(str(folder), settings=settings)
    assert source.reference.labels == (1,)
    (problem,) = source.problems
    assert problem.what == "label 3 is not in dataset.json (5 voxels)"
    assert problem.what_to_do.startswith("Counted as background")
    chosen = open_dataset(str(folder), settings=settings, labels=(1, 3))
    assert chosen.reference.labels == (1, 3)
    assert chosen.problems[0].what_to_do == "Nothing: it was chosen"


def test_a_declared_label_that_occurs_nowhere_is_named(tmp_path, settings):
    labels = {"0": "background", "1": "organ", "2": "tumour"}
    (problem,) = find(make_decathlon(tmp_path / "a", labels=labels), settings)
    assert (problem.what, problem.is_blocking) == ("label 2 (tumour) occurs in no mask", False)


def test_voxels_that_nobody_labeled_stop(tmp_path, settings):
    folder = make_nnunet(tmp_path / "a", labels={"background": 0, "organ": 1, "ignore": 2})
    label = make_label(0)
    label[0, 0, :3] = 2
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    problem = find(folder, settings)[0]
    assert problem.what == "label 2 marks voxels that nobody labeled (3 voxels)"
    assert problem.is_blocking


def test_an_empty_mask_is_named_and_only_empty_masks_stop(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    empty = np.zeros(SHAPE, dtype=np.uint8)
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", empty)
    (problem,) = find(folder, settings)
    assert (problem.volume, problem.what, problem.is_blocking) == ("case_0", "the mask is empty", False)
    for i in range(1, 5):
        write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", empty)
    assert find(folder, settings)[0].what == "all masks are empty"
    assert find(folder, settings)[0].is_blocking


def test_a_pool_without_any_mask_stops(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    test_volume = open_dataset(str(folder), settings=settings).files_of("test")[0][1].name
    for i in range(5):
        if f"case_{i}" != test_volume:
            write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", np.zeros(SHAPE, dtype=np.uint8))
    with pytest.raises(DatasetError, match="no volume of the pool has a labeled slice"):
        _ = open_dataset(str(folder), settings=settings).reference


def test_another_number_of_channels_stops(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    write_nifti(folder / "imagesTr" / "case_2.nii.gz", make_image(2, shape=(*SHAPE, 2)))
    (problem,) = find(folder, settings)
    assert problem.what == "the image has 2 channels, expected 1"
    assert problem.is_blocking


def test_a_volume_that_lies_otherwise_is_named(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    turned = nib.affines.from_matvec(np.array([[0, 0, 3.0], [2.0, 0, 0], [0, 2.0, 0]]))
    write_nifti(folder / "imagesTr" / "case_2.nii.gz", make_image(2), affine=turned)
    write_nifti(folder / "labelsTr" / "case_2.nii.gz", make_label(2), affine=turned)
    (problem,) = find(folder, settings)
    assert problem.what == "its slices across axis 2 are sagittal, those of the other volumes axial"
    assert not problem.is_blocking


def test_slices_smaller_than_a_networks_stride_are_named(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    for kind, array in (("imagesTr", make_image(0)), ("labelsTr", make_label(0))):
        write_nifti(folder / kind / "case_0.nii.gz", array[:4])
    (problem,) = find(folder, settings)
    assert problem.what == "its slices have only 4 × 10 voxels"


def test_one_bad_volume_hides_no_other_problem_and_what_stops_comes_first(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", np.zeros(SHAPE, dtype=np.uint8))
    (folder / "imagesTr" / "case_3.nii.gz").write_bytes(b"no volume at all")
    (folder / "labelsTr" / "case_4.nii.gz").unlink()
    problems = find(folder, settings)
    assert [(problem.volume, problem.is_blocking) for problem in problems] == [
        ("case_3", True),
        ("case_4", True),
        ("case_0", False),
    ]
    with pytest.raises(
        DatasetError, match=r"a, case_3: case_3\.nii\.gz holds no gzip data.*\(and 1 more: see"
    ):
        raise_blocking("a", problems)


def test_a_data_set_of_which_nothing_can_be_read_is_still_described(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", n=2)
    for path in (folder / "imagesTr").iterdir():
        path.write_bytes(b"")
    source = open_dataset(str(folder), settings=settings)
    assert len(source.problems) == 2
    assert source.axis is None


def test_the_mean_position_plays_no_part(tmp_path, settings):
    """Volumes of one data set may lie anywhere in space."""
    folder = make_decathlon(tmp_path / "a")
    moved = AFFINE.copy()
    moved[:3, 3] = 500
    write_nifti(folder / "imagesTr" / "case_0.nii.gz", make_image(0), affine=moved)
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", make_label(0), affine=moved)
    assert find(folder, settings) == ()
