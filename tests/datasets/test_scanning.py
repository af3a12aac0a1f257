"""A volume is what its voxels are, however its file is called, packed or typed."""

import json

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets.layouts import VolumeFiles
from simulator.datasets.runs import runs_of_slices
from simulator.datasets.scanning import LabelScan, VolumeScan, scan_volume
from tests.datasets.making import AFFINE, SHAPE, make_image, make_label, patch_header, write_nifti


def files(folder, *, images=("image.nii.gz",), label="label.nii.gz"):
    return VolumeFiles(name="case", images=tuple(folder / name for name in images), label=folder / label)


def scan(folder, image, label=None, *, affine=AFFINE, ending=".nii.gz"):
    label = make_label(0) if label is None else label
    write_nifti(folder / f"image{ending}", image, affine=affine)
    write_nifti(folder / f"label{ending}", label, affine=affine)
    return scan_volume(files(folder, images=(f"image{ending}",), label=f"label{ending}"))


def only_problem(found):
    assert len(found.problems) == 1
    return found.problems[0]


def test_the_id_survives_packing_type_and_byte_order(tmp_path):
    image = make_image(0)
    expected = scan(tmp_path / "a", image).id
    assert scan(tmp_path / "b", image, ending=".nii").id == expected
    assert scan(tmp_path / "c", image.astype(np.float32)).id == expected
    assert scan(tmp_path / "d", image.astype(">i4")).id == expected
    assert scan(tmp_path / "e", image, affine=AFFINE + 1e-7).id == expected


def test_the_id_knows_voxels_order_and_position(tmp_path):
    image = make_image(0)
    changed = image.copy()
    changed[3, 3, 3] += 1
    moved = AFFINE.copy()
    moved[0, 3] = 5.0
    found = {
        scan(tmp_path / "a", image).id,
        scan(tmp_path / "b", changed).id,
        scan(tmp_path / "c", image[::-1]).id,
        scan(tmp_path / "d", image, affine=moved).id,
        scan(tmp_path / "e", image.reshape(10, 12, 8), np.zeros((10, 12, 8), np.uint8)).id,
    }
    assert len(found) == 5


def test_minus_zero_is_zero(tmp_path):
    image = np.zeros(SHAPE, dtype=np.float32)
    image[0, 0, 0] = 1
    assert scan(tmp_path / "a", image).id == scan(tmp_path / "b", np.where(image == 0, -0.0, image)).id


def test_channels_in_one_file_or_in_several_are_the_same_volume(tmp_path):
    channels = [make_image(i) for i in range(3)]
    one = scan(tmp_path / "one", np.stack(channels, axis=-1))
    for i, channel in enumerate(channels):
        write_nifti(tmp_path / "many" / f"{i}.nii.gz", channel)
    write_nifti(tmp_path / "many" / "label.nii.gz", make_label(0))
    many = scan_volume(files(tmp_path / "many", images=("0.nii.gz", "1.nii.gz", "2.nii.gz")))
    assert (one.id, one.n_channels) == (many.id, many.n_channels)
    assert one.n_channels == 3


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_labeled_slices_are_found_along_every_axis(tmp_path, axis):
    label = make_label(0)
    label[8, 1, 6] = 3
    found = scan(tmp_path, make_image(0), label)
    others = tuple(i for i in range(3) if i != axis)
    for labels in ((1,), (3,), (1, 3)):
        expected = np.flatnonzero(np.isin(label, labels).any(axis=others))
        np.testing.assert_array_equal(found.labeled(axis=axis, labels=labels), expected)
    assert [(one.value, one.n_voxels) for one in found.labels] == [(1, 4 * 4 * 3), (3, 1)]
    assert found.labeled(axis=axis, labels=(7,)).tolist() == []


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_runs_cover_what_is_there_and_nothing_else(along):
    runs = runs_of_slices(np.flatnonzero(along))
    covered = [i for first, last in runs for i in range(first, last + 1)]
    assert covered == [i for i, is_there in enumerate(along) if is_there]


def test_labels_are_found_across_an_axis_in_the_order_asked_for():
    both = VolumeScan(
        shape=(9, 9, 9),
        labels=(
            LabelScan(value=1, n_voxels=9, runs=(((0, 3),), ((1, 2), (5, 5)), ((4, 4),))),
            LabelScan(value=3, n_voxels=4, runs=(((2, 2),), ((7, 8),), ((4, 4),))),
        ),
    )
    assert both.runs_of(axis=1, labels=(3, 2, 1)) == (((7, 8),), (), ((1, 2), (5, 5)))
    assert both.labeled(axis=1, labels=(1, 3)).tolist() == [1, 2, 5, 7, 8]


