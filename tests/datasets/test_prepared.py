"""Prepared data sets are found by content, and never trusted more than their files deserve."""

import json
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.datasets import has_prepared, list_prepared, load_prepared, open_dataset, prepare_dataset
from simulator.errors import DatasetError, ReadOnlyError
from simulator.settings import Settings
from tests.datasets.making import make_decathlon


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A data set and its cache, prepared once: every test gets a copy that it may damage."""
    folder = tmp_path_factory.mktemp("kept")
    make_decathlon(folder / "a")
    return folder, prepare(folder, Settings(cache=folder / "cache")).reference


@pytest.fixture
def prepared(kept, tmp_path, settings):
    folder, reference = kept
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return load_prepared(reference.fingerprint, slice_size=64, settings=settings)


def prepare(tmp_path, settings):
    source = open_dataset(str(tmp_path / "a"), settings=settings)
    return prepare_dataset(source, slice_size=64, settings=settings)


def contents(dataset):
    return {path.name: path.read_bytes() for path in dataset.folder.iterdir()}


def change_description(dataset, *, drop):
    path = dataset.folder / "prepared.json"
    metadata = json.loads(path.read_text())
    for volume in metadata["volumes"]:
        del volume[drop]
    path.write_text(json.dumps(metadata))


def load(dataset, settings):
    return load_prepared(dataset.reference.fingerprint, slice_size=64, settings=settings)


def test_it_is_found_by_content_without_its_volumes(prepared, settings, tmp_path):
    shutil.rmtree(tmp_path / "a")
    assert has_prepared(prepared.reference.fingerprint, slice_size=64, settings=settings)
    assert not has_prepared(prepared.reference.fingerprint, slice_size=32, settings=settings)
    found = load(prepared, settings)
    assert found.reference == prepared.reference
    assert [volume.id for volume in found.pool] == [volume.id for volume in prepared.pool]
    assert isinstance(found.pool[0].images, np.memmap)
    assert list_prepared(settings) == (prepared.reference,)


def test_what_is_not_prepared_is_refused_with_the_command_to_run(settings):
    with pytest.raises(
        DatasetError, match=r"fingerprint ffffffffffff… and slices of 64 pixels.*datasets prepare"
    ):
        load_prepared("f" * 64, slice_size=64, settings=settings)
    assert list_prepared(settings) == ()


def test_names_stay_out_of_the_reference(prepared):
    assert set(prepared.names.values()) == {f"case_{i}" for i in range(5)}
    assert "case_" not in prepared.reference.model_dump_json()


def test_it_knows_the_slices_of_each_label(prepared):
    assert prepared.reference.labels == (1,)
    for volume in (*prepared.pool, *prepared.test):
        assert [slices.tolist() for slices in volume.by_label] == [volume.labeled.tolist()]


def test_a_folder_from_before_labels_were_kept_is_read(prepared, settings):
    change_description(prepared, drop="runs_by_label")
    found = load(prepared, settings)
    assert found.pool[0].by_label is None
    assert found.pool[0].labeled.tolist() == prepared.pool[0].labeled.tolist()


@pytest.mark.parametrize("kind", ["images", "masks"])
def test_flipped_bytes_are_noticed_also_in_a_folder_that_was_open_before(prepared, settings, kind):
    path = prepared.folder / f"{prepared.pool[0].id}.{kind}.npy"
    data = bytearray(path.read_bytes())
    data[-7] ^= 1
    data[-9] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DatasetError, match=rf"is damaged \({path.name} was changed after it was written"):
        load(prepared, settings)


def test_a_file_is_summed_once_a_process(prepared, settings, monkeypatch):
    def fail(path):
        raise AssertionError(path)

    monkeypatch.setattr("simulator.datasets.prepared.find_checksum", fail)
    load(prepared, settings)


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: (path.unlink(), path.symlink_to("/dev/zero"))])
def test_slices_whose_description_is_lost_are_prepared_again(prepared, settings, tmp_path, lose):
    before = contents(prepared)
    lose(prepared.folder / "prepared.json")
    assert list_prepared(settings) == ()
    with pytest.raises(DatasetError, match="run 'python -m simulator datasets prepare DATASET' first"):
        load(prepared, settings)
    assert contents(prepare(tmp_path, settings)) == before


def test_what_was_lost_is_not_prepared_again_where_nothing_may_be_written(prepared, settings, tmp_path):
    (prepared.folder / "prepared.json").unlink()
    with pytest.raises(ReadOnlyError, match="is not prepared, and this installation is read-only"):
        prepare(tmp_path, replace(settings, is_read_only=True))


def test_a_description_without_end_is_not_read_to_its_end(prepared, settings, monkeypatch):
    monkeypatch.setattr("simulator.datasets.prepared._MAX_METADATA_BYTES", 100)
    with pytest.raises(DatasetError, match=r"prepared\.json: it has more than 100 bytes"):
        load(prepared, settings)
    assert list_prepared(settings) == ()


def test_an_array_that_is_a_pipe_is_not_waited_for(prepared, settings):
    path = prepared.folder / f"{prepared.pool[0].id}.masks.npy"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(DatasetError, match=r"masks\.npy: it is no regular file"):
        load(prepared, settings)


SPOILED = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-10]),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "pickle": lambda path: np.save(path, np.array([{"a": 1}], dtype=object)),
    "bare pickle": lambda path: path.write_bytes(pickle.dumps([1])),
    "another shape": lambda path: np.save(path, np.zeros((3, 3))),
    "another type": lambda path: np.save(path, np.load(path).astype("U1")),
    "no channel": lambda path: np.save(path, np.load(path)[:, :0]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
@pytest.mark.parametrize("kind", ["images", "masks"])
@pytest.mark.parametrize("has_checksums", [True, False])
def test_damaged_arrays_are_named_nothing_in_them_runs_and_they_are_prepared_again(
    prepared, settings, tmp_path, spoil, kind, has_checksums
):
    before = contents(prepared)
    if not has_checksums:  # as folders were before they were kept
        change_description(prepared, drop="checksums")
    spoil(prepared.folder / f"{prepared.test[0].id}.{kind}.npy")
    with pytest.raises(
        DatasetError, match=r"is damaged \(.*run 'python -m simulator datasets prepare DATASET' again"
    ):
        load(prepared, settings)
    again = prepare(tmp_path, settings)
    assert contents(again) == before


@pytest.mark.parametrize("change", [{"volumes": 3}, {"extra": 1}, {"modality": None}, {"volumes": []}])
def test_a_damaged_description_is_named_and_left_out_of_the_list(prepared, settings, change):
    path = prepared.folder / "prepared.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DatasetError, match="is damaged"):
        load(prepared, settings)
    assert list_prepared(settings) == ()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"labeled": [10**30]}, "labeled.0: expected a number of at most"),
        ({"labeled": [-5]}, "labeled.0: expected a number of at least"),
        ({"labeled": [3, 2]}, "labeled slices must ascend within 8 slices"),
        ({"labeled": [8]}, "labeled slices must ascend within 8 slices"),
        ({"runs_by_label": [[[0, 10**12]]]}, "runs of slices must ascend within 8 slices"),
        ({"runs_by_label": [[[3, 1]]]}, "runs of slices must ascend"),
        ({"runs_by_label": [[[2, 4], [4, 5]]]}, "runs of slices must ascend"),
        ({"affine": [[1.0]]}, "affine"),
        ({"role": "test"}, "there are 3 pool volumes, expected 4"),
    ],
)
def test_a_description_of_what_cannot_be_is_named(prepared, settings, change, what):
    path = prepared.folder / "prepared.json"
    metadata = json.loads(path.read_text())
    volume = next(volume for volume in metadata["volumes"] if volume["role"] == "pool")
    volume |= change
    path.write_text(json.dumps(metadata))
    with pytest.raises(DatasetError, match=rf"is damaged \(.*{what}"):
        load(prepared, settings)
    assert list_prepared(settings) == ()


def test_a_description_without_labeled_slices_is_named(prepared, settings):
    path = prepared.folder / "prepared.json"
    metadata = json.loads(path.read_text())
    for volume in metadata["volumes"]:
        volume["labeled"] = []
    path.write_text(json.dumps(metadata))
    with pytest.raises(DatasetError, match="no volume of the pool has a labeled slice"):
        load(prepared, settings)


def test_a_folder_that_describes_another_data_set_is_not_taken_for_it(prepared, settings):
    path = prepared.folder / "prepared.json"
    path.write_text(path.read_text().replace(prepared.reference.fingerprint, "b" * 64))
    with pytest.raises(DatasetError, match="it describes another data set"):
        load(prepared, settings)


def test_an_id_cannot_lead_out_of_the_folder(prepared, settings):
    path = prepared.folder / "prepared.json"
    path.write_text(path.read_text().replace(prepared.pool[0].id, "../../../secret"))
    with pytest.raises(DatasetError, match="is damaged"):
        load(prepared, settings)
