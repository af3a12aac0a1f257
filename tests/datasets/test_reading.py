"""A header is judged before a voxel is read; what is wrong is named with a way out."""

import gzip
import os
import tracemalloc
from contextlib import contextmanager
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets.problems import VolumeError
from simulator.datasets.reading import (
    MAX_BYTES,
    decode,
    iterate_blocks,
    iterate_counts,
    iterate_planes,
    iterate_stored,
    read_array,
    read_array_and_notes,
    read_header,
)
from tests.datasets.making import AFFINE, make_image, patch_header, write_nifti

DIM, DATATYPE, VOX_OFFSET, SCL_SLOPE, SCL_INTER, SFORM, MAGIC = 40, 70, 108, 112, 116, 280, 344
XYZT_UNITS = 123


@contextmanager
def allocating_at_most(n_bytes):
    """Fail if the block allocates more; what a header only promises must not be allocated."""
    tracemalloc.start()
    try:
        yield
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < n_bytes


@pytest.fixture(params=[".nii", ".nii.gz"])
def path(request, tmp_path):
    return write_nifti(tmp_path / f"a volume{request.param}", make_image(0))


def test_a_header_says_what_the_file_holds(path):
    header = read_header(path)
    assert (header.shape, header.n_channels, header.dtype) == ((12, 10, 8), 1, np.int16)
    assert header.spacing_mm == (2.0, 2.0, 3.0)
    assert header.orientation == "RAS"
    np.testing.assert_array_equal(read_array(header)[..., 0], make_image(0))


def test_blocks_are_the_decoded_voxels_in_file_order(path):
    header = read_header(patch_header(path, SCL_SLOPE, "<ff", 0.5, 3.0))
    array = read_array(header)
    expected = make_image(0).astype(float) * 0.5 + 3
    np.testing.assert_allclose(np.concatenate(list(iterate_blocks(array, header))), expected.ravel(order="F"))
    np.testing.assert_allclose(decode(array, header)[..., 0], expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, "<i2", ">i2", "<u2", np.int32, ">f4"])
def test_values_are_counted_and_shown_in_file_order(path, dtype):
    stored = make_image(0, low=-60, high=60).astype(np.int8).astype(dtype)
    header = replace(read_header(path), dtype=np.dtype(dtype), slope=0.5, inter=3.0)
    shown, totals = [], {}
    for values, counts in iterate_counts([stored], header, on_block=shown.append):
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            totals[value] = totals.get(value, 0) + count
    values, counts = np.unique(stored.astype(np.float64) * 0.5 + 3, return_counts=True)
    assert totals == dict(zip(values.tolist(), counts.tolist(), strict=True))
    np.testing.assert_array_equal(np.concatenate(shown), stored.ravel(order="F"))


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("step", [1, -1])
def test_planes_are_those_across_the_axis_and_lie_together_in_memory(axis, step):
    array = np.asfortranarray(make_image(0, shape=(40, 37, 35)))[::step]
    planes = list(iterate_planes(array, axis))
    np.testing.assert_array_equal(planes, np.moveaxis(array, axis, 0))
    assert all(min(map(abs, plane.strides)) == 2 for plane in planes)


@pytest.mark.parametrize("shape", [(700, 400, 5), (9, 8, 7), (6, 5, 4, 3)])
@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_few_planes_at_a_time_are_the_whole_array(tmp_path, name, shape):
    header = read_header(write_nifti(tmp_path / name, make_image(0, shape=shape)))
    notes = []
    parts = [(channel, planes.copy()) for channel, planes in iterate_stored(header, notes=notes)]
    assert notes == []
    for channel in range(header.n_channels):
        own = [planes for of, planes in parts if of == channel]
        np.testing.assert_array_equal(np.concatenate(own, axis=2), read_array(header)[..., channel])
    assert max(planes.shape[2] for _, planes in parts) == min(
        shape[2], max(1, 2**18 // (shape[0] * shape[1]))
    )


def test_a_file_that_ends_early_is_said_however_it_is_read(tmp_path):
    whole = write_nifti(tmp_path / "whole.nii", make_image(0, shape=(50, 40, 30))).read_bytes()
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(whole[:-1000]))
    header = read_header(path)
    for read in (read_array, lambda header: list(iterate_stored(header, notes=[]))):
        with pytest.raises(VolumeError, match=r"a\.nii\.gz"):
            read(header)


def test_nifti_2_and_the_other_byte_order_are_read(tmp_path):
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nib.save(nib.Nifti1Image(make_image(0), AFFINE, header), tmp_path / "big.nii.gz")
    nib.save(nib.Nifti2Image(make_image(0), AFFINE), tmp_path / "two.nii")
    for name in ("big.nii.gz", "two.nii"):
        np.testing.assert_array_equal(read_array(read_header(tmp_path / name))[..., 0], make_image(0))


