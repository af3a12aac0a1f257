"""A DICOM series as one volume: its grid and its values are those that the library's own reader of series finds."""

import numpy as np
import pytest

from simulator.datasets import dicom, itk
from simulator.datasets.problems import VolumeError
from simulator.datasets.reading import decode, read_array, read_header
from tests.datasets.making import write_series

CORONAL = {"directions": "1\\0\\0\\0\\0\\-1", "normal": (0, 1, 0)}
OBLIQUE = {"directions": "0.8\\0.6\\0\\0\\0\\-1", "normal": (-0.6, 0.8, 0)}

ways = pytest.mark.parametrize(
    "facts",
    [
        {},
        {"rescale": (2, -1024)},
        {"step": -2.5},
        {"shape": (16, 12)},
        {"names": "{}"},
        CORONAL,
        OBLIQUE,
    ],
    ids=str,
)


def first(folder):
    return min(folder.iterdir())


@ways
def test_a_series_lies_where_the_library_says(tmp_path, facts):
    write_series(tmp_path, **facts)
    header = read_header(first(tmp_path))
    reader = itk.import_library().ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path)))
    image = reader.Execute()
    assert header.shape == image.GetSize()
    last = [n - 1 for n in header.shape]
    for index in ([0, 0, 0], last):
        lps = image.TransformIndexToPhysicalPoint(index)
        found = header.affine @ [*index, 1]
        np.testing.assert_allclose(found[:3] * (-1, -1, 1), lps, atol=1e-4)


@ways
def test_its_values_are_those_that_were_written(tmp_path, facts):
    planes = write_series(tmp_path, **facts)
    header = read_header(first(tmp_path))
    array = read_array(header)
    assert array.shape == (*header.shape, 1)
    assert array.dtype == header.dtype
    # From slice to slice a series runs along the normal of its planes.
    expected = planes[::-1] if facts.get("step", 1) < 0 else planes
    expected = expected[::-1] if _is_reversed(header, facts) else expected
    np.testing.assert_array_equal(decode(array[..., 0], header), expected.T)


def _is_reversed(header, facts):
    """Whether the library counts slices against the direction in which they were written."""
    step = header.affine[:3, 2] * (-1, -1, 1)
    return float(step @ facts.get("normal", (0, 0, 1))) < 0


def test_a_file_of_many_frames_is_a_volume(tmp_path):
    library = itk.import_library()
    values = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)
    library.WriteImage(library.GetImageFromArray(values), str(tmp_path / "all.dcm"))
    header = read_header(tmp_path / "all.dcm")
    np.testing.assert_array_equal(read_array(header)[..., 0], values.T)


def test_turned_it_is_read_turned(tmp_path):
    write_series(tmp_path)
    header = read_header(first(tmp_path))
    np.testing.assert_array_equal(read_array(header.turned("RAS")), read_array(header)[::-1, ::-1])


def test_another_file_of_it_stands_for_the_same_series(tmp_path):
    write_series(tmp_path)
    assert read_header(max(tmp_path.iterdir())).shape == (16, 16, 6)


def test_a_slice_that_is_cut_off_or_of_another_size_is_named(tmp_path):
    write_series(tmp_path / "a")
    header = read_header(first(tmp_path / "a"))
    cut = tmp_path / "a" / "IM0004.dcm"
    cut.write_bytes(cut.read_bytes()[:-200])
    with pytest.raises(
        VolumeError, match=r"IM0004\.dcm is cut off, damaged or no image; export the series again"
    ):
        read_array(header)
    write_series(tmp_path / "b", n=3)
    write_series(tmp_path / "small", shape=(8, 8))
    header = read_header(first(tmp_path / "b"))
    (tmp_path / "b" / "IM0001.dcm").write_bytes((tmp_path / "small" / "IM0001.dcm").read_bytes())
    with pytest.raises(VolumeError, match=r"IM0001\.dcm is no slice like the first of its series"):
        read_array(header)


def test_files_that_went_since_are_missed(tmp_path):
    write_series(tmp_path)
    header = read_header(first(tmp_path))
    (tmp_path / "IM0003.dcm").unlink()
    with pytest.raises(VolumeError, match=r"IM0000\.dcm begins a series of 5 files, 6 were there"):
        read_array(header)


def test_more_than_the_limit_is_refused(tmp_path, monkeypatch):
    write_series(tmp_path)
    monkeypatch.setattr("simulator.datasets.header.MAX_BYTES", 1000)
    with pytest.raises(VolumeError, match=r"IM0000\.dcm promises 3,072 bytes of voxels, the limit is 1,000"):
        read_header(first(tmp_path))


def test_without_the_library_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    write_series(tmp_path)
    monkeypatch.setattr(itk, "import_library", lambda: None)
    dicom._find_series.cache_clear()
    with pytest.raises(VolumeError, match="takes SimpleITK to be read, which is not installed"):
        read_header(first(tmp_path))
