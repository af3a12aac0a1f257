"""What only the whole data set shows, from the folder to the sentence."""

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
    make_pairs,
    write_nifti,
    write_turned,
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


@pytest.mark.parametrize(
    ("value", "what", "way_out"),
    [
        (
            3,
            "label 3 is none of those that the data set names (5 voxels in case_0)",
            "--labels 1 or --labels 1,3;",
        ),
        (255, "label 255 is none of those that the data set names (5 voxels in case_0)", "--labels 1,255;"),
        (-1, "label -1 is negative (5 voxels in case_0)", "--labels 1;"),
    ],
)
def test_a_label_of_which_nobody_said_what_it_means_stops_unless_labels_are_chosen(
    tmp_path, settings, value, what, way_out
):
    folder = make_decathlon(tmp_path / "a")
    label = make_label(0).astype(np.int16)
    label[7, 7, :5] = value
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    (problem,) = find(folder, settings)
    assert (problem.what, problem.is_blocking) == (what, True)
    assert way_out in problem.what_to_do
    chosen = open_dataset(str(folder), settings=settings, labels=(1,))
    assert chosen.reference.labels == (1,)
    (note,) = chosen.problems
    assert (note.what, note.what_to_do, note.is_blocking) == (
        what,
        "Nothing: it is background, as --labels says",
        False,
    )


