import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.planning.exports.files import is_safe
from simulator.planning.tools.picture_names import map_stems, picture_name, read_picture_name

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
TRICKY = st.text("_xX0049AFaf.-/\\ü~ ", min_size=1, max_size=20)


@given(volume=TEXT | TRICKY, index=st.integers(0, 99_999))
def test_volume_and_slice_come_back_from_the_name_alone(volume, index):
    name = picture_name(map_stems([volume])[volume], index)
    assert is_safe(name)
    assert name.isascii()
    if len(name) < 150:
        assert read_picture_name(name, volumes={}) == (volume, index)


@given(volumes=st.lists(TEXT | TRICKY, min_size=1, max_size=30, unique=True))
def test_no_two_volumes_share_a_name_in_whatever_case(volumes):
    stems = map_stems(volumes)
    assert len({stem.casefold() for stem in stems.values()}) == len(volumes)
    back = {stem: volume for volume, stem in stems.items()}
    for volume, stem in stems.items():
        assert read_picture_name(f"task/images/{picture_name(stem, 3)}", volumes=back) == (volume, 3)


def test_usual_names_stay_as_they_are():
    assert map_stems(["CT_0012", "case-3.nii"]) == {"CT_0012": "CT_0012", "case-3.nii": "case-3.nii"}


def test_long_names_are_cut_and_told_by_what_is_known():
    volumes = ["ü" * 200, "ü" * 199 + "a"]
    stems = map_stems(volumes)
    assert all(len(picture_name(stem, 7)) < 200 for stem in stems.values())
    back = {stem: volume for volume, stem in stems.items()}
    assert read_picture_name(picture_name(stems[volumes[1]], 7), volumes=back) == (volumes[1], 7)


def test_an_upload_to_label_studio_puts_digits_before_a_name():
    name = "/data/upload/3/1a2b3c4d-CT_001_slice_0007.png"
    assert read_picture_name(name, volumes={"CT_001": "CT_001"}) == ("CT_001", 7)


@pytest.mark.parametrize(
    "name",
    ["", "cat.png", "CT_001_slice_.png", "CT_001_slice_0007.jpg", "_slice_0007.png", "a b_slice_0001.png"],
)
def test_other_names_name_no_slice(name):
    assert read_picture_name(name, volumes={}) is None


@pytest.mark.parametrize("code", ["_xD800_", "_x110000_", "_xFFFFFF_"])
def test_codes_that_are_no_character_stay(code):
    assert read_picture_name(f"{code}_slice_0001.png", volumes={}) == (code, 1)
