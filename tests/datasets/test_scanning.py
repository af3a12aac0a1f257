"""A volume is what its voxels are, however its file is called, packed or typed."""

import hashlib
import json

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets.layouts import VolumeFiles
from simulator.datasets.scanning import LabelScan, VolumeScan, scan_volume
from simulator.datasets.spans import spans_of_slices
from tests.datasets.making import (
    AFFINE,
    SHAPE,
    make_image,
    make_label,
    patch_header,
    write_nifti,
    write_turned,
)


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
    runs = spans_of_slices(np.flatnonzero(along))
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


def write_scaled(path, label, *, slope):
    return patch_header(write_nifti(path, label), 112, "<ff", slope, 0.0)


def test_labels_that_32_bits_keep_from_being_whole_are_rounded_and_named(tmp_path):
    whole = scan(tmp_path / "a", make_image(0), make_label(0))
    below_one = make_label(0) * np.nextafter(np.float32(1), np.float32(0))
    found = scan(tmp_path / "b", make_image(0), below_one)
    assert below_one.max() == np.float32(0.99999994)
    assert (found.label_digest, found.labels) == (whole.label_digest, whole.labels)
    assert only_problem(found).what == "label values are off whole numbers by less than a millionth"
    write_scaled(tmp_path / "b" / "label.nii.gz", make_label(0) * 255, slope=1 / 255)
    found = scan_volume(files(tmp_path / "b"))
    assert (found.label_digest, found.labels) == (whole.label_digest, whole.labels)
    assert only_problem(found).what_to_do == "Nothing: they are rounded"


@pytest.mark.parametrize("change", [0.9999, 1.0001, 1.5])
def test_labels_that_are_less_than_whole_stop(tmp_path, change):
    assert "not whole" in only_problem(scan(tmp_path, make_image(0), make_label(0) * change)).what


@pytest.mark.parametrize("orientation", ["LPS", "SRA", "PIR"])
def test_copies_share_their_voxels_wherever_they_lie_and_however_they_are_turned(tmp_path, orientation):
    original = scan(tmp_path, make_image(0))
    moved = scan(tmp_path, make_image(0), affine=AFFINE + np.eye(4, k=3) * 50)
    write_turned(tmp_path / "image.nii.gz", make_image(0), orientation)
    write_nifti(tmp_path / "label.nii.gz", make_label(0))
    turned = scan_volume(files(tmp_path))
    assert len({original.id, moved.id, turned.id}) == 3
    assert original.voxels == moved.voxels == turned.voxels
    changed = make_image(0)
    changed[3, 3, 3] += 1
    assert scan(tmp_path, changed).voxels != original.voxels
    assert scan(tmp_path, make_image(0)[:, :, :7], make_label(0)[:, :, :7]).voxels != original.voxels


def test_channels_that_changed_places_are_another_image(tmp_path):
    both = np.stack([make_image(0), make_image(1)], axis=-1)
    found = scan(tmp_path, both)
    assert found.minima == (both[..., 0].min(), both[..., 1].min())
    assert scan(tmp_path, both[..., ::-1]).voxels != found.voxels


@pytest.mark.parametrize("orientation", ["LPS", "SRA", "PIR"])
def test_a_scan_is_turned_as_its_volume_is(tmp_path, orientation):
    label = make_label(0)
    label[8, 1, 6] = 3
    expected = scan(tmp_path, make_image(0), label)
    for name, array in (("image", make_image(0)), ("label", label)):
        write_turned(tmp_path / f"{name}.nii.gz", array, orientation)
    found = scan_volume(files(tmp_path))
    assert found.orientation == orientation
    same = {"id": expected.id, "label_digest": expected.label_digest}
    assert found.turned("RAS").model_copy(update=same) == expected


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


def test_an_image_without_contrast_is_named_and_negative_labels_are_kept(tmp_path):
    label = make_label(0).astype(np.int16)
    label[0, 0, :4] = -1
    found = scan(tmp_path, np.full(SHAPE, 7, dtype=np.int16), label)
    (problem,) = found.problems
    assert (problem.what, problem.is_blocking) == ("every voxel of the image is 7", False)
    assert [label.value for label in found.labels] == [-1, 1]
    assert found.labels[0].n_voxels == 4
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


def test_channels_on_different_grids_stop(tmp_path):
    write_nifti(tmp_path / "0.nii.gz", make_image(0))
    write_nifti(tmp_path / "1.nii.gz", make_image(1, shape=(12, 10, 9)))
    write_nifti(tmp_path / "label.nii.gz", make_label(0))
    problem = only_problem(scan_volume(files(tmp_path, images=("0.nii.gz", "1.nii.gz"))))
    assert problem.what == "1.nii.gz has 12 × 10 × 9 voxels, 0.nii.gz 12 × 10 × 8"


def test_an_unreadable_header_becomes_a_problem(tmp_path):
    write_nifti(tmp_path / "image.nii.gz", make_image(0))
    write_nifti(tmp_path / "label.nii.gz", make_label(0))
    patch_header(tmp_path / "image.nii.gz", 112, "<f", float("inf"))
    problem = only_problem(scan_volume(files(tmp_path)))
    assert (problem.volume, problem.is_blocking) == ("case", True)
    assert "scl_slope inf" in problem.what


def test_a_scan_is_plain_json(tmp_path):
    found = scan(tmp_path, make_image(0))
    assert type(found).model_validate_json(json.dumps(json.loads(found.model_dump_json()))) == found


def test_the_spacing_and_orientation_are_the_files_own(tmp_path):
    turned = nib.affines.from_matvec(np.array([[0, 0, 3.0], [-2.0, 0, 0], [0, 2.0, 0]]))
    found = scan(tmp_path, make_image(0), affine=turned)
    assert (found.spacing_mm, found.orientation) == ((2.0, 2.0, 3.0), "PSR")


def test_labels_are_found_across_blocks_of_planes(tmp_path):
    label = np.zeros((64, 64, 150), dtype=np.int16)
    label[3:9, 5:20, 60:70] = 2
    label[30:50, 40:41, 63:140] = 1000
    label[0, 63, 149] = -3
    found = scan(tmp_path, make_image(0, shape=label.shape), label)
    size = np.array(label.shape, dtype="<i8").tobytes()
    assert found.label_digest == hashlib.sha256(size + label.astype("<i4").tobytes(order="F")).hexdigest()
    assert [one.value for one in found.labels] == [-3, 2, 1000]
    for one in found.labels:
        here = label == one.value
        assert one.n_voxels == here.sum()
        for axis in range(3):
            across = tuple({0, 1, 2} - {axis})
            assert one.slices(axis).tolist() == np.flatnonzero(here.any(axis=across)).tolist()
