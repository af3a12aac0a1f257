import json

import numpy as np
import pytest

from simulator.datasets import itk
from simulator.datasets.reading import read_array, read_header
from simulator.planning.tools.slicer import write_slicer
from tests.planning.tools.handing import SHAPE, make_affine, make_plan, make_visit, make_volume, write_image


def hand_over(folder, *visits, **facts):
    return dict(write_slicer(make_plan(folder, *visits, **facts)))


def points_of(content):
    return json.loads(content)["markups"][0]["controlPoints"]


class TestPoints:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    @pytest.mark.parametrize("is_oblique", [True, False])
    @pytest.mark.parametrize("ending", [".nii.gz", ".nrrd"])
    def test_each_lies_in_the_middle_of_its_slice(self, tmp_path, axis, is_oblique, ending):
        affine = make_affine(axis, is_oblique=is_oblique)
        header = read_header(write_image(tmp_path / f"CT_1{ending}", affine=affine))
        files = hand_over(tmp_path, make_visit(make_volume(path=f"CT_1{ending}", axis=axis), 0, 3, 6))
        positions = np.array([point["position"] for point in points_of(files["CT_1.mrk.json"])])
        ras = np.c_[positions * (-1, -1, 1), np.ones(3)]
        indices = (np.linalg.inv(header.affine) @ ras.T).T[:, :3]
        middle = (np.array(SHAPE) - 1) / 2
        expected = np.tile(middle, (3, 1))
        expected[:, axis] = (0, 3, 6)
        np.testing.assert_allclose(indices, expected, atol=1e-4)

    def test_itk_finds_the_same_voxel(self, tmp_path):
        path = write_image(tmp_path / "CT_1.nii.gz", affine=make_affine(3))
        (point,) = points_of(hand_over(tmp_path, make_visit(make_volume(), 4))["CT_1.mrk.json"])
        image = itk.import_library().ReadImage(str(path))
        found = image.TransformPhysicalPointToContinuousIndex(point["position"])
        assert found == pytest.approx((3, 4, 4), abs=1e-3)

    def test_each_says_what_to_do_and_how_it_is_counted(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz", affine=make_affine(is_oblique=False))
        (point,) = points_of(hand_over(tmp_path, make_visit(make_volume(), 7))["CT_1.mrk.json"])
        assert point["label"] == "slice 7 of 11"
        assert "Outline mandible" in point["description"]
        assert "Slice 7, counted from 0 along array axis 2, which runs to S" in point["description"]
        assert (point["locked"], point["positionStatus"]) == (True, "defined")

    def test_coordinates_are_said_to_be_lps(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        (markup,) = json.loads(hand_over(tmp_path, make_visit(make_volume()))["CT_1.mrk.json"])["markups"]
        assert (markup["type"], markup["coordinateSystem"], markup["controlPoints"]) == (
            "Fiducial",
            "LPS",
            [],
        )


class TestSegmentation:
    @pytest.mark.parametrize("is_oblique", [True, False])
    def test_it_is_empty_and_lies_on_the_grid_of_its_image(self, tmp_path, is_oblique):
        affine = make_affine(2, is_oblique=is_oblique)
        image = read_header(write_image(tmp_path / "CT_1.nii.gz", affine=affine))
        path = tmp_path / "CT_1.seg.nrrd"
        path.write_bytes(hand_over(tmp_path, make_visit(make_volume(), 4))["CT_1.seg.nrrd"])
        header = read_header(path)
        assert (header.shape, header.dtype) == (SHAPE, np.uint8)
        assert not read_array(header).any()
        np.testing.assert_allclose(header.affine, image.affine, atol=1e-9)

    def test_its_one_segment_is_the_structure(self, tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        structure = r"Niere \ links"
        content = hand_over(tmp_path, make_visit(make_volume(), 4), structure=structure)["CT_1.seg.nrrd"]
        text = content.split(b"\n\n")[0].decode().splitlines()
        assert r"Segment0_Name:=Niere \\ links" in text
        assert "Segment0_Extent:=0 -1 0 -1 0 -1" in text
        assert not any(line.startswith("Segment1") for line in text)

    def test_what_is_drawn_takes_the_grid_of_the_image(self, tmp_path):
        affine = make_affine(2)
        header = read_header(write_image(tmp_path / "CT_1.nii.gz", affine=affine))
        content = (
            hand_over(tmp_path, make_visit(make_volume(), 4))["CT_1.seg.nrrd"].split(b"\n\n")[0].decode()
        )
        (line,) = (line for line in content.splitlines() if "Reference image geometry" in line)
        *matrix, x0, x1, y0, y1, z0, z1 = map(float, line.split("|")[1].strip(";").split(";"))
        np.testing.assert_array_equal(np.reshape(matrix, (4, 4)), header.affine)
        assert (x0, x1, y0, y1, z0, z1) == (0, 6, 0, 8, 0, 10)
