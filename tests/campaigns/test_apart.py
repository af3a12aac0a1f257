"""A cluster of two machines that share no folder: network namespaces, each with a disk and a name of its own.

Only root may make them; elsewhere these tests are skipped.
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from simulator.campaigns import ask, find_progress
from simulator.datasets import load_prepared, open_dataset, prepare_dataset
from simulator.protocols import SMOKE
from simulator.records import SimulationRequest, Virtues
from simulator.settings import PROJECT, Settings
from simulator.store import open_store
from tests.campaigns.fakes import simulate_with_slices

IS_ROOT = (
    hasattr(os, "geteuid") and os.geteuid() == 0 and all(map(shutil.which, ("ip", "unshare", "openssl")))
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not IS_ROOT, reason="only root may make network namespaces"),
]

DRIVER = """
import sys
from functools import partial
from pathlib import Path
from simulator.campaigns.cluster import run_on_cluster
from simulator.campaigns.worker import work
from simulator.settings import Settings
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[2]))
run = partial(run_on_cluster, scheduler=sys.argv[3])
work(settings, n_workers=1, simulation="tests.campaigns.fakes:simulate_with_slices", run=run)
"""


@pytest.fixture
def ends():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def environ(tmp_path):
    """Make a certificate that all of the cluster share; give the environment that dask reads it from."""
    subject = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=labelwise")
    command("openssl", "req", *subject, "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem")
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "cert.pem").read_text() + (tmp_path / "key.pem").read_text())
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    return {
        **{name: value for name, value in os.environ.items() if name != "LABELWISE_CACHE"},
        **{f"{tls}{role}__CERT": str(both) for role in ("SCHEDULER", "WORKER", "CLIENT")},
        f"{tls}CA_FILE": str(tmp_path / "cert.pem"),
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "PYTHONPATH": str(PROJECT),
    }


@pytest.fixture
def start(environ, tmp_path, ends):
    """Start a process that ends with the test; what it says is written to a file."""

    def start_process(*arguments):
        log = ends.enter_context((tmp_path / f"{secrets.token_hex(4)}.log").open("w+"))
        process = psutil.Popen(list(map(str, arguments)), cwd=tmp_path, env=environ, stdout=log, stderr=log)
        process.log = Path(log.name)
        ends.callback(end, process)
        return process

    return start_process


def end(process):
    if process.is_running():
        for found in [*process.children(recursive=True), process]:
            found.kill()
    process.wait()


def command(*arguments):
    subprocess.run(list(map(str, arguments)), check=True, capture_output=True)


@pytest.fixture
def scheduler(start):
    """Start a scheduler; give the port that it listens on."""
    port = secrets.choice(range(20_000, 30_000))
    options = ("--protocol", "tls", "--port", port, "--no-dashboard")
    start(sys.executable, "-m", "distributed.cli.dask_scheduler", *options)
    return port


@pytest.fixture
def machine(start, scheduler, lab, tmp_path, ends):
    """Start a worker on a machine of its own: its network, its name, and in the place of our folder one of its own."""

    def start_machine(number, *, n_bytes="1g"):
        name, net = f"lw{os.getpid()}-{number}", f"10.213.{number}"
        command("ip", "netns", "add", name)
        ends.callback(command, "ip", "netns", "del", name)
        command("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        command("ip", "addr", "add", f"{net}.1/30", "dev", name)
        command("ip", "link", "set", name, "up")
        command("ip", "-n", name, "addr", "add", f"{net}.2/30", "dev", "eth0")
        command("ip", "-n", name, "link", "set", "eth0", "up")
        options = f"--nthreads 1 --no-dashboard --local-directory {tmp_path / f'scratch{number}'}"
        script = (
            f"mount -t tmpfs -o size={n_bytes} none {lab} && hostname gpu{number} && exec {sys.executable} "
            f"-m distributed.cli.dask_worker tls://{net}.1:{scheduler} --no-nanny {options}"
        )
        return start("ip", "netns", "exec", name, "unshare", "--uts", "sh", "-c", script)

    return start_machine


@pytest.fixture
def lab(tmp_path):
    """Make the folder that each machine has another one in the place of."""
    (tmp_path / "lab").mkdir()
    return tmp_path / "lab"


@pytest.fixture
def settings(lab, tmp_path):
    return Settings(cache=lab / "cache", published=tmp_path / "published")


@pytest.fixture
def requests(settings):
    """Ask for six simulations of prepared slices."""
    source = open_dataset("phantom", settings=settings, n_pool=4)
    prepare_dataset(source, slice_size=SMOKE.slice_size, settings=settings)
    facts = {"dataset": source.reference, "virtues": Virtues.full(), "protocol": SMOKE}
    asked = [SimulationRequest(**facts, seed=seed) for seed in range(6)]
    with open_store(settings) as store:
        ask(store, asked, name="apart")
    return asked


def test_slices_are_sent_and_it_is_seen_where_each_runs(
    start, scheduler, machine, settings, requests, tmp_path
):
    machines = [machine(number) for number in (1, 2)]
    address = f"tls://10.213.1.1:{scheduler}"
    driver = start(sys.executable, "-c", DRIVER, settings.cache, tmp_path, address)
    places, epochs = set(), set()
    with open_store(settings, is_read_only=True) as store:
        while driver.poll() is None:
            progress = find_progress(store)
            places.update(progress.places)
            epochs.update(item.epoch for item in progress.running)
            time.sleep(0.2)
        assert driver.poll() == 0, driver.log.read_text()
        assert store.keys() == {request.key for request in requests}
        found = {record.cost.slice_steps for record in store.records()}
    here = simulate_with_slices(requests[0], settings=settings, on_epoch=lambda *_: None)
    assert found == {here.cost.slice_steps}
    assert places - {""} == {"gpu1", "gpu2"}
    assert epochs > {0}
    names = load_prepared(
        requests[0].dataset.fingerprint, slice_size=SMOKE.slice_size, settings=settings
    ).names
    for process in machines:
        there = Path(f"/proc/{process.pid}/root{settings.cache}")
        assert (there / "log").exists()
        (described,) = (there / "prepared").glob("*/prepared.json")
        assert not any(name in described.read_text() for name in names.values())


def test_a_worker_that_has_no_room_is_named(start, scheduler, machine, settings, requests, tmp_path):
    machine(1, n_bytes="64k")
    address = f"tls://10.213.1.1:{scheduler}"
    driver = start(sys.executable, "-c", DRIVER, settings.cache, tmp_path, address)
    assert driver.wait() == 1
    said = driver.log.read_text()
    assert "the worker tls://10.213.1.2:" in said
    assert "cannot keep slices in" in said
    assert "start it with LABELWISE_CACHE set to a folder" in said
    with open_store(settings, is_read_only=True) as store:
        assert len(store.pending()) == len(requests)
        assert store.failures() == {}
