"""NRRD and MetaImage: the same volume as in NIfTI, and a text that is judged before SimpleITK opens the file."""

import gzip
import os

import nibabel as nib
import numpy as np
import pytest

from simulator.datasets import itk, open_dataset
from simulator.datasets.layouts import VolumeFiles
from simulator.datasets.problems import VolumeError
from simulator.datasets.reading import find_parts, read_array, read_header
from simulator.datasets.scanning import scan_volume
from tests.datasets.making import AFFINE, make_image, make_label, make_pairs, write_itk, write_nifti

OBLIQUE = nib.affines.from_matvec(
    np.array([[0, 0.1, 3.0], [-2.0, 0, 0], [0, 2.2, -0.1]]), [10.125, -20.5, 7.0]
)
ENDINGS = (".nrrd", ".nhdr", ".mha", ".mhd")


def scan(image, label):
    return scan_volume(VolumeFiles(name="case", images=(image,), label=label))


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize("ending", [*ENDINGS, ".NRRD", ".MHA"])
def test_a_volume_is_the_same_as_in_nifti(tmp_path, ending, is_compressed):
    for affine in (AFFINE, OBLIQUE):
        expected = scan(
            write_nifti(tmp_path / "i.nii.gz", make_image(0), affine=affine),
            write_nifti(tmp_path / "l.nii.gz", make_label(0), affine=affine),
        )
        image, label = (
            write_itk(
                tmp_path / f"{name}{ending.lower()}", array, affine=affine, is_compressed=is_compressed
            ).rename(tmp_path / f"{name}{ending}")
            for name, array in (("i", make_image(0)), ("l", make_label(0)))
        )
        found = scan(image, label)
        np.testing.assert_allclose(found.spacing_mm, expected.spacing_mm, rtol=1e-6)
        assert found.model_copy(update={"spacing_mm": expected.spacing_mm}) == expected
        assert found.id


@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
@pytest.mark.parametrize("is_vector", [False, True])
def test_channels_are_a_fourth_axis_or_components(tmp_path, ending, is_vector):
    array = np.stack([make_image(i) for i in range(3)], axis=-1)
    path = write_itk(tmp_path / f"a{ending}", array, is_vector=is_vector)
    header = read_header(path)
    assert (header.shape, header.n_channels, header.dtype) == ((12, 10, 8), 3, np.int16)
    np.testing.assert_array_equal(read_array(header), array)


def test_a_folder_of_them_is_a_data_set_like_any_other(tmp_path, settings):
    expected = open_dataset(str(make_pairs(tmp_path / "a")), settings=settings).reference.fingerprint
    for i in range(5):
        write_itk(tmp_path / "b" / "images" / f"case {i}.nrrd", make_image(i))
        write_itk(tmp_path / "b" / "labels" / f"case {i}.seg.nrrd", make_label(i), is_compressed=True)
    source = open_dataset(str(tmp_path / "b"), settings=settings)
    assert source.reference.fingerprint == expected
    assert [files.name for files in source.contents.volumes] == [f"case {i}" for i in range(5)]


def test_without_the_library_the_command_that_installs_it_is_named(tmp_path, monkeypatch):
    path = write_itk(tmp_path / "a.nrrd", make_image(0))
    monkeypatch.setattr(itk, "import_library", lambda: None)
    with pytest.raises(VolumeError, match=r"a\.nrrd takes SimpleITK.*python -m pip install SimpleITK"):
        read_header(path)


