"""``running/``: progress, and at last the record."""

import json
import os

import pytest

from simulator.campaigns.running import (
    Running,
    clear_running,
    read_running,
    write_progress,
    write_record,
)
from simulator.errors import StoreError
from tests.factories import make_record


def run(request, *, epoch, n_epochs):
    return Running(request=request, epoch=epoch, n_epochs=n_epochs, started=1.5, place="gpu7")


def test_progress_is_read_back(settings, make_requests):
    (request,) = make_requests(0)
    for epoch, n_epochs in ((0, None), (2, 4)):
        said = run(request, epoch=epoch, n_epochs=n_epochs)
        write_progress(settings, said)
        assert read_running(settings).running == (said,)


def test_the_last_write_is_the_record(settings):
    record = make_record()
    write_progress(settings, run(record.request, epoch=0, n_epochs=None))
    write_record(settings, record)
    found = read_running(settings)
    assert (found.running, found.records) == ((), (record,))


def test_nothing_runs_where_there_is_no_folder(settings):
    assert read_running(settings).running == ()
    clear_running(settings)
    assert not settings.cache.exists()


def test_what_does_not_validate_is_passed_over_and_cleared(settings, make_requests, tmp_path):
    (request,) = make_requests(0)
    write_progress(settings, run(request, epoch=0, n_epochs=None))
    folder = settings.cache / "running"
    text = (folder / f"{request.key}.json").read_text()
    names = {
        what: f"{str(digit) * 64}.json"
        for digit, what in enumerate(("other", "broken", "nan", "folder", "link"))
    }
    (folder / names["other"]).write_text(text)
    (folder / names["broken"]).write_text(text[:-5])
    (folder / names["nan"]).write_text(json.dumps({"epoch": float("nan")}))
    (folder / f".{'a' * 32}.partial").write_text("half")
    (folder / names["folder"]).mkdir()
    (folder / "package.json").write_text("not ours")
    (tmp_path / "precious").write_text(text)
    (folder / names["link"]).symlink_to(tmp_path / "precious")
    assert [item.request for item in read_running(settings).running] == [request]
    clear_running(settings)
    left = [names["folder"], names["link"], "package.json"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(left)
    assert (tmp_path / "precious").exists()


def test_a_link_leads_to_no_file_of_others(settings, make_requests, tmp_path):
    (request,) = make_requests(0)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / f"{request.key}.json").write_text("precious")
    settings.cache.mkdir()
    (settings.cache / "running").symlink_to(elsewhere)
    assert read_running(settings).running == ()
    clear_running(settings)
    clear_running(settings, key=request.key)
    with pytest.raises(StoreError, match=r"is a link, .* move it away"):
        write_progress(settings, run(request, epoch=0, n_epochs=None))
    assert (elsewhere / f"{request.key}.json").read_text() == "precious"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "plant",
    [lambda path, victim: path.symlink_to(victim), lambda path, victim: os.mkfifo(path)],
    ids=["link", "pipe"],
)
def test_what_lies_in_the_place_of_progress_is_neither_followed_nor_waited_for(
    settings, make_requests, tmp_path, plant
):
    (request,) = make_requests(0)
    path = settings.cache / "running" / f"{request.key}.json"
    (tmp_path / "victim").write_text("precious")
    path.parent.mkdir(parents=True)
    plant(path, tmp_path / "victim")
    assert read_running(settings).running == ()
    write_progress(settings, run(request, epoch=2, n_epochs=3))
    assert [item.epoch for item in read_running(settings).running] == [2]
    assert (tmp_path / "victim").read_text() == "precious"
