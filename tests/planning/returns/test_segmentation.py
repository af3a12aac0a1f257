"""Segmentations as 3D Slicer saves them: cropped to what was drawn, with several segments, in layers."""

import gzip

import numpy as np
import pytest

from simulator.planning.returns.label_maps import read_label_maps
from tests.planning.tools.handing import SHAPE, make_affine, make_plan, make_visit, make_volume, write_image

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
SPAN = {"first_slice": 0, "last_slice": 6}


def draw(*voxels, value=1, shape=SHAPE):
    array = np.zeros(shape, np.uint8)
    for voxel in voxels:
        array[voxel] = value
    return array


def write_segmentation(path, layers, segments, *, affine, corner=(0, 0, 0), offset=None):
    """Write layers of one shape, cut out of the image at a corner; segments are (name, layer, value)."""
    lps = LPS @ affine
    origin = (lps @ [*corner, 1])[:3]
    vectors = [f"({','.join(map(repr, map(float, lps[:3, axis])))})" for axis in range(3)]
    shape, kinds = layers[0].shape, ["domain"] * 3
    values = layers[0]
    if len(layers) > 1:
        values, shape = np.stack(layers), (len(layers), *shape)
        vectors, kinds = ["none", *vectors], ["list", *kinds]
    lines = [
        "NRRD0004",
        "type: unsigned char",
        f"dimension: {len(shape)}",
        "space: left-posterior-superior",
        f"sizes: {' '.join(map(str, shape))}",
        f"space directions: {' '.join(vectors)}",
        f"kinds: {' '.join(kinds)}",
        "encoding: gzip",
        f"space origin: ({','.join(map(repr, map(float, origin)))})",
    ]
    for number, (name, layer, value) in enumerate(segments):
        lines.append(f"Segment{number}_Name:={name}")
        lines += [f"Segment{number}_Layer:={layer}"] if layer is not None else []
        lines += [f"Segment{number}_LabelValue:={value}"] if value is not None else []
    offset = " ".join(map(str, corner)) if offset is None else offset
    lines += [f"Segmentation_ReferenceImageExtentOffset:={offset}", "", ""]
    path.write_bytes("\n".join(lines).encode() + gzip.compress(values.tobytes(order="F")))


@pytest.fixture
def affine():
    return make_affine(4)


@pytest.fixture
def read(tmp_path, affine):
    """Write a segmentation of a volume whose image is there, and read which slices are labeled, and what is noted."""
    write_image(tmp_path / "CT_1.nii.gz", affine=affine)

    def write_and_read(layers, segments, *, axis=0, image="CT_1.nii.gz", **facts):
        back = tmp_path / "back"
        back.mkdir(exist_ok=True)
        write_segmentation(back / "CT_1.seg.nrrd", layers, segments, **{"affine": affine, **facts})
        visit = make_visit(make_volume(path=image, axis=axis, **SPAN), 1)
        found = read_label_maps(back, plan=make_plan(tmp_path, visit))
        return found.labeled.get("CT_1"), found.notes

    return write_and_read


ONE = [("mandible", 0, 1)]


