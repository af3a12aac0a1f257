"""A second look decodes nothing; what was remembered wrongly or for another file is looked at again."""

import json
import os
from dataclasses import replace

import pytest

from simulator.datasets import open_dataset
from simulator.datasets.scanning import scan_volume
from tests.datasets.making import make_decathlon, make_image, make_label, write_nifti


@pytest.fixture
def looks(monkeypatch):
    """Names of the volumes that were decoded."""
    seen = []

    def counting(files):
        seen.append(files.name)
        return scan_volume(files)

    monkeypatch.setattr("simulator.datasets.remembering.scan_volume", counting)
    return seen


def test_a_second_look_decodes_only_what_changed(tmp_path, settings, looks):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    assert len(looks) == 5
    looks.clear()
    assert open_dataset(str(folder), settings=settings).reference == first
    assert looks == []
    write_nifti(folder / "imagesTr" / "case_2.nii.gz", make_image(99))
    assert open_dataset(str(folder), settings=settings).reference != first
    assert looks == ["case_2"]


def test_touching_a_file_costs_a_look_and_changes_nothing(tmp_path, settings, looks):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    looks.clear()
    os.utime(folder / "labelsTr" / "case_1.nii.gz", ns=(1, 1))
    assert open_dataset(str(folder), settings=settings).reference == first
    assert looks == ["case_1"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"x": {"id": "nothex"}}', b"\x80\x04N.", b"[" * 10**6]
)
def test_a_spoiled_memory_is_as_good_as_none(tmp_path, settings, looks, content):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    (memory,) = (settings.cache / "scans").iterdir()
    memory.write_bytes(content)
    looks.clear()
    assert open_dataset(str(folder), settings=settings).reference == first
    assert len(looks) == 5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda scan: scan["labels"][0].update(runs=[[[0, 10**12]]] * 3),
        lambda scan: scan["labels"][0].update(runs=[[[-9, -1]]] * 3),
        lambda scan: scan["labels"][0].update(runs=[[[0, 10**12]]] * 3) or scan.update(shape=[10**13] * 3),
        lambda scan: scan.update(orientation="zzz"),
        lambda scan: scan.update(shape=[]),
    ],
)
def test_a_memory_of_what_cannot_be_is_as_good_as_none(tmp_path, settings, looks, spoil):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    (memory,) = (settings.cache / "scans").iterdir()
    scans = json.loads(memory.read_text())
    spoil(next(iter(scans.values())))
    memory.write_text(json.dumps(scans))
    looks.clear()
    assert open_dataset(str(folder), settings=settings).reference == first
    assert len(looks) == 5


def test_names_that_differ_only_in_what_is_no_unicode_are_two(tmp_path, settings, looks):
    names = [os.fsdecode(name) for name in (b"M\xfcller.nii", b"M\xf6ller.nii")]
    for number, name in enumerate(names):
        for part, array in (("images", make_image(number)), ("labels", make_label(number))):
            os.utime(write_nifti(tmp_path / "a" / part / name, array), ns=(1, 1))
    reference = open_dataset(str(tmp_path / "a"), settings=settings).reference
    assert open_dataset(str(tmp_path / "a"), settings=settings).reference == reference
    assert looks == ["M?ller", "M?ller"]


def test_a_volume_with_a_blocking_problem_is_looked_at_again(tmp_path, settings, looks):
    folder = make_decathlon(tmp_path / "a")
    (folder / "labelsTr" / "case_1.nii.gz").unlink()
    assert open_dataset(str(folder), settings=settings).problems[0].is_blocking
    looks.clear()
    assert open_dataset(str(folder), settings=settings).problems[0].is_blocking
    assert looks == ["case_1"]


def test_nothing_is_written_where_nothing_may_be(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    read_only = replace(settings, is_read_only=True)
    assert open_dataset(str(folder), settings=read_only).reference.n_test == 1
    assert not settings.cache.exists()


def test_a_cache_that_cannot_be_written_costs_only_the_memory(tmp_path, settings):
    (tmp_path / "file").write_text("")
    folder = make_decathlon(tmp_path / "a")
    blocked = replace(settings, cache=tmp_path / "file" / "cache")
    assert open_dataset(str(folder), settings=blocked).reference.n_test == 1


def test_no_link_leads_what_is_remembered_to_files_of_others(tmp_path, settings):
    folder, victim = make_decathlon(tmp_path / "a"), tmp_path / "others" / "victim"
    first = open_dataset(str(folder), settings=settings).reference
    (memory,) = (settings.cache / "scans").iterdir()
    victim.parent.mkdir()
    victim.write_text("precious")
    memory.unlink()
    memory.symlink_to(victim)
    assert open_dataset(str(folder), settings=settings).reference == first
    assert not memory.is_symlink()
    memory.unlink()
    memory.parent.rmdir()
    memory.parent.symlink_to(victim.parent)
    assert open_dataset(str(folder), settings=settings).reference == first
    assert [path.read_text() for path in victim.parent.iterdir()] == ["precious"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "plant", [os.mkfifo, lambda place: place.symlink_to("/dev/zero")], ids=["pipe", "device"]
)
def test_a_memory_that_never_ends_is_as_good_as_none(tmp_path, settings, looks, plant):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    (memory,) = (settings.cache / "scans").iterdir()
    memory.unlink()
    plant(memory)
    looks.clear()
    assert open_dataset(str(folder), settings=settings).reference == first
    assert len(looks) == 5


def test_several_threads_find_the_same_and_say_how_far_they_are(tmp_path, settings):
    folder = make_decathlon(tmp_path / "a")
    alone = open_dataset(str(folder), settings=replace(settings, cache=tmp_path / "other")).scans
    steps = []
    source = open_dataset(str(folder), settings=settings)
    assert source.look(n_workers=3, on_progress=lambda *step: steps.append(step)) == alone
    assert steps == [(i, 5) for i in range(1, 6)]


def test_a_memory_without_end_is_not_read(tmp_path, settings, looks):
    folder = make_decathlon(tmp_path / "a")
    first = open_dataset(str(folder), settings=settings).reference
    (memory,) = (settings.cache / "scans").iterdir()
    memory.unlink()
    memory.symlink_to("/dev/zero")
    looks.clear()
    again = open_dataset(str(folder), settings=replace(settings, is_read_only=True))
    assert again.reference == first
    assert len(looks) == 5
