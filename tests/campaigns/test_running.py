"""``running/``: progress, and at last the record."""

import json

from simulator.campaigns.running import clear_running, read_running, write_progress, write_record
from tests.factories import make_record


def test_progress_is_read_back_with_the_time_of_the_start(settings, make_requests):
    (request,) = make_requests(0)
    write_progress(settings, request=request, epoch=0, n_epochs=None)
    (first,) = read_running(settings).running
    assert (first.request, first.epoch, first.n_epochs) == (request, 0, None)
    write_progress(settings, request=request, epoch=2, n_epochs=4)
    (second,) = read_running(settings).running
    assert (second.epoch, second.n_epochs, second.started) == (2, 4, first.started)


def test_the_last_write_is_the_record(settings):
    record = make_record()
    write_progress(settings, request=record.request, epoch=0, n_epochs=None)
    write_record(settings, record)
    found = read_running(settings)
    assert (found.running, found.records) == ((), (record,))


def test_nothing_runs_where_there_is_no_folder(settings):
    assert read_running(settings).running == ()
    clear_running(settings)
    assert not settings.cache.exists()


def test_what_does_not_validate_is_passed_over_and_cleared(settings, make_requests, tmp_path):
    (request,) = make_requests(0)
    write_progress(settings, request=request, epoch=0, n_epochs=None)
    folder = settings.cache / "running"
    text = (folder / f"{request.key}.json").read_text()
    (folder / "other.json").write_text(text)
    (folder / "broken.json").write_text(text[:-5])
    (folder / "nan.json").write_text(json.dumps({"epoch": float("nan")}))
    (folder / f"{request.key}.json.123").write_text("half")
    (folder / "folder.json").mkdir()
    (tmp_path / "precious").write_text(text)
    (folder / "link.json").symlink_to(tmp_path / "precious")
    assert [item.request for item in read_running(settings).running] == [request]
    clear_running(settings)
    assert sorted(path.name for path in folder.iterdir()) == ["folder.json", "link.json"]
    assert (tmp_path / "precious").exists()
