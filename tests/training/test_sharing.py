import subprocess
import sys

import pytest
import torch

from simulator.protocols import FAST
from simulator.training import sharing
from simulator.training.sharing import measure_rate, measure_sharing, try_numbers

TELLER = """
import sys
print([0.0, 0], flush=True)
for line in sys.stdin:
    print([float(line), {reserved}], flush=True)
"""


def tell(monkeypatch, code):
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", code.replace("{reserved}", str(100 + len(started)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    monkeypatch.setattr(sharing, "_start", start)
    return started


def test_rates_of_all_that_train_at_a_time_are_summed_and_the_largest_memory_counts(monkeypatch):
    started = tell(monkeypatch, TELLER)
    rates, most = try_numbers([1, 2, 3], seconds=0.5)
    assert rates == [(1, 0.5), (2, 1.0), (3, 1.5)]
    assert most == 102
    assert all(process.poll() is not None for process in started)


def test_a_process_that_ends_is_said(monkeypatch):
    tell(monkeypatch, "print([0.0, 0], flush=True)")
    with pytest.raises((ChildProcessError, BrokenPipeError)):
        try_numbers([1], seconds=0.5)


def test_slices_are_counted_from_the_second_epoch_on(monkeypatch):
    """The clock goes on by one second an epoch: two epochs of two steps each after the first."""
    monkeypatch.setattr(sharing, "EPOCH_SLICES", 40)
    clock = iter(range(100))
    monkeypatch.setattr(sharing.time, "perf_counter", lambda: float(next(clock)))
    assert measure_rate(FAST, side=16, seconds=1.5) == 2 * FAST.batch_size


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_nothing_is_measured():
    assert measure_sharing() is None
