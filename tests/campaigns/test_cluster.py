"""The same tasks on a `distributed` cluster, here one of this machine."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial

import psutil
import pytest

from simulator.campaigns import ask, find_progress
from simulator.campaigns.adaptive import ask_adaptive
from simulator.campaigns.child import Task, run_task
from simulator.campaigns.cluster import check_cluster, check_scheduler, run_on_cluster
from simulator.campaigns.handing import Tasks
from simulator.campaigns.running import read_running
from simulator.campaigns.worker import work
from simulator.errors import RequestError, SimulationError
from simulator.records import canonical_json
from simulator.settings import PROJECT
from simulator.store import Aim, open_store
from tests.campaigns.fakes import RAISES, read_log
from tests.campaigns.test_adaptive import REFERENCE, SPACE
from tests.campaigns.test_worker import wait_for

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(request, tmp_path):
    """Address of a scheduler with two workers or as many as a test asks for, in processes of their own."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, str(script), str(getattr(request, "param", 2))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        cwd=tmp_path,
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(timeout=30)


@pytest.mark.parametrize(
    "address", ["tls://10.0.0.1:8786", "tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:8786"]
)
def test_a_scheduler_of_this_machine_or_with_encryption_is_taken(address):
    check_scheduler(address)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "10.0.0.1:8786", "", "8786", "tcp://localhost.evil.org:1", "ucx://127.0.0.1:1"],
)
def test_a_scheduler_that_anybody_could_hand_code_to_is_refused(address):
    with pytest.raises(RequestError, match="--scheduler takes tls://HOST:PORT"):
        check_scheduler(address)


def test_without_the_optional_package_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RequestError, match="pip install distributed"):
        check_cluster("tcp://127.0.0.1:1")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr("simulator.campaigns.cluster.PATIENCE_SECONDS", 1.0)
    with pytest.raises(SimulationError, match=r"the scheduler tcp://127\.0\.0\.1:1 cannot be reached"):
        list(run_on_cluster(Tasks(iter([])), scheduler="tcp://127.0.0.1:1"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_campaign_runs_on_a_cluster_as_it_does_here(settings, make_requests, scheduler):
    requests = make_requests(0, 1, 2, RAISES)
    with open_store(settings) as store:
        ask(store, requests, name="n")
    run = partial(run_on_cluster, scheduler=scheduler)
    assert work(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate", run=run)
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == {request.key for request in requests[:3]}
        assert list(store.failures()) == [requests[3].key]
    assert sorted(read_log(settings, "begin")) == sorted(request.key for request in requests)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheduler", [1], indirect=True)
def test_a_worker_that_dies_costs_what_it_ran_and_the_campaign_goes_on_choosing(
    settings, scheduler, monkeypatch
):
    monkeypatch.setattr("simulator.campaigns.adaptive.read_space", lambda *args, **options: SPACE)
    other = replace(settings, cache=settings.cache.parent / "other")
    for place in (settings, other):
        with open_store(place) as store:
            ask_adaptive(store, REFERENCE, aim=Aim(n_trainings=7), protocol="fast", name="n")
    simulation = "tests.campaigns.fakes:simulate_but_die_at_the_sixth"
    run = partial(run_on_cluster, scheduler=scheduler)
    assert work(settings, n_workers=1, simulation=simulation, run=run)
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == set(read_log(settings, "end"))
    begun = read_log(settings, "begin")
    assert (len(begun), len(set(begun))) == (8, 7), "only what the dead worker ran began twice"
    assert work(other, n_workers=1, simulation="tests.campaigns.fakes:simulate", run=partial(map, run_task))
    assert read_log(settings, "end") == read_log(other, "end"), "it chooses as one that waits for each result"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheduler", [0], indirect=True)
def test_a_cluster_without_workers_is_said_in_one_line(scheduler, monkeypatch):
    monkeypatch.setattr("simulator.campaigns.cluster.PATIENCE_SECONDS", 1.0)
    with pytest.raises(SimulationError, match="has no workers; are they running"):
        list(run_on_cluster(Tasks(iter([])), scheduler=scheduler))


def make_tasks(settings, requests):
    """Make tasks that nothing is chosen for, so that each may wait."""
    settings.cache.mkdir()
    tasks = (
        Task(
            request=canonical_json(request.model_dump(mode="json")),
            settings=settings,
            simulation="tests.campaigns.fakes:simulate",
        )
        for request in requests
    )
    return Tasks(tasks, take_ahead=lambda: next(tasks, None))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheduler", [1], indirect=True)
def test_a_core_does_not_wait_for_the_worker_here(settings, make_requests, scheduler):
    results = run_on_cluster(make_tasks(settings, make_requests(0, 1, 2)), scheduler=scheduler)
    assert next(results)
    wait_for(lambda: len(read_log(settings, "end")) == 2)
    assert len(read_log(settings, "begin")) == 2, "one waited behind the first, and no more"
    assert len(list(results)) == 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheduler", [1], indirect=True)
def test_what_waits_is_not_said_to_run_and_a_cancelled_campaign_starts_nothing(
    settings, make_requests, scheduler
):
    first, waits, other, last = make_requests(0, 1, 2, 3)
    with open_store(settings) as store:
        cancelled = ask(store, [first, waits, other], name="cancelled")
        ask(store, [last], name="goes on")
    options = {"simulation": "tests.campaigns.fakes:simulate_slowly", "n_workers": 1}
    run = partial(run_on_cluster, scheduler=scheduler)
    thread = threading.Thread(target=work, args=(settings,), kwargs={**options, "run": run})
    thread.start()
    wait_for(lambda: read_log(settings, "begin"))
    assert {item.request.key for item in read_running(settings).running} == {first.key, waits.key}
    with open_store(settings) as store:
        assert [item.request.key for item in find_progress(store).running] == [first.key]
        store.cancel_campaign(cancelled.id)
    thread.join()
    assert read_log(settings, "begin") == [first.key, last.key]
    assert read_running(settings).running == ()
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == {first.key, last.key}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seconds", [0, 1], ids=["while it runs", "before it is fetched"])
def test_a_scheduler_that_goes_away_is_said_in_one_line(settings, make_requests, scheduler, seconds):
    tasks = make_tasks(settings, make_requests(*range(100)))
    results = run_on_cluster(tasks, scheduler=scheduler)
    assert next(results)
    time.sleep(seconds)
    (cluster,) = (child for child in psutil.Process().children() if "cluster.py" in str(child.cmdline()))
    cluster.kill()
    with pytest.raises(SimulationError, match="went away; what is recorded stays"):
        list(results)