def replaced(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    return path


NRRD, MHA = ("a.nrrd", b"sizes: 12 10 8"), ("a.mha", b"DimSize = 12 10 8")
BAD_TEXTS = {
    "beyond the limit": (*NRRD, b"sizes: 30000 30000 30000", "the limit is"),
    "more than the file": (*NRRD, b"sizes: 1200 1000 800", "bytes can hold"),
    "zero": (*NRRD, b"sizes: 12 0 8", "dimensions 12 × 0 × 8, expected at least 1"),
    "twice": (*NRRD, b"sizes: 1 1 1\nsizes: 12 10 8", "names its sizes once"),
    "no numbers": (*NRRD, b"sizes: 12 ten 8", "no header of NRRD or"),
    "another number": (*NRRD, b"sizes: 12 10 8 1", "says that they are 3"),
    "many": ("a.nrrd", b"dimension: 3", b"dimension: 900000", "says that they are 900000"),
    "bzip2": ("a.nrrd", b"encoding: raw", b"encoding: bzip2", "encoding bzip2, expected raw, or gzip"),
    "beyond the limit, MetaImage": (*MHA, b"DimSize = 30000 30000 30000", "the limit is"),
    "negative, MetaImage": (*MHA, b"DimSize = 12 -1 8", "dimensions 12 × -1 × 8"),
    "other number, MetaImage": ("a.mha", b"NDims = 3", b"NDims = 99", "says that they are 99"),
    "pattern": ("a.mha", b"= LOCAL", b"= a%03d.raw 1 8 1", "no file beside it"),
    "list": ("a.mha", b"= LOCAL", b"= LIST", "no file beside it"),
    "list, NRRD": ("a.nrrd", b"encoding: raw", b"encoding: raw\ndata file: LIST", "no file beside it"),
    "absolute": ("a.mha", b"= LOCAL", b"= /etc/hostname", "lies outside its folder"),
    "climbing": ("a.mha", b"= LOCAL", b"= ../secret.raw", "lies outside its folder"),
    "link": ("a.nrrd", b"encoding: raw", b"encoding: raw\ndatafile: link.raw", "lies outside its folder"),
    "two": ("a.mha", b"ElementData", b"elementDataFile = LOCAL\nElementData", "says once where"),
    "spaced": ("a.mha", b"ElementData", b"Element DataFile = LOCAL\nElementData", "says once where"),
    "behind a blank line": (
        "a.mha",
        b"ElementData",
        b"\nElementDataFile = ../secret.raw\nElementData",
        "once where",
    ),
    "hidden": ("a.nrrd", b"encoding: raw", b"encoding: raw\n\tx data file: ../secret.raw", "once where"),
    "long": ("a.mha", b"ElementData", b"Comment = x\n" * 100_000 + b"ElementData", "once where"),
    "skipping": ("a.nrrd", b"encoding: raw", b"encoding: gzip\nbyte skip: 9", "gzip and skips bytes"),
    "pipe": ("a.nrrd", b"encoding: raw", b"encoding: raw\ndata file: pipe", "no file beside it"),
}


@pytest.mark.parametrize(("name", "old", "new", "message"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_text_that_cannot_be_is_refused_before_the_library_sees_it(
    tmp_path, monkeypatch, name, old, new, message
):
    (tmp_path / "secret.raw").write_bytes(bytes(5000))
    path = replaced(write_itk(tmp_path / "data" / name, make_image(0)), old, new)
    (path.parent / "link.raw").symlink_to(tmp_path / "secret.raw")
    os.mkfifo(path.parent / "pipe")
    monkeypatch.setattr(itk, "_open", lambda path: pytest.fail("it was opened"))
    with pytest.raises(VolumeError, match=message) as caught:
        read_header(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_ends_early_is_named(tmp_path, ending):
    path = write_itk(tmp_path / f"a{ending}", make_image(0))
    data = (*find_parts(path), path)[0]
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(VolumeError, match=r"more than its [\d,]+ bytes can hold|cut off or damaged"):
        read_array(read_header(path))


@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
def test_a_damaged_stream_is_named(tmp_path, ending):
    path = write_itk(tmp_path / f"a{ending}", make_image(0), is_compressed=True)
    data = path.read_bytes()
    flipped = data[:-1200] + bytes([data[-1200] ^ 1]) + data[-1199:]
    hole = data[:-900] + bytes(100) + data[-800:]
    for spoiled in (hole, flipped, data[:-500], data[:-3], data[:100], b"", gzip.compress(b"no")):
        path.write_bytes(spoiled)
        with pytest.raises(VolumeError, match=rf"^a\{ending} "):
            read_array(read_header(path))


def test_a_changed_data_file_is_looked_at_again(tmp_path, settings):
    for i in range(3):
        write_itk(tmp_path / "a" / "images" / f"{i}.mhd", make_image(i))
        write_itk(tmp_path / "a" / "labels" / f"{i}.mhd", make_label(i))
    first = open_dataset(str(tmp_path / "a"), settings=settings).reference
    raw = tmp_path / "a" / "images" / "1.raw"
    raw.write_bytes(make_image(9).tobytes(order="F"))
    assert open_dataset(str(tmp_path / "a"), settings=settings).reference != first


def test_colours_are_refused(tmp_path):
    array = np.zeros((12, 10, 8), dtype=np.complex64)
    with pytest.raises(VolumeError, match="stores values of type complex"):
        read_header(write_itk(tmp_path / "a.nrrd", array))
