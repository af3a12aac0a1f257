"""The worker, with simulations that take moments."""

import os
import pkgutil
import platform
import threading
import time
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from simulator.campaigns import ask, find_progress, is_working
from simulator.campaigns.child import Task, run_task
from simulator.campaigns.lock import hold_lock
from simulator.campaigns.pool import BrokenPoolError
from simulator.campaigns.running import Running, read_running, write_progress, write_record
from simulator.campaigns.worker import SIMULATION, resume, work, work_or_follow
from simulator.errors import ReadOnlyError
from simulator.records import canonical_json
from simulator.simulate import simulate
from simulator.store import Store, open_store
from tests.campaigns.fakes import DIES, RAISES, REFUSES, SLEEPS, read_log
from tests.factories import make_record

FAKE = "tests.campaigns.fakes:simulate"
QUICK = "tests.campaigns.fakes:simulate_quickly"


def ask_for(settings, requests, **options):
    with open_store(settings) as store:
        return ask(store, requests, name="test", **options)


def read(settings):
    with open_store(settings, is_read_only=True) as store:
        return store.keys(), store.failures(), store.pending()


def test_everything_that_is_pending_becomes_a_record_or_a_failure(settings, make_requests):
    requests = make_requests(0, 1, 2, RAISES, REFUSES)
    ask_for(settings, requests)
    assert work(settings, n_workers=2, simulation=FAKE)
    keys, failures, pending = read(settings)
    assert keys == {request.key for request in requests[:3]}
    assert pending == {}
    raised, refused = failures[requests[3].key], failures[requests[4].key]
    assert raised.what_happened == "ZeroDivisionError: one thing by nothing"
    assert refused.what_happened == "expected a prepared data set, got none; prepare it"
    assert "ZeroDivisionError" in (settings.cache / "worker.log").read_text()
    assert sorted(read_log(settings, "begin")) == sorted(request.key for request in requests)
    assert read_running(settings).running == ()
    assert not is_working(settings)


def test_a_result_that_would_not_be_read_is_a_failure_and_not_pending_for_ever(settings, make_requests):
    """A record from elsewhere says something else of the same data set."""
    (request,) = ask_for(settings, make_requests(0)).requests
    lie = make_record(seed=99, reference=request.dataset.model_copy(update={"n_pool": 39}))
    with open_store(settings) as store:
        store.add_record(lie)
    assert work(settings, n_workers=1, simulation=FAKE, run=partial(map, run_task))
    keys, failures, pending = read(settings)
    assert keys == {lie.key}
    assert failures[request.key].what_happened.startswith("n_pool is 40 here and 39 in other records")
    assert pending == {}


class KilledError(BaseException):
    """What ends a fake simulation in this very process, where it would end its own."""


@pytest.fixture
def in_process(monkeypatch):
    """A pool that runs in this very process, and breaks when a simulation kills it or the worker does."""
    is_killed = threading.Event()

    def die(code=9):
        raise KilledError

    def sleep():
        if is_killed.wait(20):
            die()

    def run(tasks):
        for task in tasks:
            is_killed.clear()
            try:
                text = run_task(task)
            except KilledError as error:
                raise BrokenPoolError("killed") from error
            yield text

    monkeypatch.setattr("simulator.campaigns.worker.WATCH_SECONDS", 0.05)
    monkeypatch.setattr("simulator.campaigns.worker.kill_children", is_killed.set)
    monkeypatch.setattr("tests.campaigns.fakes.os", SimpleNamespace(**vars(os) | {"_exit": die}))
    monkeypatch.setattr("tests.campaigns.fakes.sleep_long", sleep)
    return run


def check_deaths(settings, requests, **options):
    """Ask for four simulations and one that kills its process, and see that only that one fails, at the third death."""
    ask_for(settings, requests[::-1])
    assert work(settings, n_workers=2, simulation=FAKE, **options)
    keys, failures, pending = read(settings)
    assert keys == {request.key for request in requests[:4]}
    assert failures[requests[4].key].what_happened.startswith("the process that ran it died 3 times")
    assert pending == {}
    assert read_log(settings, "begin").count(requests[4].key) == 3


