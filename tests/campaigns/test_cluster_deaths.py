"""Deaths on a cluster of four processes: nothing is lost, and nothing stands twice in the store.

The campaign is run by a process of its own, as `campaign run` is; its trainings are pretended.
"""

import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from simulator.campaigns import ask
from simulator.settings import PROJECT
from simulator.store import open_store
from tests.campaigns.fakes import read_log
from tests.campaigns.test_chaos import (
    check_that_nothing_is_lost_or_done_twice,
    count_records,
    wait_for_records,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

N_TRAININGS = 60
N_LOST = 2
"""Trainings that a core may lose: the one that runs, and one just over whose record is still on its way."""

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    port = int(sys.argv[1])
    with LocalCluster(
        n_workers=4, threads_per_worker=1, scheduler_port=port, dashboard_address=None, silence_logs=50
    ):
        print("ready", flush=True)
        sys.stdin.read()
"""

DRIVER = """
import sys
from functools import partial
from pathlib import Path
from simulator.campaigns.cluster import run_on_cluster
from simulator.campaigns.worker import work
from simulator.errors import SimulationError
from simulator.settings import Settings
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[2]))
run = partial(run_on_cluster, scheduler=sys.argv[3])
try:
    work(settings, n_workers=4, simulation="tests.campaigns.fakes:simulate", run=run)
except SimulationError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def address():
    """Choose a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{found.getsockname()[1]}"


@pytest.fixture
def start_cluster(address, tmp_path):
    """Start a cluster at the address, in processes that end with the test."""
    started = []
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)

    def start():
        process = psutil.Popen(
            [sys.executable, str(script), address.rpartition(":")[2]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ_without_cache(), "PYTHONPATH": str(PROJECT)},
            cwd=tmp_path,
        )
        started.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        end(process)


@pytest.fixture
def start_driver(settings, address, tmp_path):
    """Start what runs the campaign."""
    started = []

    def start():
        process = psutil.Popen(
            [sys.executable, "-c", DRIVER, str(settings.cache), str(settings.published), address],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            env=environ_without_cache(),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)


def environ_without_cache():
    return {name: value for name, value in os.environ.items() if name != "LABELWISE_CACHE"}


def end(process):
    """Kill a process and all that it started."""
    if process.is_running():
        for found in [*process.children(recursive=True), process]:
            found.kill()
    process.communicate()


def workers_of(cluster):
    """Find the four processes that run trainings."""
    return [child for child in cluster.children() if any("spawn_main" in part for part in child.cmdline())]


@pytest.fixture
def asked(settings, make_requests):
    requests = make_requests(*range(N_TRAININGS))
    with open_store(settings) as store:
        ask(store, requests, name="deaths")
    return requests


def test_workers_that_are_killed_cost_only_what_they_had(settings, asked, start_cluster, start_driver):
    cluster, driver = start_cluster(), start_driver()
    for n_records in (5, 20, 35):
        wait_for_records(settings, n_records)
        workers_of(cluster)[0].kill()
    assert driver.wait(timeout=120) == 0, driver.stderr.read()
    assert N_TRAININGS <= len(read_log(settings, "begin")) <= N_TRAININGS + 3 * N_LOST
    check_that_nothing_is_lost_or_done_twice(settings, asked)


def test_a_scheduler_that_is_killed_is_said_and_the_next_one_goes_on(
    settings, asked, start_cluster, start_driver
):
    cluster, driver = start_cluster(), start_driver()
    wait_for_records(settings, 10)
    cluster.kill()  # its workers end with it
    assert b"went away; what is recorded stays, begin again once it runs" in driver.communicate(timeout=60)[1]
    assert driver.returncode == 1
    n_before = count_records(settings)
    assert 10 <= n_before < N_TRAININGS
    time.sleep(2)
    start_cluster()
    assert start_driver().wait(timeout=120) == 0
    assert len(read_log(settings, "begin")) <= N_TRAININGS + 4 * N_LOST
    check_that_nothing_is_lost_or_done_twice(settings, asked)


def test_a_campaign_that_is_killed_goes_on_with_the_same_cluster(
    settings, asked, start_cluster, start_driver
):
    start_cluster()
    for n_records in (5, 20, 35):
        driver = start_driver()
        wait_for_records(settings, n_records)
        driver.kill()
        driver.wait()
    assert start_driver().wait(timeout=120) == 0
    assert len(read_log(settings, "begin")) <= N_TRAININGS + 3 * 4 * N_LOST
    check_that_nothing_is_lost_or_done_twice(settings, asked)