def test_labels_stored_as_whole_floating_numbers_are_labels(tmp_path):
    whole = scan(tmp_path / "a", make_image(0), make_label(0))
    floating = scan(tmp_path / "b", make_image(0), make_label(0).astype(np.float64))
    assert floating.label_digest == whole.label_digest
    assert floating.problems == ()


BAD_LABELS = {
    "not whole": (lambda label: label * 0.5, "label value that is not whole: 0.5"),
    "NaN": (lambda label: np.where(label, np.nan, 0.0), "not between 0 and 65535"),
    "an image": (lambda label: label.astype(np.int32) * 100_000, "not between 0 and 65535"),
    "too many values": (
        lambda label: np.arange(960, dtype=np.int32).reshape(SHAPE),
        "more than 512 label values",
    ),
    "another shape": (
        lambda label: label[:, :, :7],
        "the image has 12 × 10 × 8 voxels, its mask 12 × 10 × 7",
    ),
    "channels": (lambda label: np.stack([label, label], axis=-1), "has 2 channels, expected 1"),
}


@pytest.mark.parametrize(("spoil", "message"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_a_bad_label_map_stops_and_says_why(tmp_path, spoil, message):
    found = scan(tmp_path, make_image(0), spoil(make_label(0)))
    problem = only_problem(found)
    assert message in problem.what
    assert problem.is_blocking
    assert problem.what_to_do
    assert found.id is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_voxels_that_are_no_numbers_stop_and_are_counted(tmp_path, value):
    image = make_image(0).astype(np.float64)
    image[1, 2, :3] = value
    problem = only_problem(scan(tmp_path, image))
    assert "3 voxels that are NaN or infinite" in problem.what
    assert problem.is_blocking


def test_an_image_without_contrast_and_negative_labels_are_named_and_do_not_stop(tmp_path):
    label = make_label(0).astype(np.int16)
    label[0, 0, :4] = -1
    found = scan(tmp_path, np.full(SHAPE, 7, dtype=np.int16), label)
    assert [problem.what for problem in found.problems] == [
        "every voxel of the image is 7",
        "label -1 is negative (4 voxels)",
    ]
    assert not any(problem.is_blocking for problem in found.problems)
    assert found.id


def test_a_small_shift_of_the_mask_is_named_and_a_large_one_stops(tmp_path):
    for shift, is_blocking in ((0.1, False), (0.4, True)):
        affine = AFFINE.copy()
        affine[0, 3] = shift
        write_nifti(tmp_path / "image.nii.gz", make_image(0))
        write_nifti(tmp_path / "label.nii.gz", make_label(0), affine=affine)
        problem = only_problem(scan_volume(files(tmp_path)))
        assert problem.what == f"mask and image differ by {shift} mm in their affines"
        assert problem.is_blocking is is_blocking
        assert ("below a tenth of a voxel" in problem.what_to_do) is not is_blocking


def test_a_mask_turned_against_its_image_stops(tmp_path):
    write_nifti(tmp_path / "image.nii.gz", make_image(0))
    write_nifti(tmp_path / "label.nii.gz", make_label(0), affine=np.diag([-2.0, 2.0, 3.0, 1.0]))
    assert only_problem(scan_volume(files(tmp_path))).is_blocking


def test_channels_on_different_grids_stop(tmp_path):
    write_nifti(tmp_path / "0.nii.gz", make_image(0))
    write_nifti(tmp_path / "1.nii.gz", make_image(1, shape=(12, 10, 9)))
    write_nifti(tmp_path / "label.nii.gz", make_label(0))
    problem = only_problem(scan_volume(files(tmp_path, images=("0.nii.gz", "1.nii.gz"))))
    assert problem.what == "1.nii.gz has 12 × 10 × 9 voxels, 0.nii.gz 12 × 10 × 8"


def test_an_unreadable_header_becomes_a_problem(tmp_path):
    write_nifti(tmp_path / "image.nii.gz", make_image(0))
    write_nifti(tmp_path / "label.nii.gz", make_label(0))
    patch_header(tmp_path / "image.nii.gz", 112, "<f", float("nan"))
    problem = only_problem(scan_volume(files(tmp_path)))
    assert (problem.volume, problem.is_blocking) == ("case", True)
    assert "scl_slope nan" in problem.what


def test_a_scan_is_plain_json(tmp_path):
    found = scan(tmp_path, make_image(0))
    assert type(found).model_validate_json(json.dumps(json.loads(found.model_dump_json()))) == found


def test_the_spacing_and_orientation_are_the_files_own(tmp_path):
    turned = nib.affines.from_matvec(np.array([[0, 0, 3.0], [-2.0, 0, 0], [0, 2.0, 0]]))
    found = scan(tmp_path, make_image(0), affine=turned)
    assert (found.spacing_mm, found.orientation) == ((2.0, 2.0, 3.0), "PSR")