def check_cancelling(settings, make_requests, **options):
    """Cancel a campaign that sleeps, and see that it ends and another is done."""
    slow = ask_for(settings, make_requests(SLEEPS))
    ask_for(settings, make_requests(0))
    thread = threading.Thread(
        target=work, args=(settings,), kwargs={"n_workers": 1, "simulation": FAKE, **options}
    )
    thread.start()
    wait_for(lambda: read_log(settings, "begin"))
    with open_store(settings) as store:
        store.cancel_campaign(slow.id)
    cancelled = time.monotonic()
    wait_for(lambda: not any(item.request.seed == SLEEPS for item in read_running(settings).running))
    assert time.monotonic() - cancelled < 5
    thread.join(timeout=30)
    keys, failures, pending = read(settings)
    assert keys == {make_requests(0)[0].key}
    assert failures == pending == {}


def test_a_simulation_that_kills_its_pool_fails_after_three_deaths_and_harms_no_other(
    settings, make_requests, in_process
):
    check_deaths(settings, make_requests(0, 1, 2, 3, DIES), run=in_process)


@pytest.mark.slow
def test_real_processes_die_three_times_and_harm_no_other(settings, make_requests):
    check_deaths(settings, make_requests(0, 1, 2, 3, DIES))


def test_a_campaign_that_is_cancelled_stops_and_others_go_on(settings, make_requests, in_process):
    check_cancelling(settings, make_requests, run=in_process)


@pytest.mark.slow
def test_real_processes_of_a_cancelled_campaign_stop_within_seconds(settings, make_requests):
    check_cancelling(settings, make_requests)


def test_what_children_run_is_found_by_its_name():
    assert pkgutil.resolve_name(SIMULATION) is simulate


def test_a_worker_may_work_on_one_campaign_only(settings, make_requests):
    ask_for(settings, make_requests(0))
    mine = ask_for(settings, make_requests(1))
    assert work(settings, n_workers=1, simulation=FAKE, scope=lambda campaign: campaign.id == mine.id)
    keys, _, pending = read(settings)
    assert keys == {make_requests(1)[0].key}
    assert list(pending) == [make_requests(0)[0].key]


def test_what_is_to_run_is_not_read_again_for_each(settings, make_requests, monkeypatch):
    looks = []
    pending = Store.pending
    monkeypatch.setattr(Store, "pending", lambda *args, **scope: looks.append(1) or pending(*args, **scope))
    monkeypatch.setattr("simulator.campaigns.worker.WATCH_SECONDS", 60)
    ask_for(settings, make_requests(*range(30)))
    assert work(settings, n_workers=1, simulation=QUICK, run=partial(map, run_task))
    assert len(read(settings)[0]) == 30
    assert len(looks) < 15


def test_what_ran_when_the_worker_looked_is_not_run_again(settings, make_requests, monkeypatch):
    monkeypatch.setattr("simulator.campaigns.worker.WATCH_SECONDS", 0.01)
    ask_for(settings, make_requests(*range(30)))
    assert work(settings, n_workers=1, simulation=QUICK, run=partial(map, run_task))
    assert len(read_log(settings, "begin")) == 30


def test_what_is_urgent_goes_before_what_waits(settings, make_requests, monkeypatch):
    monkeypatch.setattr("simulator.campaigns.worker.WATCH_SECONDS", 0.05)
    ask_for(settings, make_requests(*range(20)))
    (urgent,) = make_requests(99)

    def run(tasks):
        for n, task in enumerate(tasks):
            if n == 3:
                ask_for(settings, [urgent], is_urgent=True)
            yield run_task(task)

    assert work(settings, n_workers=1, simulation=FAKE, run=run)
    assert 3 < read_log(settings, "begin").index(urgent.key) < 10


def test_a_training_of_short_epochs_tells_of_few(settings, make_requests):
    (request,) = make_requests(0)
    (settings.cache / "running").mkdir(parents=True)
    text, told = canonical_json(request.model_dump(mode="json")), []
    run_task(
        Task(request=text, settings=settings, simulation=FAKE), tell=lambda _, running: told.append(running)
    )
    assert [(running.epoch, running.place) for running in told] == [(0, platform.node())]


def test_where_another_works_nothing_is_done(settings, make_requests, monkeypatch):
    monkeypatch.setattr("simulator.campaigns.lock.ACQUIRE_SECONDS", 0)
    ask_for(settings, make_requests(0))
    with hold_lock(settings):
        monkeypatch.setattr("simulator.campaigns.worker.hold_lock", lambda found: hold_lock(found, timeout=0))
        assert not work(settings, n_workers=1, simulation=FAKE)
    assert read_log(settings, "begin") == []


