"""What the browser starts and stops."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.campaigns import cancel_campaign, launch, launch_worker, resume_campaign, start_campaign
from simulator.campaigns.lock import hold_lock, is_held
from simulator.errors import ReadOnlyError, RequestError, StoreError
from simulator.settings import PROJECT
from simulator.store import open_store
from tests.factories import make_record


@pytest.fixture
def ended():
    """Whether what was launched has ended, so that another may be launched."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def launched(monkeypatch, ended):
    """Commands that would have been run; each process is there until ``ended`` is set."""
    calls = []

    class Process:
        def __init__(self, command, **options):
            calls.append((command, options))

        def poll(self):
            return 0 if ended.is_set() else None

        def wait(self):
            return 0

    monkeypatch.setattr(subprocess, "Popen", Process)
    return calls


def test_a_campaign_is_written_and_a_worker_is_launched_that_outlives_this_process(
    settings, make_requests, launched
):
    campaign = start_campaign(make_requests(0, 1), settings=settings, name="n")
    with open_store(settings, is_read_only=True) as store:
        assert [found.id for found in store.campaigns()] == [campaign.id]
    ((command, options),) = launched
    assert command == [sys.executable, "-m", "simulator", "campaign", "resume"]
    assert options["start_new_session"]
    assert options["cwd"] == PROJECT
    assert options["env"]["LABELWISE_CACHE"] == str(settings.cache)
    assert options["stdout"] is options["stderr"]


def test_where_nothing_is_missing_nothing_is_launched(settings, make_requests, launched):
    (request,) = make_requests(0)
    with open_store(settings) as store:
        store.add_record(make_record(request.virtues, seed=0, protocol="smoke"))
    assert start_campaign([request], settings=settings, name="n") is None
    assert launched == []


def test_a_read_only_installation_refuses_by_itself(settings, make_requests, launched):
    closed = replace(settings, is_read_only=True)
    for act in (
        lambda: start_campaign(make_requests(0), settings=closed, name="n"),
        lambda: cancel_campaign("0" * 12, settings=closed),
        lambda: resume_campaign("0" * 12, settings=closed),
        lambda: launch_worker(closed),
    ):
        with pytest.raises(ReadOnlyError, match="read-only"):
            act()
    assert launched == []
    assert not settings.cache.exists()


def test_many_clicks_launch_one_worker(settings, launched, ended):
    for _ in range(8):
        launch_worker(settings)
    assert len(launched) == 1
    ended.set()
    wait_for(lambda: not is_held(settings, name="launch"))
    launch_worker(settings)
    assert len(launched) == 2


def test_where_a_worker_waits_to_go_on_none_is_launched(settings, launched):
    with hold_lock(settings, name="resume"):
        launch_worker(settings)
    assert launched == []


def test_a_worker_that_is_there_lets_others_launch_once_it_goes(settings, launched):
    launch_worker(settings)
    with hold_lock(settings, name="resume"):
        wait_for(lambda: not is_held(settings, name="launch"))
        launch_worker(settings)
        assert len(launched) == 1
    launch_worker(settings)
    assert len(launched) == 2


@pytest.mark.slow
def test_eight_clicks_at_once_start_one_process(settings, make_requests, monkeypatch):
    processes, popen = [], subprocess.Popen
    monkeypatch.setattr(
        launch.subprocess, "Popen", lambda *a, **o: processes.append(popen(*a, **o)) or processes[-1]
    )
    threads = [threading.Thread(target=launch_worker, args=(settings,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(timeout=60) for process in processes] == [0]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path.parent / "notes")])
def test_a_log_that_cannot_be_written_is_said_in_one_line(settings, launched, make):
    settings.cache.mkdir()
    (settings.cache / "notes").write_text("mine")
    make(settings.cache / "worker.log")
    with pytest.raises(StoreError, match=r"its log .*worker\.log cannot be written .*; move away"):
        launch_worker(settings)
    assert launched == []
    assert (settings.cache / "notes").read_text() == "mine"


def test_a_campaign_is_cancelled_by_its_id(settings, make_requests, launched):
    campaign = start_campaign(make_requests(0), settings=settings, name="n")
    assert cancel_campaign(campaign.id, settings=settings).id == campaign.id
    with open_store(settings, is_read_only=True) as store:
        assert store.pending() == {}
    with pytest.raises(RequestError, match="there is no campaign 'nonsense'"):
        cancel_campaign("nonsense", settings=settings)


def test_a_cancelled_campaign_is_resumed_by_its_id_as_often_as_it_is_cancelled(
    settings, make_requests, launched
):
    campaign = start_campaign(make_requests(0), settings=settings, name="n")
    for _ in range(2):
        cancel_campaign(campaign.id, settings=settings)
        cancel_campaign(campaign.id, settings=settings)
        with open_store(settings, is_read_only=True) as store:
            assert store.pending() == {}
        assert resume_campaign(campaign.id, settings=settings).id == campaign.id
        resume_campaign(campaign.id, settings=settings)
        with open_store(settings, is_read_only=True) as store:
            assert list(store.pending()) == [make_requests(0)[0].key]
            assert [found.is_cancelled for found in store.campaigns()] == [False]
    with pytest.raises(RequestError, match="there is no campaign 'nonsense'"):
        resume_campaign("nonsense", settings=settings)


def test_a_worker_that_finds_nothing_to_do_ends_and_writes_its_log_into_the_cache(settings, monkeypatch):
    processes, popen = [], subprocess.Popen
    monkeypatch.setattr(
        launch.subprocess, "Popen", lambda *a, **o: processes.append(popen(*a, **o)) or processes[-1]
    )
    launch_worker(settings)
    assert processes[0].wait(timeout=60) == 0
    assert (settings.cache / "worker.log").read_text() == ""


def wait_for(is_there, seconds=20):
    deadline = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
