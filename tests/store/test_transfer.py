"""Records as files: an export holds all, an import is idempotent and all or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

import simulator.store.store
from simulator.errors import ReadOnlyError, RecordError, RequestError
from simulator.records import MAX_LINE_BYTES, Performance
from simulator.settings import Settings
from simulator.store import Imported, batches, export_records, import_records, open_store
from tests.factories import make_record, make_records


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


@pytest.fixture
def records():
    return make_records(n_seeds=1)[:4]


def write(path, records):
    path.write_text("".join(record.to_json() + "\n" for record in records))
    return path


def test_an_export_holds_local_and_published_records_in_order_of_key(settings, records, tmp_path):
    settings.published.mkdir()
    write(settings.published / "a.jsonl", records[:2])
    with open_store(settings) as store:
        for record in records[1:]:
            store.add_record(record)
        assert export_records(store, tmp_path / "out.jsonl") == 4
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert lines == [record.to_json() for record in sorted(records, key=lambda record: record.key)]


def test_an_export_of_nothing_is_an_empty_file(settings, tmp_path):
    with open_store(settings, is_read_only=True) as store:
        assert export_records(store, tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_an_export_that_fails_leaves_nothing_half_written(settings, records, tmp_path, monkeypatch):
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    with open_store(settings) as store:
        store.add_record(records[0])
        monkeypatch.setattr(type(records[0]), "to_json", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError, match="division"):
            export_records(store, out)
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out.jsonl"]


def test_an_export_to_a_device_does_not_take_its_place(settings, records):
    with open_store(settings) as store:
        store.add_record(records[0])
        assert export_records(store, Path("/dev/null")) == 1
        with pytest.raises(OSError, match="No space left"):
            export_records(store, Path("/dev/full"))
    assert Path("/dev/null").is_char_device()
    assert Path("/dev/full").is_char_device()


def test_an_import_adds_what_is_new_and_changes_nothing_else(settings, records, tmp_path):
    path = write(tmp_path / "in.jsonl", records)
    with open_store(settings) as store:
        store.add_record(records[0])
        assert import_records(store, path) == Imported(n_added=3, n_known=1)
        revision = store.revision()
        assert import_records(store, path) == Imported(n_added=0, n_known=4)
        assert store.revision() == revision


def test_an_import_of_an_export_gives_the_same_export(settings, records, tmp_path):
    with open_store(settings) as store:
        import_records(store, write(tmp_path / "in.jsonl", records))
        export_records(store, tmp_path / "first.jsonl")
    other = Settings(cache=tmp_path / "other", published=tmp_path / "published")
    with open_store(other) as store:
        import_records(store, tmp_path / "first.jsonl")
        export_records(store, tmp_path / "second.jsonl")
    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()


def test_lines_keep_their_numbers_however_many_are_read_at_once(settings, records, tmp_path, monkeypatch):
    path = write(tmp_path / "in.jsonl", records)
    lines = path.read_text().splitlines(keepends=True)
    for size in (1, len(lines[0]) + 1, 2**20):
        monkeypatch.setattr(batches, "BATCH_BYTES", size)
        path.write_text("".join([*lines[:2], "\n", lines[2], "nonsense\n", lines[3]]))
        with open_store(settings) as store:
            with pytest.raises(RecordError, match=r"in\.jsonl, line 5"):
                import_records(store, path)
            assert store.keys() == set()
    path.write_text("".join(["\n", *lines, "\n"]))
    with open_store(settings) as store:
        assert import_records(store, path).n_added == 4


def test_a_record_that_exists_stays_at_an_import(settings, tmp_path):
    first, second = make_record(dice=0.5), make_record(dice=0.7)
    with open_store(settings) as store:
        store.add_record(first)
        done = import_records(store, write(tmp_path / "in.jsonl", [second, first]))
        assert done == Imported(n_added=0, n_known=1, differing=(first.key,))
        assert store.record(first.key) == first


def test_of_what_the_store_holds_an_import_reads_what_its_file_holds_too(
    settings, records, tmp_path, monkeypatch
):
    asked = []

    def find(connection, key, cuts):
        asked.append(key)
        return find_record(connection, key, cuts)

    find_record = simulator.store.store._find_record
    monkeypatch.setattr(simulator.store.store, "_find_record", find)
    with open_store(settings) as store:
        import_records(store, write(tmp_path / "first.jsonl", records[:3]))
        done = import_records(store, write(tmp_path / "more.jsonl", records[2:]))
    assert done == Imported(n_added=1, n_known=1, differing=())
    assert asked == [records[2].key]


def test_a_record_that_differs_from_a_published_one_or_within_a_file_is_named(settings, tmp_path):
    first, second = make_record(dice=0.5), make_record(dice=0.7)
    path = write(tmp_path / "in.jsonl", [first, second, first])
    with open_store(settings) as store:
        done = import_records(store, path)
        assert done == Imported(n_added=1, n_known=1, differing=(first.key,))
    settings.published.mkdir()
    write(settings.published / "a.jsonl", [second])
    with open_store(replace(settings, cache=tmp_path / "other")) as store:
        assert import_records(store, path).differing == (first.key, first.key)


def test_a_record_that_ran_elsewhere_and_found_the_same_is_known(settings, tmp_path):
    first = make_record()
    updates = {
        "cost": first.cost.model_copy(update={"seconds": 1.0}),
        "achieved": first.achieved.model_copy(update={"quality": first.achieved.quality - 1e-15}),
        "notes": ("cuda",),
    }
    second = first.model_copy(update=updates)
    with open_store(settings) as store:
        store.add_record(first)
        done = import_records(store, write(tmp_path / "in.jsonl", [second]))
    assert done == Imported(n_added=0, n_known=1)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{}", "in.jsonl, line 3: not a record: key is missing"),
        ("[" * 5000, "in.jsonl, line 3: not a record: .*recursion limit"),
        ("nonsense", "in.jsonl, line 3: not a record: .*is no JSON"),
        ("x" * (MAX_LINE_BYTES + 1), "in.jsonl, line 3: a record has at most"),
    ],
)
def test_a_line_that_does_not_validate_stops_an_import_before_it_begins(
    settings, records, tmp_path, line, what
):
    path = write(tmp_path / "in.jsonl", records[:2])
    path.write_text(path.read_text() + line + "\n" + records[2].to_json() + "\n")
    with open_store(settings) as store:
        with pytest.raises(RecordError, match=what):
            import_records(store, path)
        assert store.table().empty


def recut(record, **changes):
    """Say something else of the same data set."""
    return record.model_copy(update={"dataset": record.dataset.model_copy(update=changes)})


def retest(record, n_test):
    """Leave test volumes out."""
    per_volume = record.per_volume[:n_test]
    return recut(record, n_test=n_test).model_copy(
        update={"per_volume": per_volume, "performance": Performance.of(per_volume)}
    )


def rename_volumes(record):
    """Test on other volumes."""
    per_volume = tuple(
        counts.model_copy(update={"volume": f"{i + 100:012x}"}) for i, counts in enumerate(record.per_volume)
    )
    return record.model_copy(update={"per_volume": per_volume})


def recount(record):
    """Find another number of labeled slices in the pool."""
    return record.model_copy(
        update={"achieved": record.achieved.model_copy(update={"n_labeled_slices_pool": 7})}
    )


CONTRADICTIONS = {
    "axis is 0 here and 2 in other records of the data set aaaaaaaaaaaa": lambda r: recut(r, axis=0),
    "labels is": lambda r: recut(r, labels=(7,)),
    "n_pool is 40000 here and 40 in other": lambda r: recut(r, n_pool=40_000),
    "n_test is 4 here and 10 in other": lambda r: retest(r, 4),
    "n_labeled_slices_pool is 7 here": recount,
    "test_volumes is": rename_volumes,
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_record_that_contradicts_the_others_of_its_data_set_is_not_imported(
    settings, records, tmp_path, what
):
    path = write(tmp_path / "in.jsonl", [records[1], CONTRADICTIONS[what](records[2])])
    with open_store(settings) as store:
        store.add_record(records[0])
        with pytest.raises(RecordError, match=rf"in\.jsonl, line 2: {what}.*nothing was imported"):
            import_records(store, path)
        assert store.keys() == {records[0].key}


def test_what_is_published_says_first_how_a_data_set_was_cut(settings, records, tmp_path):
    """A record of an older store that contradicts it is not read, and another takes its place."""
    forged = recut(records[1], n_pool=39)
    with open_store(settings) as store:
        store.add_record(forged)
        assert store.keys() == {forged.key}
        settings.published.mkdir()
        write(settings.published / "a.jsonl", [records[0]])
        assert store.keys() == {records[0].key}
        assert store.table()["n_pool"].tolist() == [40]
        assert store.record(forged.key) is None
        assert [problem.what[:34] for problem in store.problems()] == ["not read: n_pool is 39 here and 40"]
        assert store.add_record(records[1])
        assert store.record(forged.key) == records[1]
        assert len(store.table()) == 2
        assert export_records(store, tmp_path / "out.jsonl") == 2
        assert "39" not in {
            line.split('"n_pool":')[1][:2] for line in (tmp_path / "out.jsonl").read_text().splitlines()
        }


def test_a_published_record_that_contradicts_an_earlier_one_is_reported(settings, records):
    settings.published.mkdir()
    write(settings.published / "a.jsonl", records[:1])
    write(settings.published / "b.jsonl", [retest(records[1], 4), records[2]])
    with open_store(settings, is_read_only=True) as store:
        assert set(store.table()["key"]) == {records[0].key, records[2].key}
        assert [problem.where for problem in store.problems()] == ["b.jsonl, line 1"]
        assert store.record(records[1].key) is None


def test_a_file_that_is_not_there_is_named(settings, tmp_path):
    with open_store(settings) as store, pytest.raises(RecordError, match=r"missing\.jsonl is none"):
        import_records(store, tmp_path / "missing.jsonl")


def test_an_export_to_a_folder_is_refused(settings, tmp_path):
    with open_store(settings, is_read_only=True) as store:
        for path in (tmp_path, tmp_path / "missing" / "out.jsonl"):
            with pytest.raises(RequestError, match="an export takes a file in a folder that is there"):
                export_records(store, path)


def test_a_read_only_installation_imports_nothing(settings, records, tmp_path):
    path = write(tmp_path / "in.jsonl", records)
    with open_store(replace(settings, is_read_only=True), is_read_only=True) as store:
        with pytest.raises(ReadOnlyError, match="nothing can be imported"):
            import_records(store, path)
        assert store.table().empty


def test_a_published_line_that_does_not_validate_is_reported_and_the_others_are_read(settings, records):
    settings.published.mkdir()
    path = write(settings.published / "a.jsonl", records[:1])
    path.write_text(path.read_text() + "x" * (2 * MAX_LINE_BYTES + 9) + "\n{}\n\n" + records[1].to_json())
    with open_store(settings, is_read_only=True) as store:
        assert set(store.table()["key"]) == {records[0].key, records[1].key}
        assert [problem.where for problem in store.problems()] == ["a.jsonl, line 2", "a.jsonl, line 3"]
