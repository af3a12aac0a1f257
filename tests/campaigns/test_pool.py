"""The pool of processes."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from simulator.settings import PROJECT

WORKER = """
import sys
from pathlib import Path
from simulator.campaigns import ask
from simulator.campaigns.worker import resume
from simulator.protocols import SMOKE
from simulator.records import SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.store import open_store
from tests.campaigns.fakes import SLEEPS
from tests.factories import make_reference
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[1]))
facts = {"dataset": make_reference(), "virtues": Virtues.full(), "protocol": SMOKE}
with open_store(settings) as store:
    ask(store, [SimulationRequest(seed=SLEEPS, **facts)], name="sleeps")
resume(settings, n_workers=1, simulation="tests.campaigns.fakes:simulate")
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_worker_that_is_ended_leaves_no_process_and_no_word(settings, tmp_path, kind):
    with (tmp_path / "stderr").open("wb") as stderr:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(settings.cache)],
            cwd=PROJECT,
            stdout=stderr,
            stderr=stderr,
            start_new_session=True,
        )
    while not (settings.cache / "log").exists():
        assert worker.poll() is None
        time.sleep(0.1)
    left = psutil.Process(worker.pid).children(recursive=True)
    assert left
    worker.send_signal(kind)
    assert worker.wait(timeout=30) == -kind
    assert psutil.wait_procs(left, timeout=30)[1] == []
    assert (tmp_path / "stderr").read_text() == ""