@pytest.mark.parametrize("values", [(0.0, 7.0), (np.nan, np.nan), (np.nan, 7.0)])
def test_slope_zero_and_nan_mean_no_scaling_and_nan_is_noted(path, values):
    header = read_header(patch_header(path, SCL_SLOPE, "<ff", *values))
    assert (header.slope, header.inter) == (1.0, 0.0)
    assert len(header.notes) == int(np.isnan(values[0]))


@pytest.mark.parametrize(
    ("unit", "spacing", "factor", "what"),
    [
        (0, 2.0, 1, None),
        (2, 2.0, 1, None),
        (2 + 8, 2.0, 1, None),
        (3, 20.0, 1e-3, "micrometres"),
        (1, 0.002, 1e3, "metres"),
        (1 + 8, 0.002, 1e3, "metres"),
        (1, 2.0, 1, "metres, which no scanner has"),
    ],
)
def test_millimetres_are_millimetres_whatever_the_headers_unit(path, unit, spacing, factor, what):
    write_nifti(path, make_image(0), affine=np.diag([spacing, spacing, spacing, 1.0]))
    header = read_header(patch_header(path, XYZT_UNITS, "<B", unit))
    assert header.spacing_mm == pytest.approx((spacing * factor,) * 3)
    assert [what in note for note, _ in header.notes] == [True] * (what is not None)


def test_a_git_lfs_pointer_is_told_from_a_volume(tmp_path):
    path = tmp_path / "a.nii.gz"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(VolumeError, match=r"a\.nii\.gz is a Git LFS pointer and no volume; .*'git lfs pull'"):
        read_header(path)


def test_a_fourth_axis_holds_channels_and_one_of_size_1_is_none(tmp_path):
    four = write_nifti(tmp_path / "four.nii.gz", make_image(0, shape=(5, 6, 7, 4)))
    one = write_nifti(tmp_path / "one.nii.gz", make_image(0, shape=(5, 6, 7, 1, 1)))
    assert (read_header(four).shape, read_header(four).n_channels) == ((5, 6, 7), 4)
    assert (read_header(one).shape, read_header(one).n_channels) == ((5, 6, 7), 1)


BAD_FIELDS = {
    "zero dimension": (DIM, "<8h", (3, 12, 0, 8, 1, 1, 1, 1), "dimensions 12 × 0 × 8, expected at least 1"),
    "negative dimension": (DIM, "<8h", (3, 12, -4, 8, 1, 1, 1, 1), "dimensions 12 × -4 × 8"),
    "no number of dimensions": (DIM, "<8h", (9, 1, 1, 1, 1, 1, 1, 1), r"promises \d+ dimensions"),
    "two dimensions": (DIM, "<8h", (2, 12, 10, 1, 1, 1, 1, 1), "dimensions 12 × 10, expected three"),
    "five dimensions": (DIM, "<8h", (5, 2, 2, 2, 2, 2, 1, 1), "2 × 2 × 2 × 2 × 2, expected three"),
    "too many channels": (DIM, "<8h", (4, 2, 2, 2, 40, 1, 1, 1), "40 channels, expected at most 16"),
    "beyond the limit": (DIM, "<8h", (3, 30000, 30000, 30000, 1, 1, 1, 1), f"the limit is {MAX_BYTES:,}"),
    "more than the file": (DIM, "<8h", (3, 1200, 1000, 800, 1, 1, 1, 1), "bytes can hold"),
    "colours": (DATATYPE, "<h", (128,), "stores values of type"),
    "complex numbers": (DATATYPE, "<h", (32,), "stores values of type complex64"),
    "no type": (DATATYPE, "<h", (77,), "stores values of type 77"),
    "huge offset": (VOX_OFFSET, "<f", (3e9,), "puts its voxels at byte 3e"),
    "offset inside the header": (VOX_OFFSET, "<f", (12.0,), "puts its voxels at byte 12"),
    "offset that is no number": (VOX_OFFSET, "<f", (float("nan"),), "puts its voxels at byte nan"),
    "infinite slope": (SCL_SLOPE, "<f", (float("inf"),), "scl_slope inf and scl_inter 0, expected finite"),
    "infinite intercept": (SCL_INTER, "<f", (float("inf"),), "scl_inter inf, expected finite"),
    "NaN in the affine": (SFORM, "<f", (float("nan"),), "no positions in millimetres"),
    "affine beyond everything": (SFORM + 12, "<f", (1e9,), "no positions in millimetres"),
    "singular affine": (SFORM, "<12f", (1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0), "singular affine"),
    "affine of zeros": (SFORM, "<12f", (0,) * 12, "singular affine"),
    "a header of two files": (MAGIC, "<4s", (b"ni1\0",), "no single-file NIfTI"),
    "another header": (0, "<i", (1234,), "no NIfTI header"),
}


