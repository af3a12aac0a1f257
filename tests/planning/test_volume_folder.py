"""A folder of images becomes volumes by their headers alone; what is left out is named, with why and what to do."""

import os
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.datasets import itk
from simulator.errors import DatasetError, ProjectError
from simulator.planning.images import read_image_header
from simulator.planning.volumes import files as folder_files
from simulator.planning.volumes import folder as volume_folder
from simulator.planning.volumes.cases import name_volumes
from simulator.planning.volumes.files import is_mask_name
from simulator.planning.volumes.folder import scan_folder
from simulator.records import LabVolume
from tests.datasets.making import (
    make_decathlon,
    make_image,
    make_kits,
    make_nnunet,
    write_itk,
    write_nifti,
    write_series,
    write_turned,
)
from tests.records.test_project import make_project

THIN = np.diag([0.8, 0.8, 0.8, 1.0])


def affine(*spacing, origin=0.0):
    matrix = np.diag([*spacing, 1.0])
    matrix[:3, 3] = origin
    return matrix


def put(folder, *names, shape=(12, 10, 8), **options):
    for i, name in enumerate(names):
        placed = {"affine": affine(2, 2, 3, origin=100.0 * i), **options}
        write_nifti(folder / name, make_image(i, shape=shape), **placed)


def names_of(scan):
    return [volume.name for volume in scan.volumes]


def reasons(scan):
    return {one.file: (one.why, one.what_to_do) for one in scan.left_out}


class TestVolumes:
    def test_headers_say_all_that_a_plan_needs(self, tmp_path):
        put(tmp_path, "CT_0012.nii.gz", "CT_0015.nii")
        write_nifti(tmp_path / "CT_0031.nii", make_image(3, shape=(12, 10, 20)), affine=affine(2, 2, 2.5))
        scan = scan_folder(tmp_path)
        assert scan.volumes[0] == LabVolume(
            name="CT_0012", n_slices=8, axis=2, spacing_mm=3.0, path="CT_0012.nii.gz"
        )
        assert names_of(scan) == ["CT_0012", "CT_0015", "CT_0031"]
        assert (scan.plane.name, scan.spacings_mm, scan.n_slices) == ("axial", (2.5, 3.0), (8, 20))
        assert (scan.left_out, scan.modality) == ((), "")

    @pytest.mark.parametrize("ending", [".nrrd", ".mha", ".mhd"])
    def test_other_formats_mean_the_same(self, tmp_path, ending):
        write_itk(tmp_path / f"a{ending}", make_image(0))
        (volume,) = scan_folder(tmp_path).volumes
        assert (volume.n_slices, volume.axis, volume.spacing_mm) == (8, 2, 3.0)

    def test_each_volume_keeps_its_own_axis_in_the_common_plane(self, tmp_path):
        put(tmp_path, "a.nii", "b.nii")
        write_turned(tmp_path / "c.nii", make_image(2), "SLP")
        scan = scan_folder(tmp_path)
        assert [volume.axis for volume in scan.volumes] == [2, 2, 0]
        assert scan.n_slices == (8, 8)

    def test_ct_is_sliced_axially_and_all_else_across_its_thickest_voxels(self, tmp_path):
        put(tmp_path, "a.nii", "b.nii", affine=affine(2, 1, 1))
        assert scan_folder(tmp_path).plane.name == "sagittal"
        put(tmp_path, "a.nii", "b.nii", affine=affine(0.9, 0.9, 0.5))
        scan = scan_folder(tmp_path, modality="CT")
        assert (scan.plane.name, scan.modality, scan.left_out) == ("axial", "CT", ())

    def test_names_are_told_apart_by_their_folders(self, tmp_path):
        put(tmp_path, "a/ct.nii", "b/ct.nii", "b/x/ct.nii", "c/mr.nii")
        assert names_of(scan_folder(tmp_path)) == ["a_ct", "b_ct", "x_ct", "mr"]

    def test_the_images_can_be_found_again(self, tmp_path):
        put(tmp_path, "site A/a.nii.gz")
        scan = scan_folder(tmp_path)
        project = make_project(volumes=scan.volumes, folder=str(scan.folder))
        assert read_image_header(project, scan.volumes[0]).shape == (12, 10, 8)

    def test_progress_is_told_file_by_file(self, tmp_path):
        put(tmp_path, "a.nii", "b.nii", "c.nii")
        told = []
        scan_folder(tmp_path, on_progress=lambda done, total: told.append((done, total)))
        assert told == [(1, 3), (2, 3), (3, 3)]


class TestNames:
    @given(
        st.lists(
            st.lists(st.sampled_from(["a", "b", "a_b", "a_2", "\t"]), min_size=1, max_size=4), max_size=12
        )
    )
    def test_each_is_there_once_and_printable(self, paths):
        stems = {PurePosixPath(*parts[:-1], f"{parts[-1]}.nii"): parts[-1] for parts in paths}
        names = name_volumes(stems)
        assert list(names) == list(stems)
        assert len(set(names.values())) == len(stems)
        assert all(name.isprintable() and name for name in names.values())


