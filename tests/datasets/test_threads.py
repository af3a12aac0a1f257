"""How many volumes are read at once follows from the largest that the headers promise."""

from types import SimpleNamespace

import pytest

from simulator.datasets import open_dataset, threads
from simulator.datasets.threads import bound_threads
from tests.datasets.making import make_decathlon, make_image, write_nifti

LARGEST = 12 * 10 * 8 * 2
"""Bytes of the images that `make_decathlon` writes; its label maps have half of them."""


@pytest.fixture
def free(monkeypatch):
    """Say how many bytes are free; none to begin with."""

    def set_free(n_bytes):
        memory = SimpleNamespace(available=n_bytes)
        monkeypatch.setattr(threads.psutil, "virtual_memory", lambda: memory)

    set_free(0)
    return set_free


def volumes_of(folder, settings):
    return open_dataset(str(folder), settings=settings).contents.volumes


@pytest.mark.parametrize(
    ("n_bytes", "n_threads"),
    [(0, 1), (4 * LARGEST, 1), (8 * LARGEST - 1, 1), (8 * LARGEST, 2), (12 * LARGEST, 3), (2**29, 4)],
)
@pytest.mark.usefixtures("free")
def test_four_arrays_a_thread_must_fit_and_one_thread_always_does(
    tmp_path, settings, monkeypatch, n_bytes, n_threads
):
    monkeypatch.setattr(threads, "SHARED_BYTES", n_bytes)
    assert bound_threads(volumes_of(make_decathlon(tmp_path / "a"), settings), n_workers=4) == n_threads


def test_half_of_what_is_free_may_be_used(tmp_path, settings, monkeypatch, free):
    volumes = volumes_of(make_decathlon(tmp_path / "a"), settings)
    monkeypatch.setattr(threads, "SHARED_BYTES", 0)
    free(24 * LARGEST)
    assert bound_threads(volumes, n_workers=4) == 3
    monkeypatch.setattr(threads, "SHARED_BYTES", 8 * LARGEST)
    free(8 * LARGEST)
    assert bound_threads(volumes, n_workers=4) == 2


@pytest.mark.usefixtures("free")
def test_the_largest_volume_counts(tmp_path, settings, monkeypatch):
    folder = make_decathlon(tmp_path / "a")
    volumes = volumes_of(folder, settings)
    monkeypatch.setattr(threads, "SHARED_BYTES", 16 * LARGEST)
    assert bound_threads(volumes, n_workers=4) == 4
    write_nifti(folder / "imagesTr" / "case_3.nii.gz", make_image(3, shape=(24, 10, 8)))
    assert bound_threads(volumes, n_workers=4) == 2


def test_a_file_that_cannot_be_read_does_not_count(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    (folder / "imagesTr" / "case_3.nii.gz").write_bytes(b"nothing")
    (folder / "labelsTr" / "case_4.nii.gz").unlink()
    assert bound_threads(volumes_of(folder, settings), n_workers=4) == 4
    assert bound_threads((), n_workers=4) == 4