@pytest.mark.parametrize(("offset", "fmt", "values", "message"), BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_a_header_that_cannot_be_is_refused_before_anything_is_read(path, offset, fmt, values, message):
    patch_header(path, offset, fmt, *values)
    with pytest.raises(VolumeError, match=message) as caught, allocating_at_most(2**20):
        read_header(path)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_qform_that_is_no_rotation_is_refused(path):
    patch_header(path, 252, "<hh", 1, 0)  # qform_code, sform_code
    patch_header(path, 256, "<fff", 5.0, 5.0, 5.0)
    with pytest.raises(VolumeError, match="no positions in millimetres"):
        read_header(path)


@pytest.mark.parametrize("n_bytes", [0, 1, 100, 400, 1500])
def test_a_file_that_ends_early_is_named(tmp_path, n_bytes):
    whole = write_nifti(tmp_path / "whole.nii.gz", make_image(0))
    cut = tmp_path / "cut.nii.gz"
    cut.write_bytes(whole.read_bytes()[:n_bytes])
    with pytest.raises(VolumeError, match=r"cut\.nii\.gz") as caught:
        read_array(read_header(cut))
    assert caught.value.what_to_do


def test_a_plain_file_that_ends_early_is_named(tmp_path):
    path = write_nifti(tmp_path / "cut.nii", make_image(0))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(VolumeError, match=r"more than its 2,271 bytes can hold"):
        read_header(path)


def test_damage_inside_the_stream_is_named(tmp_path):
    path = write_nifti(tmp_path / "hurt.nii.gz", make_image(0))
    data = bytearray(path.read_bytes())
    data[900:1000] = bytes(100)
    path.write_bytes(bytes(data))
    with pytest.raises(VolumeError, match=r"hurt\.nii\.gz is cut off or damaged"):
        read_array(read_header(path))


@pytest.mark.parametrize(
    ("ending", "wrong", "note"),
    [
        (".nii", ".nii.gz", "holds no gzip data"),
        (".nii.gz", ".nii", "holds gzip data"),
        (".nii.gz", ".NII.GZ", None),
        (".nii", ".NII", None),
    ],
)
def test_a_name_that_lies_about_compression_is_read_and_noted(tmp_path, ending, wrong, note):
    path = write_nifti(tmp_path / f"a{ending}", make_image(0)).rename(tmp_path / f"b{wrong}")
    header = read_header(path)
    np.testing.assert_array_equal(read_array(header)[..., 0], make_image(0))
    assert [what for what, _ in header.notes] == ([f"b{wrong} {note}"] if note else [])


@pytest.mark.parametrize("shape", [(12, 10, 8), (60, 50, 40)])
@pytest.mark.parametrize(
    ("rest", "is_noted"),
    [
        (b"appended by a transfer\n" * 3, True),
        (bytes(512), False),
        (gzip.compress(b"another", mtime=0), False),
    ],
)
def test_what_follows_the_gzip_stream_is_left_out(tmp_path, shape, rest, is_noted):
    path = write_nifti(tmp_path / "a.nii.gz", make_image(0, shape=shape))
    path.write_bytes(path.read_bytes() + rest)
    array, notes = read_array_and_notes(read_header(path))
    np.testing.assert_array_equal(array[..., 0], make_image(0, shape=shape))
    assert [what for what, _ in notes] == ["bytes follow the gzip stream of a file"] * is_noted


def test_a_wrong_checksum_is_damage_also_where_bytes_follow(tmp_path):
    path = write_nifti(tmp_path / "a.nii.gz", make_image(0))
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(bytes(data) + b"appended")
    with pytest.raises(VolumeError, match=r"a\.nii\.gz is cut off or damaged \(.*incorrect data check"):
        read_array(read_header(path))


def test_what_comes_after_the_promised_size_is_never_unpacked(tmp_path):
    path = write_nifti(tmp_path / "bomb.nii.gz", make_image(0))
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + bytes(2**26)))
    with allocating_at_most(2**23):
        read_array(read_header(path))


def test_a_missing_file_and_a_pipe_are_named_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.nii")
    for name in ("pipe.nii", "missing.nii", "a" * 300):
        with pytest.raises(VolumeError, match=f"{name} is missing or no regular file"):
            read_header(tmp_path / name)
