import io
import json
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulator.planning.tools.slice_pictures import (
    PictureTurn,
    describe_pictures,
    draw_pictures,
    find_picture_turn,
)
from tests.datasets.making import write_nifti
from tests.planning.pictured import NAMES, SHAPE, make_pictured

ORIENTATIONS = ("RAS", "LPS", "LPI", "ASR", "SAL", "PIR", "ILP")


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture.png)))


def stored(plan, picture):
    path = f"{plan.answer.project.folder}/{picture.volume.visit.volume.path}"
    return np.asarray(nib.load(path).dataobj)


def window(values):
    return np.round(255 * np.clip((values.astype(float) + 160) / 400, 0, 1)).astype(np.uint8)


class TestPixels:
    def test_they_are_those_of_the_slice_in_the_soft_tissue_window(self, tmp_path):
        plan = make_pictured(tmp_path)
        pictures = list(draw_pictures(plan))
        assert {picture.volume.visit.volume.name for picture in pictures} == set(NAMES)
        for picture in pictures:
            plane = stored(plan, picture)[:, :, picture.index]
            np.testing.assert_array_equal(picture.volume.turn.to_plane(pixels(picture)), window(plane))

    @pytest.mark.parametrize("orientation", ORIENTATIONS)
    def test_however_the_file_lies_people_see_the_same(self, tmp_path, orientation):
        axis = "".join(orientation).translate(str.maketrans("LRPASI", "RRAASS")).index("S")
        (picture, *_) = draw_pictures(
            make_pictured(tmp_path, names=("a",), orientation=orientation, axis=axis)
        )
        upright = nib.as_closest_canonical(nib.load(tmp_path / "0.nii.gz"))
        place = picture.index if "S" in orientation else SHAPE[2] - 1 - picture.index
        expected = window(np.asarray(upright.dataobj)[:, :, place])[::-1, ::-1].T
        np.testing.assert_array_equal(pixels(picture), expected)
        assert picture.volume.pixel_mm == pytest.approx((0.75, 0.5))

    @pytest.mark.parametrize(("axis", "n_slices"), [(0, 12), (1, 10)])
    def test_other_planes_have_superior_up(self, tmp_path, axis, n_slices):
        plan = make_pictured(tmp_path, names=("a",), axis=axis, n_slices=n_slices)
        (picture, *_) = draw_pictures(plan)
        plane = stored(plan, picture).take(picture.index, axis=axis)
        np.testing.assert_array_equal(pixels(picture), window(plane)[::-1, ::-1].T)

    def test_without_hounsfield_units_percentiles_are_black_and_white(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), modality="MR")
        (picture, *_) = draw_pictures(plan)
        low, high = picture.volume.window
        np.testing.assert_allclose((low, high), np.percentile(stored(plan, picture), (1, 99.5)))
        drawn = pixels(picture)
        assert drawn.min() == 0
        assert drawn.max() >= 250

    @pytest.mark.parametrize("values", [np.full(SHAPE, np.nan), np.full(SHAPE, 7.0), np.full(SHAPE, np.inf)])
    def test_values_without_contrast_are_drawn_all_the_same(self, tmp_path, values):
        plan = make_pictured(tmp_path, names=("a",), modality="")
        write_nifti(tmp_path / "0.nii.gz", values.astype(np.float32))
        assert pixels(next(draw_pictures(plan))).shape == (10, 12)

    def test_the_same_plan_is_the_same_bytes(self, tmp_path):
        plan = make_pictured(tmp_path)
        first, second = ([(p.name, p.png) for p in draw_pictures(plan)] for _ in range(2))
        assert first == second


class TestTurn:
    @given(
        transposed=st.booleans(),
        down=st.booleans(),
        across=st.booleans(),
        shape=st.tuples(*[st.integers(1, 5)] * 2),
    )
    def test_it_is_undone_exactly(self, transposed, down, across, shape):
        turn = PictureTurn(is_transposed=transposed, is_flipped_down=down, is_flipped_across=across)
        plane = np.arange(shape[0] * shape[1]).reshape(shape)
        np.testing.assert_array_equal(turn.to_plane(turn.to_picture(plane)), plane)

    def test_an_axial_slice_of_the_usual_files_is_transposed_alone(self):
        turn = find_picture_turn("LPS", axis=2)
        assert turn == PictureTurn(is_transposed=True, is_flipped_down=False, is_flipped_across=False)


class TestSlices:
    def test_pictures_are_named_by_volume_and_slice(self, tmp_path):
        plan = make_pictured(tmp_path, names=("CT_001",))
        visit = next(visit for visit in plan.visits if visit.volume.name == "CT_001")
        expected = [f"CT_001_slice_{index:04d}.png" for index in visit.slices]
        assert [picture.name for picture in draw_pictures(plan)] == expected

    def test_where_the_number_of_slices_is_not_known_the_whole_axis_of_the_image_is_drawn(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), n_slices=None, span=False, axis=None)
        visit = next(visit for visit in plan.visits if visit.volume.name == "a")
        assert visit.slices is None
        assert len(list(draw_pictures(plan))) == round(SHAPE[2] / visit.every)

    def test_without_an_axis_the_number_of_slices_tells_it(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), n_slices=10, axis=None)
        assert {picture.volume.axis for picture in draw_pictures(plan)} == {1}

    def test_volumes_without_an_image_are_passed_over(self, tmp_path):
        plan = make_pictured(tmp_path, names=())
        assert [visit.volume.name for visit in plan.visits] == ["no image 0"]
        assert list(draw_pictures(plan)) == []

    def test_they_are_described(self, tmp_path):
        plan = make_pictured(tmp_path)
        volumes = {picture.volume.visit.order: picture.volume for picture in draw_pictures(plan)}
        facts = json.loads(describe_pictures(volumes.values()))
        assert facts["index_base"] == 0
        assert [one["volume"] for one in facts["volumes"]] == [v.visit.volume.name for v in volumes.values()]
        one = facts["volumes"][0]
        assert (one["axis"], one["orientation"], one["shape"]) == (2, "RAS", list(SHAPE))
        assert (one["pixel_height_mm"], one["pixel_width_mm"]) == pytest.approx((0.75, 0.5))
        assert (one["is_transposed"], one["is_flipped_down"], one["is_flipped_across"]) == (True, True, True)
        assert (one["black"], one["white"]) == (-160, 240)
        assert all(name.endswith(f"_slice_{index:04d}.png") for name, index in one["slices"].items())


class TestFaults:
    @staticmethod
    def told(plan):
        """What is passed over, where nothing is drawn."""
        passed_over = []
        assert list(draw_pictures(plan, passed_over.append)) == []
        (one,) = passed_over
        assert one.volume.name == "a"
        return one.why

    def test_an_image_with_other_slices_is_named(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), n_slices=30, is_alone=True)
        assert self.told(plan) == "30 slices along axis 2 expected, its image has 12 × 10 × 24 voxels"

    def test_a_planned_slice_beyond_the_image_is_named(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), n_slices=None, is_alone=True)
        visits = tuple(replace(visit, slices=(3, 24)) for visit in plan.visits)
        told = self.told(replace(plan, visits=visits))
        assert told == "slice 24, counted from 0, is planned, its image has 24"

    def test_a_damaged_image_is_named(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), is_alone=True)
        path = tmp_path / "0.nii.gz"
        path.write_bytes(path.read_bytes()[:2000])
        assert self.told(plan).startswith("the image is cut off or damaged")

    def test_a_missing_image_is_named(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), is_alone=True)
        (tmp_path / "0.nii.gz").unlink()
        assert self.told(plan).startswith("the image is missing")
