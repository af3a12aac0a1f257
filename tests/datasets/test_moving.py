"""Prepared slices as bytes, from one cache folder into another."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.datasets import has_prepared, load_prepared, open_dataset, prepare_dataset
from simulator.datasets.moving import pack_slices, unpack_slices
from simulator.errors import DatasetError, StoreError
from simulator.settings import Settings

SIZE = 16


@pytest.fixture
def here(tmp_path):
    return Settings(cache=tmp_path / "here", published=tmp_path / "published")


@pytest.fixture
def there(here, tmp_path):
    return replace(here, cache=tmp_path / "there")


@pytest.fixture
def prepared(here):
    source = open_dataset("phantom", settings=here, n_pool=2)
    return prepare_dataset(source, slice_size=SIZE, settings=here)


def facts_of(prepared, settings):
    return {"fingerprint": prepared.reference.fingerprint, "slice_size": SIZE, "settings": settings}


def test_what_arrives_is_what_was_prepared_but_for_names(prepared, here, there):
    (prepared.folder / "quality-shape-2.json").write_text("{}")
    for name, content in pack_slices(**facts_of(prepared, here)):
        assert not has_prepared(**facts_of(prepared, there))
        unpack_slices(name, content, **facts_of(prepared, there))
    arrived = load_prepared(**facts_of(prepared, there))
    assert (arrived.reference, arrived.modality) == (prepared.reference, prepared.modality)
    for before, after in zip(prepared.pool + prepared.test, arrived.pool + arrived.test, strict=True):
        assert before.id == after.id
        for kind in ("images", "masks", "labeled", "positions_mm", "affine"):
            np.testing.assert_array_equal(getattr(before, kind), getattr(after, kind))
    assert dict(arrived.names) == {volume.id: volume.id for volume in arrived.pool + arrived.test}
    assert {path.name for path in arrived.folder.iterdir()} == {
        path.name for path in prepared.folder.iterdir()
    }


def test_what_is_damaged_on_the_way_is_refused(prepared, here, there):
    files = dict(pack_slices(**facts_of(prepared, here)))
    images = [content for name, content in files.items() if name.endswith(".images.npy")]
    *first, last = [name for name in files if not name.endswith(".images.npy")]
    for name in files:
        if name.endswith(".images.npy"):
            unpack_slices(name, images[0], **facts_of(prepared, there))
    for name in first:
        unpack_slices(name, files[name], **facts_of(prepared, there))
    with pytest.raises(DatasetError, match="was changed after it was written"):
        unpack_slices(last, files[last], **facts_of(prepared, there))


def test_what_is_damaged_here_is_not_sent(prepared, here):
    (prepared.folder / "prepared.json").write_text("{}")
    with pytest.raises(DatasetError, match=r"is damaged \(.* prepare DATASET' again"):
        list(pack_slices(**facts_of(prepared, here)))


def test_nothing_is_written_outside_the_folder_of_the_slices(prepared, here, there):
    files = dict(pack_slices(**facts_of(prepared, here)))
    unpack_slices("../../evil.json", files["prepared.json"], **facts_of(prepared, there))
    assert [path.parent.parent.name for path in there.cache.rglob("evil.json")] == ["prepared"]
    (there.cache / "elsewhere").mkdir()
    (there.cache / "prepared").rename(there.cache / "moved")
    (there.cache / "prepared").symlink_to(there.cache / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        unpack_slices("a.json", files["prepared.json"], **facts_of(prepared, there))
