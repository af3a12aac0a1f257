"""The pool of processes."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from simulator.settings import PROJECT
from simulator.store import open_store

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
resume(settings, n_workers=1, simulation=sys.argv[2])
"""

WITHOUT_CUDA = """
import torch
def refuse(*_, **__):
    raise AssertionError("CUDA was asked for")
torch._C._cuda_getDeviceCount = torch._C._cuda_init = torch.cuda.is_available = refuse
torch.cuda._lazy_init = torch.cuda.init = torch.cuda.device_count = refuse
import simulator.simulate
print(torch.cuda.is_initialized())
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_worker_that_is_ended_leaves_no_process_and_no_word(settings, tmp_path, kind):
    with (tmp_path / "stderr").open("wb") as stderr:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(settings.cache), "tests.campaigns.fakes:simulate"],
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


@pytest.mark.slow
def test_a_simulation_that_cannot_be_imported_says_why(settings, tmp_path):
    (tmp_path / "breaks.py").write_text("raise RuntimeError('no driver for this device')")
    subprocess.run(
        [sys.executable, "-c", WORKER, str(settings.cache), "breaks:simulate"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
    )

    with open_store(settings) as store:
        (failure,) = store.failures().values()
    assert failure.what_happened == "RuntimeError: no driver for this device"


@pytest.mark.slow
def test_what_others_are_forked_from_never_asks_for_cuda():
    command = [sys.executable, "-c", WITHOUT_CUDA]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_what_others_are_forked_from_collects_no_garbage_while_it_imports(tmp_path):
    (tmp_path / "loaded.py").write_text("import gc; IS_COLLECTING = gc.isenabled()")
    script = (
        "import gc, sys; import simulator.campaigns.nursery; "
        "print(sys.modules['loaded'].IS_COLLECTING, gc.get_freeze_count() > 0, gc.isenabled())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "LABELWISE_PRELOAD": "loaded"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False True True\n"
