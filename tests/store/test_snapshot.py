"""The remembered table: the same as parsing all, never more than a shortcut, and never in the way."""

import multiprocessing
import os
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.errors import RecordError
from simulator.settings import PUBLISHED, Settings
from simulator.store import facts, import_records, open_store, published, snapshot, store
from simulator.store.snapshot import recall, snapshot_place
from tests.factories import make_records
from tests.store.test_store import make_campaign, make_failure, publish


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FEW_NEW", 2)
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


@pytest.fixture
def records():
    return make_records(n_seeds=2)


@pytest.fixture
def parsed(monkeypatch):
    """Keys of the records that are parsed to be rows."""
    keys = []

    def note(record, *, source):
        keys.append(record.key)
        return snapshot_row(record, source=source)

    snapshot_row = facts.make_row
    monkeypatch.setattr(facts, "make_row", note)
    monkeypatch.setattr(published, "make_row", note)
    return keys


def fill(settings, records):
    with open_store(settings) as opened:
        for record in records:
            opened.add_record(record)


def bring_in(settings, records, *, then=""):
    """Import a file of records, as a process of its own does."""
    store._KNOWN.clear()
    path = settings.cache.parent / "in.jsonl"
    path.write_text("".join(f"{record.to_json()}\n" for record in records) + then)
    with open_store(settings) as opened:
        return import_records(opened, path)


def look_afresh(settings):
    """The table as a new process reads it."""
    store._KNOWN.clear()
    with open_store(settings, is_read_only=True) as opened:
        return opened.table()


def look_without(settings, tmp_path):
    """The table as it is where nothing was remembered."""
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    shutil.copytree(settings.cache, tmp_path / "other")
    snapshot_place(replace(settings, cache=tmp_path / "other")).unlink(missing_ok=True)
    return look_afresh(replace(settings, cache=tmp_path / "other"))


def test_a_new_process_reads_the_same_table_and_parses_only_what_came_since(
    settings, records, parsed, tmp_path
):
    publish(settings, records[:3])
    fill(settings, records[2:10])
    first = look_afresh(settings)
    parsed.clear()
    again = look_afresh(settings)
    assert parsed == []
    pd.testing.assert_frame_equal(again, first)
    fill(settings, records[10:12])
    parsed.clear()
    more = look_afresh(settings)
    assert sorted(parsed) == sorted(record.key for record in records[10:12])
    pd.testing.assert_frame_equal(more, look_without(settings, tmp_path))


def test_what_is_published_is_remembered_bit_for_bit(tmp_path):
    settings = Settings(cache=tmp_path / "cache", published=PUBLISHED)
    settings.cache.mkdir()
    first = look_afresh(settings)
    assert recall(settings) is not None
    again = look_afresh(settings)
    assert again.dtypes.equals(first.dtypes)
    for name in first:
        for value, other in zip(first[name], again[name], strict=True):
            assert type(value) is type(other)
            assert np.asarray(value).tobytes() == np.asarray(other).tobytes()


def test_all_other_facts_are_as_without_it(settings, records, tmp_path):
    asked = [record.request for record in records[:6]]
    with open_store(settings) as opened:
        opened.add_campaign(make_campaign(*asked))
        opened.add_record(records[0])
        opened.add_failure(make_failure(asked[1]))
        for record in records[6:12]:
            opened.add_record(record)
        opened.cancel_campaign("1" * 12)
        opened.add_campaign(make_campaign(*asked, digit="2"))
        opened.table()

    def describe(settings):
        store._KNOWN.clear()
        with open_store(settings, is_read_only=True) as opened:
            return (
                opened.campaigns(),
                opened.pending(),
                opened.failures(),
                opened.keys(),
                opened.cuts(),
                [record.key for record in opened.records()],
            )

    assert recall(settings) is not None
    remembered = describe(settings)
    snapshot_place(settings).unlink()
    assert remembered == describe(settings)
    assert len(remembered[1]) == 5
    assert len(remembered[5]) == 7


