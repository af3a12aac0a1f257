"""How much trainings get done that share a device: processes that train made-up slices side by side, one, two, four.

A process of its own (``python -m simulator.training.sharing``) prints one line of JSON, which
`simulator.campaigns.sharing` reads and keeps.
"""

import json
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from itertools import chain
from typing import IO

import joblib
import numpy as np
import torch

from ..protocols import FAST
from ..records import EpochScore, Protocol
from ..settings import PROJECT
from .device import choose_device
from .examples import Examples
from .loop import train
from .network import build_network

__all__ = ["make_examples", "measure_rate", "measure_sharing"]

N_TRAININGS = (1, 2, 4)
"""How many are tried at a time."""

SECONDS = 3.0
"""How long each number is tried."""

N_SLICES, EPOCH_SLICES = 64, 800
"""Made-up slices, and what one epoch draws of them."""

CONTEXT_BYTES = 600 * 2**20
"""What a process needs on a device besides its tensors: kernels and libraries; half a gigabyte on most."""


class _EnoughError(Exception):
    """The time is over."""


def make_examples(side: int, *, n_channels: int = 1) -> Examples:
    """Make slices up: noise, with a square that is brighter."""
    rng = np.random.default_rng(0)
    masks = np.zeros((N_SLICES, 1, side, side), dtype=bool)
    masks[:, :, side // 4 : side // 2, side // 4 : side // 2] = True
    images = rng.normal(size=(N_SLICES, n_channels, side, side)) + masks
    return Examples(
        images=torch.from_numpy(images).half(),
        masks=torch.from_numpy(masks),
        is_labeled=np.ones(N_SLICES, dtype=bool),
        volumes=np.arange(N_SLICES),
    )


def measure_rate(protocol: Protocol, *, side: int, seconds: float) -> float:
    """Measure how fast this process trains.

    Parameters
    ----------
    protocol : Protocol
    side : int
        Of the slices, in pixels.
    seconds : float
        How long; it begins with the second epoch, when all is recorded and allocated.

    Returns
    -------
    float
        Slices a second.
    """
    ends: list[float] = []

    def on_epoch(score: EpochScore, n_epochs: int) -> None:
        ends.append(time.perf_counter())
        if ends[-1] - ends[0] > seconds:
            raise _EnoughError

    with suppress(_EnoughError):
        train(
            build_network(protocol, n_channels=1, seed=0),
            make_examples(side),
            protocol=protocol.model_copy(update={"n_epochs": 10**6, "patience": None}),
            setup=choose_device(protocol.precision),
            n_labeled_slices_pool=EPOCH_SLICES,
            seed=0,
            on_epoch=on_epoch,
        )
    n_steps = round(0.8 * EPOCH_SLICES / protocol.batch_size)
    return (len(ends) - 1) * n_steps * protocol.batch_size / (ends[-1] - ends[0])


def measure_sharing() -> dict[str, object] | None:
    """Measure what one, two and four trainings at a time get done on this device, as far as there are processors.

    Returns
    -------
    dict or None
        As `simulator.campaigns.sharing.Sharing` wants it; None without a GPU.
    """
    if not torch.cuda.is_available():
        return None
    free_bytes, _ = torch.cuda.mem_get_info()
    rates, bytes_each = try_numbers([n for n in N_TRAININGS if n <= joblib.cpu_count()], seconds=SECONDS)
    return {
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "free_bytes": free_bytes,
        "bytes_each": bytes_each + CONTEXT_BYTES,
        "rates": rates,
    }


def try_numbers(numbers: list[int], *, seconds: float) -> tuple[list[tuple[int, float]], int]:
    """Let so many processes train at a time; gives slices a second of all together, and the bytes of one."""
    rates, most = [], 0
    with ExitStack() as stack:
        processes = [stack.enter_context(_start()) for _ in range(max(numbers))]
        try:
            for process in processes:
                _read(process.stdout)  # it is warm
            for number in numbers:
                for process in processes[:number]:
                    _write(process.stdin, seconds)
                told = [_read(process.stdout) for process in processes[:number]]
                rates.append((number, sum(rate for rate, _ in told)))
                most = max(most, *(int(reserved) for _, reserved in told))
        finally:
            for process in processes:
                process.kill()
    return rates, most


def _start() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "simulator.training.sharing", "--train"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _write(pipe: IO[str] | None, value: object) -> None:
    assert pipe is not None
    pipe.write(json.dumps(value) + "\n")
    pipe.flush()


def _read(pipe: IO[str] | None) -> tuple[float, float]:
    assert pipe is not None
    line = pipe.readline()
    if not line:
        raise ChildProcessError("a process that was to train ended")
    rate, reserved = json.loads(line)
    return rate, reserved


def _serve() -> None:
    """Train as long as each line asks for, and tell slices a second and the most bytes that were reserved."""
    for seconds in chain([0.0], map(float, sys.stdin)):
        rate = measure_rate(FAST, side=FAST.slice_size, seconds=seconds)
        reserved = torch.cuda.max_memory_reserved() if torch.cuda.is_available() else 0
        _write(sys.stdout, [rate, reserved])


if __name__ == "__main__":
    if sys.argv[1:] == ["--train"]:
        _serve()
    else:
        _write(sys.stdout, measure_sharing())