class TestChannels:
    def test_channels_of_one_case_are_one_volume(self, tmp_path):
        make_nnunet(tmp_path, n=3, n_channels=2)
        scan = scan_folder(tmp_path)
        assert names_of(scan) == ["case_0", "case_1", "case_2"]
        assert scan.volumes[0].path == "imagesTr/case_0_0000.nii.gz"
        assert scan.modality == "CT"

    def test_names_that_only_count_are_no_channels(self, tmp_path):
        put(tmp_path, "CT_0000.nii", "CT_0001.nii", "CT_0002.nii")
        assert names_of(scan_folder(tmp_path)) == ["CT_0000", "CT_0001", "CT_0002"]
        put(tmp_path / "more", *[f"MR_{i:04d}.nii" for i in range(12)], affine=affine(1, 1, 2))
        assert len(scan_folder(tmp_path / "more").volumes) == 12


class TestLeftOut:
    def test_each_file_with_why_and_what_to_do(self, tmp_path):
        put(tmp_path, "a.nii", "a.nii.gz", "b.nii", "c.nii", "c_seg.nii", "labelsTr/a.nii", ".hidden.nii")
        put(tmp_path, "localizer.nii", shape=(30, 30, 3))
        put(tmp_path, "turned.nii", affine=affine(4, 1, 1))
        (tmp_path / "broken.nii").write_bytes(b"rubbish" * 100)
        (tmp_path / "notes.txt").write_text("a paper is no image")
        scan = scan_folder(tmp_path)
        assert names_of(scan) == ["a", "b", "c"]
        assert reasons(scan) == {
            "a.nii.gz": ("It is the same volume as a.nii", "Keep the right one"),
            "broken.nii": ("It has no NIfTI header", "Convert it to NIfTI (.nii or .nii.gz)"),
            "c_seg.nii": ("It is a label map by its name", "Nothing, or rename it if it is an image"),
            "labelsTr": ("It holds label maps by its name", "Nothing, or rename it if it holds images"),
            "localizer.nii": ("It has 3 slices", "Nothing"),
            "turned.nii": ("Its slices run along another axis", "Turn it, or go on without it"),
        }

    def test_what_a_layout_takes_for_masks(self, tmp_path):
        make_decathlon(tmp_path / "a", n=2)
        make_kits(tmp_path / "b", n=25)
        assert scan_folder(tmp_path / "a").modality == "CT"
        assert names_of(scan_folder(tmp_path / "a")) == ["case_0", "case_1"]
        scan = scan_folder(tmp_path / "b")
        assert len(scan.volumes) == 25
        assert [one.file for one in scan.left_out] == ["case_00000/segmentation.nii.gz and 24 more"]

    @pytest.mark.parametrize("name", ["a_mask", "gt_3", "CT-label", "Segmentation"])
    def test_names_of_label_maps(self, name):
        assert is_mask_name(name)
        assert not is_mask_name(f"x{name}x")

    def test_links_lead_nowhere_else(self, tmp_path):
        put(tmp_path / "elsewhere", "secret.nii")
        put(tmp_path / "mine", "a.nii")
        (tmp_path / "mine" / "b.nii").symlink_to(tmp_path / "elsewhere" / "secret.nii")
        (tmp_path / "mine" / "c").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "mine" / "d.nii").symlink_to("a.nii")
        (tmp_path / "mine" / "loop").symlink_to(".")
        (tmp_path / "mine" / "self.nii").symlink_to("self.nii")
        os.mkfifo(tmp_path / "mine" / "pipe.nii")
        scan = scan_folder(tmp_path / "mine")
        assert names_of(scan) == ["a"]
        outside = ("It is a link to outside the folder", "Copy what it points to into the folder")
        assert reasons(scan) == {
            "b.nii": outside,
            "c": outside,
            "d.nii": ("It is the same volume as a.nii", "Keep the right one"),
            "loop": outside,
            "self.nii": ("It is a link to nothing", "Copy the file into the folder"),
        }

    def test_folders_that_lie_deep(self, tmp_path):
        put(tmp_path, "1/2/3/4/a.nii", "1/2/3/4/5/b.nii")
        scan = scan_folder(tmp_path)
        assert names_of(scan) == ["a"]
        assert reasons(scan) == {
            "1/2/3/4/5": ("It lies more than 4 folders deep", "Give a folder nearer to it")
        }

    def test_names_that_are_no_text(self, tmp_path):
        put(tmp_path, "a.nii")
        try:
            os.rename(bytes(tmp_path / "a.nii"), bytes(tmp_path) + b"/\xff.nii")  # noqa: PTH104
        except OSError:
            pytest.skip("this disk keeps only names that are text")
        put(tmp_path, "b.nii")
        assert reasons(scan_folder(tmp_path)) == {"?.nii": ("Its name is no valid Unicode", "Rename it")}


