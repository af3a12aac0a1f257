"""The same tasks on a `distributed` cluster, here one of this machine."""

import os
import subprocess
import sys
from functools import partial

import pytest

from simulator.campaigns import ask
from simulator.campaigns.cluster import check_cluster, check_scheduler, run_on_cluster
from simulator.campaigns.worker import work
from simulator.errors import RequestError, SimulationError
from simulator.settings import PROJECT
from simulator.store import open_store
from tests.campaigns.fakes import RAISES, read_log

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(tmp_path):
    """Address of a scheduler with two workers, in processes of their own."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, str(script)],
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
def test_a_scheduler_that_is_not_there_is_said_in_one_line():
    with pytest.raises(SimulationError, match=r"the scheduler tcp://127\.0\.0\.1:1 cannot be reached"):
        list(run_on_cluster(iter([]), scheduler="tcp://127.0.0.1:1"))


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
