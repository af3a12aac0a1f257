import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.planning.exports.files import is_safe
from simulator.planning.tools.naming import MAX_LENGTH, name_files


@given(st.lists(st.text(min_size=1, max_size=200), unique=True, max_size=30))
def test_every_name_is_safe_and_no_two_are_one(names):
    files = name_files(names)
    assert list(files) == names
    assert len({file.lower() for file in files.values()}) == len(names)
    assert all(is_safe(file) and file.isascii() and len(file) < MAX_LENGTH + 12 for file in files.values())
    assert not any(file.startswith("-") or "." in file or " " in file for file in files.values())


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("CT_0012", "CT_0012"),
        ("CT 0012.nii.gz", "CT_0012"),
        ("site A/../../7", "site_A_7"),
        ("..", "volume"),
        ("患者", "volume"),
        ("Müller, 3", "Muller_3"),
        ("nul", "volume_nul"),
        ("=1+1", "1_1"),
    ],
)
def test_a_file_is_called_as_like_the_volume_as_it_can(name, file):
    assert name_files([name]) == {name: file}


def test_thousands_that_come_to_one_name_are_told_apart_quickly():
    files = name_files(chr(0x4E00 + i) for i in range(20_000))
    assert len(set(files.values())) == 20_000


def test_a_number_that_another_volume_has_is_not_taken_twice():
    assert list(name_files(["a", "a_2", "A", "a!"]).values()) == ["a", "a_2", "A_3", "a_4"]
