"""Files found by stem in any spelling, and every one that is not used is named."""

import pytest

from simulator.datasets import open_dataset
from simulator.errors import DatasetError
from tests.datasets.making import (
    make_decathlon,
    make_image,
    make_kits,
    make_label,
    make_nnunet,
    make_pairs,
    write_nifti,
)


def find(folder, settings):
    return open_dataset(str(folder), settings=settings).contents


@pytest.mark.parametrize(
    ("make", "kinds"), [(make_pairs, ("images", "labels")), (make_nnunet, ("imagesTr", "labelsTr"))]
)
def test_endings_in_capitals_are_found(tmp_path, settings, make, kinds):
    folder = make(tmp_path / "a")
    for kind in kinds:
        path = sorted((folder / kind).iterdir())[-1]
        path.rename(path.with_name(path.name.replace(".nii", ".NII").replace(".gz", ".GZ")))
    contents = find(folder, settings)
    assert len(contents.volumes) == 5
    assert contents.problems == ()
    assert all(path.is_file() for files in contents.volumes for path in files.paths)


@pytest.mark.parametrize(
    ("make", "first", "second"),
    [
        (make_pairs, "labels/case 2.nii.gz", "labels/case 2.nii"),
        (make_pairs, "images/case 2.nii", "images/case 2.NII.gz"),
        (make_nnunet, "labelsTr/case_2.nii.gz", "labelsTr/case_2.nii"),
        (make_nnunet, "imagesTr/case_2_0000.nii.gz", "imagesTr/case_2_0000.nii"),
        (make_decathlon, "labelsTr/case_2.nii.gz", "labelsTr/case_2.NII.GZ"),
        (make_kits, "case_00002/imaging.nii.gz", "case_00002/imaging.nii"),
    ],
)
def test_two_files_for_one_volume_stop(tmp_path, settings, make, first, second):
    folder = make(tmp_path / "a")
    write_nifti(folder / second, make_image(9))
    (problem,) = find(folder, settings).problems
    names = sorted(path.rpartition("/")[2] for path in (first, second))
    assert problem.what == f"{first.split('/')[0]} has two files for one volume, {names[0]} and {names[1]}"
    assert problem.is_blocking


def test_every_file_that_is_not_used_is_named(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    write_nifti(folder / "images" / "site B" / "case 9.nii.gz", make_image(9))
    write_nifti(folder / "old" / "case 1.nii.gz", make_label(1))
    (folder / "labels" / "case 1.png").write_bytes(b"")
    (folder / "images" / "case 9.dcm").write_bytes(b"")
    for name in ("notes.TXT", "LICENSE", ".hidden.nii.gz", "labels/table.csv"):
        (folder / name).write_bytes(b"")
    problems = find(folder, settings).problems
    assert [problem.what for problem in problems] == [
        "1 file is not used: images/case 9.dcm",
        "1 file is not used: images/site B/case 9.nii.gz",
        "1 file is not used: labels/case 1.png",
        "1 file is not used: old/case 1.nii.gz",
    ]
    assert not any(problem.is_blocking for problem in problems)


def test_files_in_many_folders_are_named_in_one_line(tmp_path, settings):
    folder = make_kits(tmp_path / "a", n=9)
    for i in range(9):
        (folder / f"case_{i:05d}" / "prediction.bin").write_bytes(b"")
    (problem,) = find(folder, settings).problems
    assert problem.what.startswith("9 files are not used: case_00000/prediction.bin, ")
    assert problem.what.endswith(" and 4 more")


def test_a_folder_of_too_many_files_is_named(tmp_path, settings, monkeypatch):
    monkeypatch.setattr("simulator.datasets.layouts.unused.MAX_FILES", 9)
    (problem,) = find(make_pairs(tmp_path / "a"), settings).problems
    assert problem.what == "the folder holds more than 9 files, of which the rest was not looked at"


def test_the_folder_of_old_masks_that_is_a_link_is_looked_into(tmp_path, settings):
    folder = make_nnunet(tmp_path / "a")
    (folder / "labelsTr").rename(tmp_path / "masks")
    (folder / "labelsTr").symlink_to(tmp_path / "masks")
    write_nifti(tmp_path / "masks" / "extra" / "case_0.nii.gz", make_label(0))
    (problem,) = find(folder, settings).problems
    assert problem.what == "1 file is not used: labelsTr/extra/case_0.nii.gz"


def test_pointers_of_git_lfs_are_named(tmp_path, settings):
    folder = make_pairs(tmp_path / "a")
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    (folder / "images" / "case 1.nii").write_text(text)
    problem = open_dataset(str(folder), settings=settings).problems[0]
    assert problem.what == "case 1.nii is a Git LFS pointer and no volume"
    assert "git lfs pull" in problem.what_to_do
    (folder / "dataset.json").write_text(text)
    with pytest.raises(DatasetError, match=r"dataset\.json is a Git LFS pointer; fetch"):
        open_dataset(str(folder), settings=settings)