def test_an_import_leaves_it_behind_for_the_next_process(settings, records, parsed, tmp_path):
    publish(settings, records[:3])
    fill(settings, records[2:5])
    with open_store(settings) as opened:
        opened.add_campaign(make_campaign(*(record.request for record in records[:6])))
    for known, until in ((5, 10), (10, 16)):
        done = bring_in(settings, records[known - 1 : until])
        assert (done.n_added, done.n_known) == (until - known, 1)
        parsed.clear()
        found = look_afresh(settings)
        assert parsed == []
        pd.testing.assert_frame_equal(found, look_without(settings, tmp_path))
        with open_store(settings, is_read_only=True) as opened:
            assert len(opened.campaigns()) == 1
            assert set(opened.cuts()) == {records[0].dataset.fingerprint}


def test_what_an_import_added_is_not_parsed_in_its_own_process_either(settings, records, parsed, tmp_path):
    bring_in(settings, records[:6])
    parsed.clear()
    with open_store(settings, is_read_only=True) as opened:
        found = opened.table()
    assert parsed == []
    pd.testing.assert_frame_equal(found, look_without(settings, tmp_path))


def test_an_import_that_fails_leaves_none(settings, records):
    with pytest.raises(RecordError, match=r"line 7.*nothing was imported"):
        bring_in(settings, records[:6], then="nonsense\n")
    assert not snapshot_place(settings).exists()
    assert look_afresh(settings).empty


def test_rows_that_came_in_between_are_not_taken_for_those_of_an_import(
    settings, records, monkeypatch, tmp_path
):
    def add_meanwhile(opened):
        found = keys(opened)
        fill(settings, records[6:8])
        return found

    keys = store.Store.keys
    with monkeypatch.context() as patch:
        patch.setattr(store.Store, "keys", add_meanwhile)
        bring_in(settings, records[:6])
    assert recall(settings) is not None
    pd.testing.assert_frame_equal(look_afresh(settings), look_without(settings, tmp_path))
    assert len(look_afresh(settings)) == 8


def test_an_import_among_rows_that_are_no_records_leaves_none(settings, records):
    with open_store(settings) as opened:
        opened._add(f"record/{records[2].key}", "{}")
    assert bring_in(settings, records[:6]).n_added == 6
    assert len(look_afresh(settings)) == 6
    assert not snapshot_place(settings).exists()


def test_few_records_are_not_worth_a_file(settings, records):
    fill(settings, records[:2])
    look_afresh(settings)
    assert not snapshot_place(settings).exists()


def test_a_store_put_back_that_went_on_otherwise_is_read_anew(settings, records, tmp_path):
    fill(settings, records[:4])
    shutil.copy(settings.cache / "store" / "cache.db", tmp_path / "backup.db")
    fill(settings, records[4:8])
    look_afresh(settings)
    # Copied in place, the database is the same file with the same first row.
    shutil.copyfile(tmp_path / "backup.db", settings.cache / "store" / "cache.db")
    fill(settings, records[8:12])
    expected = {record.key for record in (*records[:4], *records[8:12])}
    assert set(look_afresh(settings)["key"]) == expected


def test_another_store_under_the_same_name_is_read_anew(settings, records):
    fill(settings, records[:6])
    look_afresh(settings)
    shutil.rmtree(settings.cache / "store")
    fill(settings, records[6:12])
    assert set(look_afresh(settings)["key"]) == {record.key for record in records[6:12]}


def test_a_published_file_that_changed_is_read_anew(settings, records):
    settings.cache.mkdir()
    publish(settings, records[:6])
    assert len(look_afresh(settings)) == 6
    publish(settings, records[:4])
    assert len(look_afresh(settings)) == 4


