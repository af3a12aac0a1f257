"""``records``: out and in."""

from simulator.store import open_store
from tests.factories import make_record


def test_records_go_out_and_come_in(run, settings, tmp_path):
    with open_store(settings) as store:
        store.add_record(make_record())
    path = tmp_path / "records of mine.jsonl"
    assert run("records", "export", path, "--json").lines == [{"n_records": 1}]
    path.write_text(path.read_text() + make_record(seed=1).to_json() + "\n")
    assert run("records", "import", path, "--json").lines == [{"n_added": 1, "n_known": 1}]
    assert run("records", "import", path).lines == ["0 records added, 2 known already"]


def test_a_file_that_does_not_validate_is_named_with_its_line(run, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(make_record().to_json() + '\n{"key":1}\n')
    done = run("records", "import", path)
    assert done.code == 2
    assert len(done.errors) == 1
    assert done.errors[0].startswith(
        "in.jsonl, line 2: not a record: key: Input should be a valid string, got '1'"
    )
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
    assert done.errors == ["this installation is read-only (LABELWISE_READ_ONLY): nothing can be imported"]