class TestDicom:
    def test_a_series_is_one_volume(self, tmp_path):
        write_series(tmp_path / "p1")
        write_series(tmp_path / "p2" / "ct", n=9, uid="1.2.4", names="IM{:04d}")
        write_series(tmp_path / "p3" / "ct", uid="1.2.5", names="1.2.{}")
        write_series(tmp_path / "p4", uid="1.2.6", names="a{}.dcm")
        write_series(tmp_path / "p4", uid="1.2.7", names="b{}.dcm")
        scan = scan_folder(tmp_path)
        assert [(v.name, v.n_slices, v.axis, v.spacing_mm) for v in scan.volumes] == [
            ("p1", 6, 2, 2.5),
            ("p2_ct", 9, 2, 2.5),
            ("p3_ct", 6, 2, 2.5),
            ("a0", 6, 2, 2.5),
            ("b0", 6, 2, 2.5),
        ]
        assert (scan.modality, scan.plane.name) == ("CT", "axial")
        assert scan.volumes[0].path == "p1/IM0000.dcm"

    def test_other_modalities_and_gaps_are_left_out(self, tmp_path):
        write_series(tmp_path / "p1")
        write_series(tmp_path / "p2", uid="1.2.4")
        write_series(tmp_path / "p3", uid="1.2.5", modality="MR")
        write_series(tmp_path / "p4", uid="1.2.6", gap=3)
        write_series(tmp_path / "p5", uid="1.2.7", n=2)
        write_series(tmp_path / "p6", uid="1.2.8", modality="PT")
        scan = scan_folder(tmp_path)
        assert len(scan.volumes) == 2
        assert reasons(scan) == {
            "p3/IM0000.dcm": ("It is MR, not CT", "Make a project of its own for MR"),
            "p4/IM0000.dcm": (
                "It begins a series whose slices are not evenly apart",
                "Export it again; slices may be missing",
            ),
            "p5/IM0000.dcm": ("It has 2 slices", "Nothing"),
            "p6/IM0000.dcm": ("It is PT by its DICOM header, not CT or MR", "Nothing"),
        }

    def test_the_images_can_be_found_again(self, tmp_path):
        write_series(tmp_path / "p1", names="{}")
        scan = scan_folder(tmp_path)
        project = make_project(volumes=scan.volumes, folder=str(scan.folder))
        assert read_image_header(project, scan.volumes[0]).shape == (16, 16, 6)

    def test_pictures_in_colours_are_no_volumes(self, tmp_path):
        write_series(tmp_path / "p1")
        library = itk.import_library()
        image = library.GetImageFromArray(np.zeros((4, 16, 16, 3), np.uint8), isVector=True)
        library.WriteImage(image, str(tmp_path / "film.dcm"))
        assert reasons(scan_folder(tmp_path)) == {"film.dcm": ("It is a picture in colours", "Leave it out")}

    def test_without_the_library_it_says_what_to_install(self, tmp_path, monkeypatch):
        write_series(tmp_path / "p1")
        put(tmp_path, "a.nii")
        monkeypatch.setattr(itk, "import_library", lambda: None)
        assert reasons(scan_folder(tmp_path)) == {
            "p1": (
                "It takes SimpleITK to be read, which is not installed",
                "python -m pip install SimpleITK",
            )
        }


class TestRefused:
    def test_a_folder_that_is_none_or_holds_nothing(self, tmp_path):
        with pytest.raises(ProjectError, match=r"is no folder that can be read .*check how it is spelled"):
            scan_folder(tmp_path / "missing")
        with pytest.raises(ProjectError, match="holds no image; expected"):
            scan_folder(tmp_path)
        put(tmp_path, "a.nii", shape=(9, 9, 1))
        with pytest.raises(
            ProjectError, match=r"no image that can be used: a\.nii: It has 1 slice \(Nothing\)"
        ):
            scan_folder(tmp_path)
        with pytest.raises(ProjectError, match="it is a file"):
            scan_folder(tmp_path / "a.nii")

    def test_a_folder_outside_those_that_may_be_opened(self, tmp_path):
        put(tmp_path / "mine", "a.nii")
        assert len(scan_folder(tmp_path / "mine", roots=(tmp_path.resolve(),)).volumes) == 1
        (tmp_path / "allowed").mkdir()
        (tmp_path / "allowed" / "link").symlink_to(tmp_path / "mine")
        with pytest.raises(DatasetError, match="outside the folders that may be opened"):
            scan_folder(tmp_path / "missing", roots=((tmp_path / "allowed").resolve(),))
        with pytest.raises(DatasetError, match="outside the folders that may be opened"):
            scan_folder(tmp_path / "allowed" / "link", roots=((tmp_path / "allowed").resolve(),))

    def test_too_much(self, tmp_path, monkeypatch):
        put(tmp_path, "a.nii", "b.nii", "c.nii")
        monkeypatch.setattr(volume_folder, "MAX_VOLUMES", 2)
        with pytest.raises(ProjectError, match="holds 3 volumes, at most 2 are read; give a part of it"):
            scan_folder(tmp_path)
        monkeypatch.setattr(folder_files, "MAX_FILES", 2)
        with pytest.raises(
            ProjectError, match="holds more than 2 files; give the folder of the images alone"
        ):
            scan_folder(tmp_path)