class TestCrops:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_a_crop_lies_where_its_header_says(self, read, axis):
        crop = draw((0, 0, 0), (2, 1, 3), shape=(3, 2, 4))
        corner = (2, 1, 3)
        labeled, notes = read([crop], ONE, axis=axis, corner=corner)
        assert labeled == (corner[axis], corner[axis] + crop.shape[axis] - 1)
        assert notes == ()

    def test_of_an_image_that_lies_the_other_way(self, read, affine):
        flip = np.diag([-1.0, 1.0, 1.0, 1.0])
        flip[0, 3] = SHAPE[0] - 1
        # Voxel 0 of the crop is voxel 2 from the other end.
        labeled, _ = read([draw((0, 0, 0), shape=(3, 2, 2))], ONE, affine=affine @ flip, corner=(2, 0, 0))
        assert labeled == (SHAPE[0] - 1 - 2,)

    def test_what_is_drawn_beyond_the_image_is_no_slice_of_it(self, read):
        labeled, _ = read([draw((0, 0, 0), (2, 0, 0), shape=(3, 2, 2))], ONE, corner=(-2, 0, 0))
        assert labeled == (0,)

    def test_without_an_image_its_offset_says_where(self, read):
        crop = draw((0, 0, 0), (1, 0, 0), shape=(2, 2, 2))
        assert read([crop], ONE, image="", corner=(3, 1, 1)) == ((3, 4), ())
        labeled, notes = read([crop], ONE, image="", corner=(6, 1, 1))
        assert labeled is None
        assert notes == ("CT_1.seg.nrrd: it has 8 slices, CT_1 has 7",)

    def test_another_grid_is_refused_in_one_sentence(self, read, affine):
        labeled, notes = read([draw((0, 0, 0), shape=(3, 2, 2))], ONE, affine=affine * (1.5, 1, 1, 1))
        assert labeled is None
        assert notes == (
            "CT_1.seg.nrrd: it has 3 × 2 × 2 voxels on another grid than its image of 7 × 9 × 11; "
            "choose the image as source volume in the Segment Editor, and save it again",
        )

    def test_an_offset_that_is_no_number_is_named(self, read):
        _, (note,) = read([draw((0, 0, 0))], ONE, offset="1 x 3")
        assert "'1 x 3' for Segmentation_ReferenceImageExtentOffset, expected 3 whole numbers" in note


def test_an_image_that_is_gone_is_not_taken_for_the_map(read):
    labeled, notes = read([draw((1, 0, 0))], ONE, image="CT_9.nii.gz")
    assert labeled is None
    assert notes == (
        "CT_1.seg.nrrd: its image: CT_9.nii.gz is missing or no regular file; add it, or leave this volume out",
    )


class TestSegments:
    def test_the_one_with_the_name_of_the_structure_counts(self, read):
        array = draw((1, 0, 0), value=3) + draw((5, 0, 0), value=1)
        assert read([array], [("tongue", 0, 1), ("Mandible", 0, 3)]) == ((1,), ())

    def test_one_that_is_alone_may_have_any_name(self, read):
        assert read([draw((4, 0, 0))], [("Segment_1", 0, 1)]) == ((4,), ())

    def test_segments_that_overlap_lie_in_layers(self, read):
        layers = [draw((1, 0, 0), (2, 0, 0)), draw((2, 0, 0), (3, 0, 0))]
        assert read(layers, [("tongue", 0, 1), ("mandible", 1, 1)]) == ((2, 3), ())

    def test_files_that_name_no_layers_have_one_for_each(self, read):
        layers = [draw((1, 0, 0)), draw((6, 0, 0))]
        assert read(layers, [("tongue", None, None), ("mandible", None, None)]) == ((6,), ())

    @pytest.mark.parametrize(("names", "n"), [(("tongue", "hyoid"), "none"), (("mandible", "Mandible"), "2")])
    def test_it_is_asked_where_it_cannot_be_told(self, read, names, n):
        labeled, notes = read([draw((1, 0, 0))], [(name, 0, i + 1) for i, name in enumerate(names)])
        assert labeled is None
        assert notes == (
            f"CT_1.seg.nrrd: it holds 2 segments ({', '.join(names)}), {n} of them named mandible; "
            "name the one that is meant mandible",
        )

    @pytest.mark.parametrize(
        ("segment", "fault"),
        [
            (("mandible", 3, 1), "its segment mandible lies in a layer that is not there"),
            (("mandible", 0, "one"), "'one' for Segment0_LabelValue, expected a whole number"),
            (("mandible", -1, 1), "its segment mandible lies in a layer that is not there"),
        ],
    )
    def test_fields_that_fit_nothing_are_named(self, read, segment, fault):
        labeled, (note,) = read([draw((1, 0, 0))], [segment])
        assert labeled is None
        assert fault in note
