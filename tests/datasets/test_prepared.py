"""Prepared data sets are found by content, and never trusted more than their files deserve."""

import json
import pickle
import shutil

import numpy as np
import pytest

from simulator.datasets import has_prepared, list_prepared, load_prepared, open_dataset, prepare_dataset
from simulator.errors import DatasetError
from tests.datasets.making import make_decathlon


@pytest.fixture
def prepared(tmp_path, settings):
    source = open_dataset(str(make_decathlon(tmp_path / "a")), settings=settings)
    return prepare_dataset(source, slice_size=64, settings=settings)


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
    path = prepared.folder / "prepared.json"
    metadata = json.loads(path.read_text())
    for volume in metadata["volumes"]:
        del volume["runs_by_label"]
    path.write_text(json.dumps(metadata))
    found = load(prepared, settings)
    assert found.pool[0].by_label is None
    assert found.pool[0].labeled.tolist() == prepared.pool[0].labeled.tolist()


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
def test_damaged_arrays_are_named_and_nothing_in_them_runs(prepared, settings, spoil, kind):
    spoil(prepared.folder / f"{prepared.test[0].id}.{kind}.npy")
    with pytest.raises(DatasetError, match=r"is damaged \(.*delete this folder and prepare again"):
        load(prepared, settings)


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
