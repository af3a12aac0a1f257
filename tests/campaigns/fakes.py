"""Simulations that take moments, named as `simulator.simulate:simulate` is, so that a pool's children can import them.

What a fake is to do is said by its seed; what it did is written, a line each, to the file ``log`` in the cache folder.
"""

import os
import time

from simulator.datasets import load_prepared
from simulator.errors import DatasetError
from simulator.records import EpochScore
from tests.factories import make_record

__all__ = [
    "DIES",
    "RAISES",
    "REFUSES",
    "SLEEPS",
    "read_log",
    "simulate",
    "simulate_but_die_at_the_sixth",
    "simulate_quickly",
    "simulate_slowly",
    "simulate_where_nothing_was_loaded",
    "simulate_with_slices",
]

LOADED_IN = os.getpid()
SECONDS = 0.15
N_EPOCHS = 3
RAISES = 1_000_100
DIES = 1_000_200
REFUSES = 1_000_300
SLEEPS = 1_000_400
"""From these seeds on a fake raises, kills its process, refuses its data set, or sleeps for a minute."""


def simulate(request, *, settings, on_epoch, seconds=SECONDS):
    """Pretend to train."""
    write_log(settings, "begin", request)
    behave(request.seed)
    for epoch in range(1, N_EPOCHS + 1):
        time.sleep(seconds / N_EPOCHS)
        on_epoch(EpochScore(epoch=epoch, train_loss=0.5, val_dice=0.5), N_EPOCHS)
    write_log(settings, "end", request)
    return make_record(
        request.virtues, seed=request.seed, protocol=request.protocol.name, reference=request.dataset
    )


def simulate_quickly(request, *, settings, on_epoch):
    """Pretend to train so quickly that a worker mostly stores."""
    return simulate(request, settings=settings, on_epoch=on_epoch, seconds=SECONDS / 10)


def simulate_slowly(request, *, settings, on_epoch):
    """Pretend to train for as long as it takes to cancel what waits."""
    return simulate(request, settings=settings, on_epoch=on_epoch, seconds=3)


def simulate_but_die_at_the_sixth(request, *, settings, on_epoch):
    """Pretend to train; the sixth that begins kills its process."""
    if len(read_log(settings, "begin")) == 5:
        write_log(settings, "begin", request)
        os._exit(9)
    return simulate(request, settings=settings, on_epoch=on_epoch)


def simulate_with_slices(request, *, settings, on_epoch):
    """Pretend to train on slices, which must be there; what is found depends on them."""
    dataset = load_prepared(
        request.dataset.fingerprint, slice_size=request.protocol.slice_size, settings=settings
    )
    n_bright = sum(int((volume.images > 0).sum()) for volume in dataset.pool)
    record = simulate(request, settings=settings, on_epoch=on_epoch, seconds=1)
    return record.model_copy(update={"cost": record.cost.model_copy(update={"slice_steps": n_bright})})


def simulate_where_nothing_was_loaded(request, *, settings, on_epoch):
    """Pretend to train, unless this very process had to load this module."""
    if os.getpid() == LOADED_IN:
        raise ZeroDivisionError
    return simulate(request, settings=settings, on_epoch=on_epoch)


def behave(seed):
    """Do what the seed says."""
    if seed >= SLEEPS:
        sleep_long()
    elif seed >= REFUSES:
        raise DatasetError("expected a prepared data set, got none; prepare it")
    elif seed >= DIES:
        os._exit(9)
    elif seed >= RAISES:
        raise ZeroDivisionError("one thing\nby nothing")


def sleep_long():
    """Sleep until somebody kills this process."""
    time.sleep(60)


def write_log(settings, what, request):
    """Append one line: what, key, process, threads, time; short writes do not mix."""
    threads = os.environ.get("OMP_NUM_THREADS")
    with (settings.cache / "log").open("a") as file:
        file.write(f"{what} {request.key} {os.getpid()} {threads} {time.time()}\n")


def read_log(settings, what):
    """Keys of the simulations that began or ended, in order."""
    path = settings.cache / "log"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split()[1] for line in lines if line.startswith(what)]
