"""The slicing axis: as asked, as catalogued, axial for CT, else the largest spacing."""

import pytest

from simulator.datasets.axis import choose_axis, name_plane


def choose(*, asked=None, catalogued=None, is_ct=False, orientation="RAS", spacings_mm=((1, 1, 1),)):
    return choose_axis(
        asked=asked, catalogued=catalogued, is_ct=is_ct, orientation=orientation, spacings_mm=spacings_mm
    )


@pytest.mark.parametrize(
    ("options", "axis", "why"),
    [
        ({"asked": 0, "catalogued": 1, "is_ct": True}, 0, "as asked"),
        ({"catalogued": 1, "is_ct": True}, 1, "named by the catalogue"),
        ({"is_ct": True, "spacings_mm": ((5, 1, 1),)}, 2, "superior-inferior"),
        ({"is_ct": True, "orientation": "ILP"}, 0, "superior-inferior"),
        ({"is_ct": True, "orientation": "LSP"}, 1, "superior-inferior"),
        ({"spacings_mm": ((1, 3, 1),)}, 1, "largest spacing, 3 mm"),
        ({"spacings_mm": ((1, 1, 1),)}, 2, "the last of the axes"),
        ({"spacings_mm": ((3, 3.0000001, 1),)}, 1, "the last of the axes"),
        ({"spacings_mm": ((1, 1, 3), (1, 4, 1), (1, 4, 1))}, 1, "largest spacing, 4 mm"),
    ],
)
def test_the_axis_and_its_reason(options, axis, why):
    choice = choose(**options)
    assert choice.axis == axis
    assert why in choice.why


def test_planes_are_named_as_radiologists_do():
    assert [name_plane("LPS", axis) for axis in range(3)] == ["sagittal", "coronal", "axial"]
    assert [name_plane("IAR", axis) for axis in range(3)] == ["axial", "coronal", "sagittal"]
