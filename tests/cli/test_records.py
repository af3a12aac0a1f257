"""``records``: out and in."""

import pytest

from simulator.store import open_store
from tests.factories import make_record


def test_records_go_out_and_come_in(run, settings, tmp_path):
    with open_store(settings) as store:
        store.add_record(make_record())
    path = tmp_path / "records of mine.jsonl"
    assert run("records", "export", path, "--json").lines == [{"n_records": 1}]
    path.write_text(path.read_text() + make_record(seed=1).to_json() + "\n")
    assert run("records", "import", path, "--json").lines == [
        {"n_added": 1, "n_known": 1, "differing": [], "n_differing": 0}
    ]
    assert run("records", "import", path).lines == ["0 records added, 2 known already"]


@pytest.mark.parametrize("n_differing", [1, 5])
def test_records_that_found_something_else_are_counted_and_named(run, settings, tmp_path, n_differing):
    mine, theirs = ([make_record(seed=seed, dice=dice) for seed in range(n_differing)] for dice in (0.5, 0.7))
    with open_store(settings) as store:
        for record in mine:
            store.add_record(record)
    path = tmp_path / "theirs.jsonl"
    path.write_text("".join(record.to_json() + "\n" for record in [*theirs, make_record(seed=99)]))
    done = run("records", "import", path)
    assert (done.code, done.lines) == (0, [f"1 record added, 0 known already, {n_differing} differ"])
    (line,) = done.errors
    assert mine[0].key in line
    assert ("and 2 more (--json lists them)" in line) == (n_differing == 5)
    (facts,) = run("records", "import", path, "--json").lines
    assert facts == {
        "n_added": 0,
        "n_known": 1,
        "n_differing": n_differing,
        "differing": [record.key for record in theirs],
    }
    with open_store(settings) as store:
        assert [store.record(record.key) for record in mine] == mine


def test_a_file_that_does_not_validate_is_named_with_its_line(run, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(make_record().to_json() + '\n{"key":1}\n')
    done = run("records", "import", path)
    assert done.code == 2
    assert len(done.errors) == 1
    assert done.errors[0].startswith("in.jsonl, line 2: not a record: key: expected text, got 1")
    assert done.errors[0].endswith("nothing was imported")


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    done = run("records", "export", tmp_path / "missing" / "out.jsonl")
    assert (done.code, len(done.errors)) == (2, 1)
    assert "an export takes a file in a folder that is there" in done.errors[0]


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    done = run("records", "import", tmp_path / "missing.jsonl")
    assert (done.code, len(done.errors)) == (2, 1)


def test_a_folder_in_place_of_a_file_is_said_in_one_line(run, settings, tmp_path):
    done = run("records", "export", tmp_path)
    assert (done.code, len(done.errors)) == (2, 1)
    assert f"an export takes a file in a folder that is there, got {tmp_path}" in done.errors[0]


def test_a_read_only_installation_exports_and_does_not_import(run, settings, close, tmp_path):
    with open_store(settings) as store:
        store.add_record(make_record())
    close()
    path = tmp_path / "out.jsonl"
    assert run("records", "export", path).code == 0
    done = run("records", "import", path)
    assert done.code == 1
    assert done.errors == [
        "this installation is read-only (LABELWISE_READ_ONLY): nothing can be started, changed or imported"
    ]