@pytest.mark.parametrize("act", [work, work_or_follow, resume])
def test_a_read_only_installation_works_on_nothing(settings, make_requests, act):
    ask_for(settings, make_requests(0))
    with pytest.raises(ReadOnlyError, match="read-only"):
        act(replace(settings, is_read_only=True), n_workers=1, simulation=FAKE, run=partial(map, run_task))
    assert read_log(settings, "begin") == []


def test_whoever_follows_returns_when_another_has_found_the_record(settings, make_requests):
    (request,) = make_requests(0)
    ask_for(settings, [request])
    with hold_lock(settings) as is_held:
        assert is_held
        thread = threading.Thread(
            target=work_or_follow, args=(settings,), kwargs={"n_workers": 1, "simulation": FAKE}
        )
        thread.start()
        time.sleep(0.3)
        with open_store(settings) as store:
            store.add_record(make_record(request.virtues, seed=0, protocol="smoke"))
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert read_log(settings, "begin") == []


def test_one_waits_to_resume_and_a_second_does_not(settings, make_requests):
    ask_for(settings, make_requests(0))
    with hold_lock(settings, name="resume") as is_held:
        assert is_held
        resume(settings, n_workers=1, simulation=FAKE)
    assert read_log(settings, "begin") == []
    resume(settings, n_workers=1, simulation=FAKE)
    assert len(read(settings)[0]) == 1


def test_records_that_a_dead_worker_left_are_collected_and_not_computed_again(settings, make_requests):
    done, begun = make_requests(0, 1)
    ask_for(settings, [done, begun])
    write_record(settings, make_record(done.virtues, seed=0, protocol="smoke"))
    write_progress(settings, Running(request=begun, epoch=1, n_epochs=3, started=1.0))
    assert work(settings, n_workers=1, simulation=FAKE)
    assert read(settings)[0] == {done.key, begun.key}
    assert read_log(settings, "begin") == [begun.key]


def test_one_worker_runs_one_simulation_at_a_time_in_a_child_with_one_thread(settings, make_requests):
    ask_for(settings, make_requests(0, 1, 2))
    assert work(settings, n_workers=1, simulation=FAKE)
    lines = [line.split() for line in (settings.cache / "log").read_text().splitlines()]
    assert [what for what, *_ in lines] == ["begin", "end"] * 3
    assert {pid for _, _, pid, *_ in lines}.isdisjoint({str(os.getpid())})
    assert {threads for *_, threads, _ in lines} == {"1"}


def test_a_pool_is_forked_from_a_process_that_has_loaded_what_it_runs(settings, make_requests):
    ask_for(settings, make_requests(0))
    assert work(settings, n_workers=1, simulation=f"{FAKE}_where_nothing_was_loaded")
    assert read(settings)[1] == {}


def test_progress_says_what_is_done_and_what_runs(settings, make_requests, in_process):
    requests = make_requests(0, 1, RAISES, SLEEPS)
    campaign = ask_for(settings, requests)
    options = {"n_workers": 1, "simulation": FAKE, "run": in_process}
    thread = threading.Thread(target=work, args=(settings,), kwargs=options)
    thread.start()
    with open_store(settings) as store:
        wait_for(lambda: [item.request.key for item in find_progress(store).running] == [requests[3].key])
        progress = find_progress(store)
        (found,) = progress.campaigns
        assert (found.n_done, found.n_failed, found.n_total, found.state) == (2, 1, 4, "working")
        assert [item.request.key for item in progress.running] == [requests[3].key]
        assert progress.is_working
        assert progress.n_pending == 1
        assert progress.seconds_left == pytest.approx(12.5)
        store.cancel_campaign(campaign.id)
    thread.join(timeout=10)
    with open_store(settings, is_read_only=True) as store:
        progress = find_progress(store)
    assert (progress.campaigns[0].state, progress.running, progress.is_working) == ("cancelled", (), False)


def test_a_campaign_without_a_worker_is_interrupted_and_one_without_rest_is_done(settings, make_requests):
    ask_for(settings, make_requests(0))
    with open_store(settings) as store:
        assert find_progress(store).campaigns[0].state == "interrupted"
        assert find_progress(store).seconds_left is None
        store.add_record(make_record(make_requests(0)[0].virtues, seed=0, protocol="smoke"))
        assert find_progress(store).campaigns[0].state == "done"
        assert find_progress(store, only="0" * 12).campaigns == ()


def wait_for(is_there, seconds=20):
    deadline = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
