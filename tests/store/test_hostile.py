"""A store from a stranger: what is no raw JSON text is refused and reported; nothing runs, nothing is deleted."""

import json
import os
import pickle
import sqlite3

import pytest

from simulator.errors import StoreError
from simulator.records import MAX_LINE_BYTES
from simulator.settings import Settings
from simulator.store import Campaign, Imported, import_records, open_store
from tests.factories import make_record


class Bomb:
    """Unpickling it makes a file."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return (open, (str(self.marker), "w"))


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


@pytest.fixture
def good():
    return make_record(seed=1)


@pytest.fixture
def other():
    return make_record(seed=2)


@pytest.fixture
def poison(settings, good):
    """Insert a row as a stranger would, beside one good record."""
    with open_store(settings) as store:
        store.add_record(good)

    def insert(key, value, *, raw=1, mode=1, filename=None):
        with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
            connection.execute(
                "INSERT INTO Cache (key, raw, store_time, size, mode, filename, value) VALUES (?, ?, 0, 0, ?, ?, ?)",
                (key, raw, mode, filename, value),
            )
        connection.close()

    return insert


def read_everything(settings):
    """Read by every way there is; return the keys and what was refused."""
    with open_store(settings, is_read_only=True) as store:
        keys = [record.key for record in store.records()]
        assert store.table()["key"].tolist() == keys
        store.campaigns(), store.failures(), store.pending(), store.revision()
        return keys, [problem.what for problem in store.problems()]


@pytest.mark.parametrize("mode", [2, 3, 4, 99])
def test_a_value_that_is_marked_as_a_pickle_or_a_file_is_not_read(settings, poison, good, tmp_path, mode):
    marker = tmp_path / "marker"
    poison("record/" + "0" * 64, pickle.dumps(Bomb(marker)), mode=mode)
    keys, problems = read_everything(settings)
    assert keys == [good.key]
    assert problems == ["not read: its value is marked as a pickle or a file, expected raw text"]
    assert not marker.exists()


def test_a_key_that_is_a_pickle_is_not_read(settings, poison, good, tmp_path):
    marker = tmp_path / "marker"
    poison(pickle.dumps(Bomb(marker)), "{}", raw=0)
    keys, problems = read_everything(settings)
    assert keys == [good.key]
    assert problems == ["not read: its key is a pickle, expected text"]
    assert not marker.exists()


def test_a_file_that_a_row_names_is_neither_read_nor_deleted(settings, poison, other, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    poison(f"record/{other.key}", None, mode=3, filename=os.path.relpath(victim, settings.cache / "store"))
    assert len(read_everything(settings)[1]) == 1
    with open_store(settings) as store:
        store.add_record(other)
        assert store.record(other.key) == other
    assert victim.read_text() == "precious"


def test_a_planted_row_does_not_keep_a_record_out(settings, poison, good, other):
    poison(f"record/{other.key}", "planted")
    with open_store(settings) as store:
        assert store.record(other.key) is None
        assert store.add_record(other)
        assert not store.add_record(other)
        assert store.record(other.key) == other
    assert read_everything(settings)[0] == sorted([good.key, other.key])


def test_a_planted_row_keeps_no_record_out_of_an_import(settings, poison, good, other, tmp_path):
    poison(f"record/{other.key}", "planted")
    (tmp_path / "in.jsonl").write_text(f"{good.to_json()}\n{other.to_json()}\n{other.to_json()}\n")
    with open_store(settings) as store:
        assert import_records(store, tmp_path / "in.jsonl") == Imported(n_added=1, n_known=2)
        assert store.record(other.key) == other
    assert read_everything(settings)[0] == sorted([good.key, other.key])


def make_nan(record):
    return record.to_json().replace('"seconds":12.5', '"seconds":NaN')


def make_schema(record):
    return record.to_json().replace('"schema":1', '"schema":2')


def make_wrong_dice(record):
    fields = json.loads(record.to_json())
    fields["performance"]["dice"] /= 2
    return json.dumps(fields)


def make_huge_count(record):
    """A count that no float can hold."""
    fields = json.loads(record.to_json())
    fields["per_volume"][0]["tp"] = 10**400
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("make_text", "what"),
    [
        (lambda record: "{", "is no JSON"),
        (lambda record: "[" * 100_000, "recursion limit exceeded"),
        (lambda record: '"' + "x" * MAX_LINE_BYTES + '"', "has at most"),
        (lambda record: "null", "expected names with values, got nothing"),
        (make_nan, "cost.seconds"),
        (make_schema, "the record has schema 2, this Labelwise reads up to 1"),
        (make_wrong_dice, "performance does not follow"),
        (make_huge_count, "per_volume.0.tp"),
        (lambda record: make_record(seed=3).to_json(), "lies under the key"),
        (lambda record: b"\xff\xfe".decode("latin-1"), "is no JSON"),
    ],
)
def test_a_row_that_is_no_record_is_refused_and_named(settings, poison, good, other, make_text, what):
    poison(f"record/{other.key}", make_text(other))
    keys, problems = read_everything(settings)
    assert keys == [good.key]
    assert len(problems) == 1
    assert what in problems[0]
    assert "\n" not in problems[0]
    assert len(problems[0]) < 300


def test_what_was_not_read_is_reported_once(settings, poison, other):
    poison("record/x", "a", mode=4)
    with open_store(settings) as store:
        assert len(store.problems()) == 1
        store.add_record(other)
        assert len(store.problems()) == 1


@pytest.mark.parametrize("kind", ["campaign", "failure", "project", ""])
def test_a_row_that_is_no_other_fact_is_refused(settings, poison, good, kind):
    poison(f"{kind}/x", '{"id":"x"}')
    keys, problems = read_everything(settings)
    assert keys == [good.key]
    assert len(problems) == 1


def test_text_that_is_not_utf_8_is_refused(settings, poison, good):
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute(
            "INSERT INTO Cache (key, raw, mode, value) VALUES (CAST(X'FFFE' AS TEXT), 1, 1, CAST(X'FFFE' AS TEXT))"
        )
    connection.close()
    keys, problems = read_everything(settings)
    assert keys == [good.key]
    assert problems == ["not read: its key is not UTF-8"]


def test_the_folders_own_settings_do_not_win(settings, poison):
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute("UPDATE Settings SET value = 'least-recently-used' WHERE key = 'eviction_policy'")
    connection.close()
    with (
        pytest.raises(StoreError, match="setting 'eviction_policy', which Labelwise did not write"),
        open_store(settings),
    ):
        pass


def test_two_campaigns_of_one_id_are_one(settings, good):
    campaign = Campaign(id="1" * 12, name="c", requests=(good.request,), created="2026-01-01T00:00:00Z")
    with open_store(settings) as store:
        store.add_campaign(campaign)
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute("DROP INDEX Cache_key_raw")
        connection.execute(
            "INSERT INTO Cache (key, raw, mode, value) SELECT key, raw, mode, value FROM Cache"
        )
    connection.close()
    with open_store(settings, is_read_only=True) as store:
        assert len(store.campaigns()) == 1
        assert [problem.what for problem in store.problems()] == [
            "not read: there are two campaigns 111111111111"
        ]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "view",
    [
        f"Cache AS {ENDLESS} i rowid, 'record/x' key, 1 raw, 1 mode, NULL filename, '' value, 0 store_time FROM n",
        f"Settings AS {ENDLESS} 'count' key, 0 value FROM n",
    ],
    ids=["Cache", "Settings"],
)
def test_a_view_that_never_ends_is_not_read(settings, view):
    (settings.cache / "store").mkdir(parents=True)
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute(f"CREATE VIEW {view}")
    connection.close()
    for is_read_only in (True, False):
        with (
            pytest.raises(StoreError, match=r"cache\.db holds a view, which .*; .*move this folder away"),
            open_store(settings, is_read_only=is_read_only) as store,
        ):
            store.table()


@pytest.mark.timeout(20)
def test_a_pipe_in_the_place_of_the_database_is_not_waited_for(settings):
    (settings.cache / "store").mkdir(parents=True)
    os.mkfifo(settings.cache / "store" / "cache.db")
    for is_read_only in (True, False):
        with (
            pytest.raises(StoreError, match=r"cache\.db is no regular file; .*move this folder away"),
            open_store(settings, is_read_only=is_read_only) as store,
        ):
            store.table()


@pytest.fixture
def database_of_others(tmp_path):
    """A database that is not ours, in write-ahead mode: whoever opens it makes files beside it."""
    path = tmp_path / "others" / "notes.db"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE Notes (text TEXT)")
    connection.close()
    return path


@pytest.mark.parametrize("is_read_only", [True, False])
@pytest.mark.parametrize("name", ["cache.db", "cache.db-wal", "cache.db-shm", "cache.db-journal"])
def test_a_link_in_the_store_is_not_followed(settings, poison, database_of_others, name, is_read_only):
    before = {path: path.read_bytes() for path in database_of_others.parent.iterdir()}
    (settings.cache / "store" / name).unlink(missing_ok=True)
    (settings.cache / "store" / name).symlink_to(database_of_others)
    with (
        pytest.raises(StoreError, match=rf"{name} is (a link|no regular file).*move"),
        open_store(settings, is_read_only=is_read_only) as store,
    ):
        store.table()
    assert {path: path.read_bytes() for path in database_of_others.parent.iterdir()} == before


@pytest.mark.parametrize("name", ["cache.db", "open.lock", "new.partial", ""])
def test_a_link_that_leads_to_nothing_makes_nothing(settings, tmp_path, name):
    (tmp_path / "others").mkdir()
    place = settings.cache / "store" / name
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "others" / "new")
    with pytest.raises(StoreError, match=r"is a link, .*; move it away"), open_store(settings):
        pass
    assert list((tmp_path / "others").iterdir()) == []


@pytest.mark.parametrize("key", ["sqlite_temp_store_directory", "disk_compress_level", "get"])
def test_a_setting_from_a_stranger_is_refused_before_it_becomes_a_statement(settings, poison, key):
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute("INSERT INTO Settings VALUES (?, 'x')", (key,))
    connection.close()
    with pytest.raises(StoreError, match=f"setting '{key}'"), open_store(settings):
        pass


def test_the_writer_stores_text_only(settings):
    with open_store(settings) as store:
        for key, value in ((b"bytes", "{}"), ("key", {"a": 1}), (("tuple",), "{}"), ("key", 1.5)):
            with pytest.raises(StoreError, match="JSON text only"):
                store.cache.set(key, value)


def test_even_diskcache_itself_does_not_unpickle(settings, poison, tmp_path):
    marker = tmp_path / "marker"
    poison("value", pickle.dumps(Bomb(marker)), mode=4)
    poison(pickle.dumps(Bomb(marker)), "{}", raw=0)
    with open_store(settings) as store:
        with pytest.raises(StoreError, match="JSON text only"):
            store.cache.get("value")
        with pytest.raises(StoreError, match="JSON text only"):
            list(store.cache)
    assert not marker.exists()