def test_the_snapshot_of_another_folder_is_not_taken_for_ones_own(settings, records, tmp_path):
    fill(settings, records[:6])
    look_afresh(settings)
    other = replace(settings, cache=tmp_path / "other")
    fill(other, records[6:12])
    shutil.copy(snapshot_place(settings), snapshot_place(other))
    assert set(look_afresh(other)["key"]) == {record.key for record in records[6:12]}


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def flip(path):
    content = bytearray(path.read_bytes())
    content[content.index(b"dice.npy") + 200] ^= 255
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def scribble(path):
    path.write_bytes(b"\x80\x04N." * 100)


def one_array(path):
    with path.open("wb") as file:
        np.save(file, np.arange(3))


def pickled(path):
    np.savez(path, said=np.array([{"stamp": []}], dtype=object))


def compressed(path):
    with np.load(path, allow_pickle=False) as arrays:
        np.savez_compressed(path, **{name: arrays[name] for name in arrays.files if name != "dice"})


def no_json(path):
    np.savez(path, said=np.frombuffer(b"[1, 2", np.uint8))


def link_to_nothing(path):
    path.unlink()
    path.symlink_to(path.with_name("nothing"))


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [cut, flip, empty, scribble, one_array, pickled, compressed, no_json, link_to_nothing, pipe, folder],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_one_is_as_good_as_none(settings, records, damage):
    fill(settings, records[:6])
    first = look_afresh(settings)
    damage(snapshot_place(settings))
    assert recall(settings) is None
    pd.testing.assert_frame_equal(look_afresh(settings), first)
    if damage is not folder:  # in whose place nothing can be put
        assert recall(settings) is not None


def test_one_that_unpacks_to_more_than_can_be_is_not_unpacked(settings, records, monkeypatch):
    fill(settings, records[:6])
    look_afresh(settings)
    with zipfile.ZipFile(snapshot_place(settings)) as file:
        n_bytes = sum(member.file_size for member in file.infolist())
    monkeypatch.setattr(snapshot, "MAX_BYTES", n_bytes - 1)
    assert recall(settings) is None


@pytest.mark.parametrize("part", [0, 1, 2])
def test_that_of_another_version_is_left_alone(settings, records, parsed, monkeypatch, part):
    fill(settings, records[:6])
    look_afresh(settings)
    other = list(snapshot._FORMAT)
    other[part] = "another"
    monkeypatch.setattr(snapshot, "_FORMAT", other)
    parsed.clear()
    assert len(look_afresh(settings)) == len(parsed) == 6


def test_a_store_with_problems_has_none_so_that_they_are_told_each_time(settings, records):
    publish(settings, records[:6])
    with (settings.published / "a.jsonl").open("a") as file:
        file.write("{}\n")
    settings.cache.mkdir()
    for _ in range(2):
        assert len(look_afresh(settings)) == 6
        with open_store(settings, is_read_only=True) as opened:
            assert len(opened.problems()) == 1
    assert not snapshot_place(settings).exists()


def test_a_read_only_installation_remembers_nothing(settings, records):
    fill(settings, records[:6])
    assert len(look_afresh(replace(settings, is_read_only=True))) == 6
    assert not snapshot_place(settings).exists()


def test_a_place_that_cannot_be_written_to_is_no_error(settings, records, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    fill(settings, records[:6])
    monkeypatch.setattr(snapshot, "write_file", refuse)
    assert len(look_afresh(settings)) == 6
    assert not snapshot_place(settings).exists()


def _look(settings, start, found):
    store.FEW_NEW = 2
    start.wait()
    for _ in range(20):
        found.put((len(look_afresh(settings)), recall(settings) is not None))
        snapshot_place(settings).unlink(missing_ok=True)


def test_two_processes_at_once_are_not_in_each_others_way(settings, records):
    fill(settings, records[:8])
    context = multiprocessing.get_context("spawn")
    start, found = context.Event(), context.Queue()
    processes = [context.Process(target=_look, args=(settings, start, found)) for _ in range(2)]
    for process in processes:
        process.start()
    start.set()
    seen = [found.get(timeout=120) for _ in range(40)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert {n for n, _ in seen} == {8}
    assert not list(settings.cache.glob("*.partial"))