def test_a_label_of_which_nobody_said_what_it_means_can_be_chosen(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    for i in (0, 3):
        write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", make_label(i, value=255))
    chosen = open_dataset(str(folder), settings=settings, labels=(1, 255))
    assert chosen.reference.labels == (1, 255)
    (note,) = chosen.problems
    assert "in 2 masks, first case_0)" in note.what
    assert note.what_to_do == "Nothing: it is foreground, as --labels says"


@pytest.mark.parametrize("value", [255, -1])
def test_where_nothing_is_named_a_value_for_ignored_voxels_stops(tmp_path, settings, value):
    folder = make_pairs(tmp_path / "a")
    label = make_label(0).astype(np.int16)
    label[0, 0, :3] = value
    write_nifti(folder / "labels" / "case 0.nii.gz", label)
    (problem,) = find(folder, settings)
    assert problem.is_blocking
    assert not any(problem.is_blocking for problem in find(folder, settings, labels=(1,)))


def test_masks_of_0_and_255_are_masks(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    for i in range(5):
        write_nifti(folder / "labels" / f"case {i}.nii.gz", make_label(i, value=255))
    assert find(folder, settings) == ()


def test_a_declared_label_that_occurs_nowhere_is_named(tmp_path, settings):
    labels = {"0": "background", "1": "organ", "2": "tumour"}
    (problem,) = find(make_decathlon(tmp_path / "a", labels=labels), settings)
    assert (problem.what, problem.is_blocking) == ("label 2 (tumour) occurs in no mask", False)


@pytest.mark.parametrize(
    ("make", "labels", "name"),
    [
        (make_nnunet, {"background": 0, "organ": 1, "ignore": 2}, "ignore"),
        (make_nnunet, {"background": 0, "organ": 1, "Ignore": [2, 3]}, "Ignore"),
        (make_nnunet, {"background": 0, "organ": [1, 2], "void": 2}, "void"),
        (make_nnunet, {"background": 0, "organ": 1, "ignore_index": 2}, "ignore_index"),
        (make_nnunet, {"background": 0, "organ": 1, "Don't care": 2}, "Don't care"),
        (make_decathlon, {"0": "air", "1": "organ", "2": "un-labelled"}, "un-labelled"),
        (make_decathlon, {"0": "air", "1": "organ", "2": "not annotated"}, "not annotated"),
        (make_decathlon, {"0": "background", "1": "organ", "2": "unlabeled"}, "unlabeled"),
        (make_decathlon, {"0": "air", "1": "organ", "2": "background"}, "background"),
    ],
)
def test_voxels_that_nobody_labeled_stop_unless_labels_are_chosen(tmp_path, settings, make, labels, name):
    folder = make(tmp_path / "a", labels=labels)
    label = make_label(0)
    label[0, 0, :3] = 2
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    problem = find(folder, settings)[0]
    assert problem.what == f"label 2 is called {name!r}: nobody labeled these voxels (3 voxels in case_0)"
    assert problem.what_to_do == "Choose what is foreground, as --labels 1; all else is background"
    assert problem.is_blocking
    source = open_dataset(str(folder), settings=settings, labels=(1,))
    assert source.reference.labels == (1,)
    assert source.problems[0].what_to_do == "Nothing: it is background, as --labels says"


def test_where_no_value_is_named_one_choice_is_offered(tmp_path, settings):
    folder = make_nnunet(tmp_path / "a", labels={"background": 0})
    problem = find(folder, settings)[0]
    assert problem.what_to_do == "Choose what is foreground, as --labels 1; all else is background"


def test_a_background_that_is_called_unlabeled_stops(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", labels={"0": "unlabeled", "1": "organ"})
    (problem,) = find(folder, settings)
    assert problem.what == "label 0 is called 'unlabeled': nobody labeled these voxels"
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


@pytest.mark.parametrize(("orientation", "along"), [("LAS", 2), ("SRA", 0)])
def test_a_volume_that_lies_otherwise_is_turned_and_named(tmp_path, settings, orientation, along):
    folder = make_decathlon(tmp_path / "a")
    write_turned(folder / "imagesTr" / "case_2.nii.gz", make_image(2), orientation)
    write_turned(folder / "labelsTr" / "case_2.nii.gz", make_label(2), orientation)
    (problem,) = find(folder, settings)
    assert problem.what == f"the volume lies as {orientation}, most others as RAS"
    assert problem.what_to_do.startswith("Nothing: its slices are turned like those of the others")
    assert problem.what_to_do.endswith(f"keep their numbers along axis {along}")
    assert not problem.is_blocking


def test_a_copy_at_another_place_stops(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    moved = AFFINE.copy()
    moved[:3, 3] = 50
    write_nifti(folder / "imagesTr" / "case_3.nii.gz", make_image(1), affine=moved)
    write_nifti(folder / "labelsTr" / "case_3.nii.gz", make_label(3), affine=moved)
    (problem,) = find(folder, settings)
    assert problem.what == "the image is the same as that of case_1, stored at another place or turned"
    with pytest.raises(DatasetError, match="case_3: the image is the same as that of case_1, stored at"):
        _ = open_dataset(str(folder), settings=settings).split


@pytest.mark.parametrize("stored", [make_image(1) * 0.9, make_image(9)])
def test_another_image_with_the_same_mask_stops(tmp_path, settings, stored):
    folder = make_pairs(tmp_path / "a")
    label = make_label(1)
    label[1:9, 1:8, 1:4] = 1
    write_nifti(folder / "images" / "case 3.nii", stored.astype(np.float32))
    for i in (1, 3):
        write_nifti(folder / "labels" / f"case {i}.nii.gz", label)
    (problem,) = find(folder, settings)
    assert (problem.volume, problem.is_blocking) == ("case 3", True)
    assert problem.what == "the mask is the same as that of case 1, voxel by voxel"


def test_small_masks_may_be_alike(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    for i in (1, 3):
        label = np.zeros_like(make_label(0))
        label[3, 4, 2:4] = 1
        write_nifti(folder / "labels" / f"case {i}.nii.gz", label)
    assert find(folder, settings) == ()


def test_one_windowed_volume_changes_neither_modality_nor_axis_and_is_named(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    usual = open_dataset(str(folder), settings=settings)
    write_nifti(folder / "images" / "case 2.nii", make_image(2).clip(-160, 240))
    source = open_dataset(str(folder), settings=settings)
    assert (source.modality, source.axis) == (usual.modality, usual.axis) == ("CT", usual.axis)
    (problem,) = source.problems
    assert (problem.volume, problem.is_blocking) == ("case 2", False)
    assert problem.what == "the data set is CT, but no voxel of this image is below -500"


def test_one_volume_with_air_among_others_is_named(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    for i in range(4):
        write_nifti(folder / "images" / f"case {i}.nii", make_image(i, low=0))
    source = open_dataset(str(folder), settings=settings)
    assert source.modality == "MR"
    (problem,) = source.problems
    assert problem.volume == "case 4"
    assert "below -500 as CT has" in problem.what


def test_ct_stored_with_1024_added_is_said_once(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    for i in range(5):
        write_nifti(folder / "imagesTr" / f"case_{i}.nii.gz", (make_image(i) + 1024).astype(np.uint16))
    (problem,) = find(folder, settings)
    assert problem.volume is None
    assert problem.what == (
        "the data set is CT, but no voxel of this image is below -500 (in 5 volumes: case_0, case_1, case_2, …)"
    )
    assert "if 1024 was added, subtract it" in problem.what_to_do


def test_a_data_set_that_only_has_a_known_name_is_sliced_by_its_spacing(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a", name="Hippocampus", modality="MRI")
    assert open_dataset(str(folder), settings=settings).axis.axis == 2
    for i in range(5):
        write_nifti(folder / "imagesTr" / f"case_{i}.nii.gz", make_image(i), affine=np.eye(4))
        write_nifti(folder / "labelsTr" / f"case_{i}.nii.gz", make_label(i), affine=np.eye(4))
    choice = open_dataset(str(folder), settings=settings).axis
    assert (choice.axis, choice.why) == (1, "named by the catalogue")


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
        DatasetError, match=r"a, case_3: case_3\.nii\.gz has no NIfTI header.*\(and 1 more: see"
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
