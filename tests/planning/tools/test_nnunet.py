import gzip
import json
import math

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets import itk
from simulator.datasets.reading import read_header
from simulator.planning.tools.label_maps import IGNORE, TO_OUTLINE
from simulator.planning.tools.nnunet import write_nnunet
from tests.planning.tools.handing import (
    SHAPE,
    make_affine,
    make_plan,
    make_visit,
    make_volume,
    read_cases,
    write_image,
)


def hand_over(folder, *visits, **facts):
    return dict(write_nnunet(make_plan(folder, *visits, **facts)))


def read_map(content):
    return nib.Nifti1Image.from_bytes(gzip.decompress(content))


def planned(image, axis):
    """Slices that are not ignored all over; those are to outline all over."""
    array = np.moveaxis(np.asarray(image.dataobj), axis, 0)
    assert all(len(np.unique(one)) == 1 for one in array)
    assert set(np.unique(array)) <= {TO_OUTLINE, IGNORE}
    return tuple(np.flatnonzero(array[:, 0, 0] == TO_OUTLINE).tolist())


class TestLabelMap:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    @pytest.mark.parametrize("is_oblique", [True, False])
    @pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".mha"])
    def test_it_lies_on_the_grid_of_its_image(self, tmp_path, axis, is_oblique, ending):
        affine = make_affine(axis, is_oblique=is_oblique)
        header = read_header(write_image(tmp_path / f"CT_1{ending}", affine=affine))
        files = hand_over(tmp_path, make_visit(make_volume(path=f"CT_1{ending}", axis=axis), 1, 3, 6))
        image = read_map(files["labelsTr/CT_1.nii.gz"])
        assert image.shape == SHAPE
        assert image.get_data_dtype() == np.uint8
        assert planned(image, axis) == (1, 3, 6)
        np.testing.assert_allclose(image.affine, header.affine, atol=1e-4)
        np.testing.assert_allclose(image.get_qform(), header.affine, atol=1e-4)
        assert image.header.get_xyzt_units()[0] == "mm"

    @pytest.mark.parametrize("is_oblique", [True, False])
    def test_itk_sees_image_and_map_at_one_place(self, tmp_path, is_oblique):
        library = itk.import_library()
        affine = make_affine(5, is_oblique=is_oblique)
        image = library.ReadImage(str(write_image(tmp_path / "CT_1.nii.gz", affine=affine)))
        (tmp_path / "map.nii.gz").write_bytes(
            hand_over(tmp_path, make_visit(make_volume(), 1))["labelsTr/CT_1.nii.gz"]
        )
        label_map = library.ReadImage(str(tmp_path / "map.nii.gz"))
        assert label_map.GetSize() == image.GetSize()
        for one in ("GetSpacing", "GetOrigin", "GetDirection"):
            assert getattr(label_map, one)() == pytest.approx(getattr(image, one)(), abs=1e-4)
        plane = library.GetArrayViewFromImage(label_map)[:, 0, 0]
        assert np.flatnonzero(plane == TO_OUTLINE).tolist() == [1]

    def test_a_test_volume_is_outlined_in_full(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        files = hand_over(
            tmp_path, make_visit(make_volume(first_slice=3, last_slice=5), 3, 4, 5, role="test")
        )
        assert planned(read_map(files["labelsTs/CT_1.nii.gz"]), 2) == tuple(range(SHAPE[2]))

    @pytest.mark.parametrize("role", ["train", "test"])
    def test_what_was_labeled_before_is_ignored_until_it_is_copied_in(self, tmp_path, role):
        write_image(tmp_path / "CT_1.nii.gz")
        files = hand_over(tmp_path, make_visit(make_volume(labeled_slices=(2, 4)), 6, 8, role=role))
        (content,) = (content for name, content in files.items() if name.startswith("labels"))
        assert {2, 4}.isdisjoint(planned(read_map(content), 2))

    def test_a_volume_that_is_labeled_already_has_nothing_to_outline(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        files = hand_over(tmp_path, make_visit(make_volume(labeled_slices=tuple(range(11)))))
        assert planned(read_map(files["labelsTr/CT_1.nii.gz"]), 2) == ()

    def test_a_channel_is_no_axis_of_the_map(self, tmp_path):
        nib.save(nib.Nifti1Image(np.zeros((*SHAPE, 2), np.float32), make_affine()), tmp_path / "MR_1.nii")
        visit = make_visit(make_volume("MR_1", path="MR_1.nii"), 1)
        files = hand_over(tmp_path, visit, modality="MR")
        assert read_map(files["labelsTr/MR_1.nii.gz"]).shape == SHAPE
        assert json.loads(files["dataset.json"])["channel_names"] == {"0": "MR", "1": "MR"}

    def test_the_map_of_a_large_volume_is_never_whole_in_memory(self, tmp_path, measure_peak):
        shape = (256, 256, 400)
        image = nib.Nifti1Image(np.broadcast_to(np.uint8(0), shape), np.eye(4))
        nib.save(image, tmp_path / "CT_1.nii.gz")
        plan = make_plan(tmp_path, make_visit(make_volume(n_slices=400), 1))
        files, peak = measure_peak(lambda: dict(write_nnunet(plan)))
        assert peak < math.prod(shape) / 4
        assert read_map(files["labelsTr/CT_1.nii.gz"]).shape == shape


class TestDescription:
    def test_it_says_what_nnunet_asks(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        visits = [make_visit(make_volume(f"CT_{i}"), 1, role="test" if i == 2 else "train") for i in range(4)]
        files = hand_over(tmp_path, *visits)
        description = json.loads(files["dataset.json"])
        assert description.pop("description")
        assert description == {
            "channel_names": {"0": "CT"},
            "labels": {"background": 0, "mandible": 1, "ignore": 2},
            "numTraining": 3,
            "file_ending": ".nii.gz",
        }
        assert sorted(name for name in files if name.startswith("labels")) == [
            "labelsTr/CT_0.nii.gz",
            "labelsTr/CT_1.nii.gz",
            "labelsTr/CT_3.nii.gz",
            "labelsTs/CT_2.nii.gz",
        ]
        assert [row["image_goes_to"] for row in read_cases(files)][1:3] == [
            "imagesTr/CT_1_0000.nii.gz",
            "imagesTs/CT_2_0000.nii.gz",
        ]

    @pytest.mark.parametrize(
        ("structure", "label"),
        [("", "structure"), ("Ignore", "Ignore (structure)"), ("Niere, links", "Niere, links")],
    )
    def test_no_structure_takes_the_name_of_another_label(self, tmp_path, structure, label):
        write_image(tmp_path / "CT_1.nii.gz")
        labels = json.loads(
            hand_over(tmp_path, make_visit(make_volume(), 1), structure=structure)["dataset.json"]
        )["labels"]
        assert labels == {"background": 0, label: 1, "ignore": 2}
