"""A folder that is no data set: what it looks like, and how it becomes one."""

import subprocess

import pytest

from simulator.datasets.layouts import find_layout
from simulator.errors import DatasetError
from tests.datasets.making import make_image, make_label, make_pairs, write_nifti


def test_a_data_set_one_folder_deeper_is_named(tmp_path):
    make_pairs(tmp_path / "unpacked")
    with pytest.raises(
        DatasetError, match=r"the folder unpacked inside it is one, give .*/unpacked; expected"
    ):
        find_layout(tmp_path)


def test_dicom_is_named(tmp_path):
    (tmp_path / "patient 1").mkdir()
    (tmp_path / "patient 1" / "IM0001.DCM").write_bytes(b"")
    with pytest.raises(DatasetError, match="it looks like DICOM"):
        find_layout(tmp_path)


def test_volumes_side_by_side_are_named(tmp_path):
    write_nifti(tmp_path / "a_image.nii.gz", make_image(0))
    with pytest.raises(DatasetError, match="1 volume lies directly in it, put images into images/"):
        find_layout(tmp_path)


@pytest.mark.parametrize("prefix", ["", "{}-", "{}_", "a {} $(false) `x` $d ", "it's {}"])
def test_the_lines_for_a_folder_a_subject_make_a_layout(tmp_path, prefix):
    folder = tmp_path / "in put"
    for subject in ("BraTS 1", "BraTS 2"):
        write_nifti(folder / subject / f"{prefix.format(subject)}t1.nii.gz", make_image(0))
        write_nifti(folder / subject / f"{prefix.format(subject)}seg.nii.gz", make_label(0))
    with pytest.raises(DatasetError, match="it looks like a folder a subject, and two lines") as caught:
        find_layout(folder)
    lines = str(caught.value).split("mask: ")[1].split("; expected")[0]
    subprocess.run(["sh", "-c", lines], cwd=folder, check=True)
    made = tmp_path / "in put_pairs"
    contents = find_layout(made).read(made)
    assert [files.name for files in contents.volumes] == ["BraTS 1", "BraTS 2"]
    assert contents.problems == ()
