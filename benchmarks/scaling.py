"""What the campaign around trainings costs: how busy it keeps its workers, and what one training costs whom.

Trainings are pretended: they sleep, tell of three epochs, and return a record. Each measure runs in a process of its
own; seconds of unit costs are CPU, so that whoever else works on the machine changes them little. Efficiency is seconds
slept ÷ (workers × wall), start of the workers included, and needs a quiet machine. Takes about four minutes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.report import Row, tell
from simulator.campaigns import ask
from simulator.campaigns.cluster import run_on_cluster
from simulator.campaigns.worker import work
from simulator.protocols import SMOKE
from simulator.records import EpochScore, SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_record, make_reference

N_WORKERS = 4
SECONDS = 0.3
N_EPOCHS = 3
N_TIMED = 200
"""Trainings that unit costs are measured over, of as many as are pending."""

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def pretend(request, *, settings, on_epoch):
    """Sleep, and return a record with the counts of ten test volumes."""
    for epoch in range(1, N_EPOCHS + 1):
        time.sleep(SECONDS / N_EPOCHS)
        on_epoch(EpochScore(epoch=epoch, train_loss=0.5, val_dice=0.5), N_EPOCHS)
    return make_record(request.virtues, seed=request.seed, protocol="smoke", reference=request.dataset)


def campaign_of(n_trainings, folder):
    """Ask for trainings; give the settings of a new cache folder."""
    settings = Settings(cache=folder / "cache", published=folder / "published")
    facts = {"dataset": make_reference(), "virtues": Virtues.full(), "protocol": SMOKE}
    with open_store(settings) as store:
        ask(store, [SimulationRequest(**facts, seed=seed) for seed in range(n_trainings)], name="scaling")
    return settings


def measure_pool(folder, n_trainings):
    """Run all on processes of this machine."""
    settings = campaign_of(n_trainings, folder)
    return {"efficiency": run_all(settings, n_trainings)}


def measure_cluster(folder, n_trainings):
    """Run all on a cluster of as many processes, whose scheduler has one of its own."""
    import_module("distributed")  # once a campaign, and no cost of a training
    settings = campaign_of(n_trainings, folder)
    script = folder / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(  # noqa: S603
        [sys.executable, str(script), str(N_WORKERS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        address = process.stdout.readline().strip()
        before = cpu_of(process.pid), time.process_time()
        efficiency = run_all(settings, n_trainings, run=partial(run_on_cluster, scheduler=address))
        after = cpu_of(process.pid), time.process_time()
        process.stdin.close()
    scheduler, driver = (1000 * (b - a) / n_trainings for a, b in zip(before, after, strict=True))
    return {"efficiency": efficiency, "scheduler": scheduler, "driver": driver}


def run_all(settings, n_trainings, run=None):
    """Work until nothing is pending; give the percentage of the workers' time that was slept."""
    start = time.perf_counter()
    work(settings, n_workers=N_WORKERS, simulation="benchmarks.scaling:pretend", run=run)
    seconds = time.perf_counter() - start
    with open_store(settings, is_read_only=True) as store:
        assert len(store.keys()) == n_trainings, store.failures().popitem()
    return 100 * SECONDS * n_trainings / (N_WORKERS * seconds)


def cpu_of(pid):
    """CPU seconds that one process took so far, its children left out."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


class EnoughError(Exception):
    """As many trainings came back as are timed."""


def measure_early(folder, n_trainings):
    """Time the worker at the begin of a campaign: all are pending."""
    settings = campaign_of(n_trainings, folder)
    with open_store(settings) as store:
        store.pending()  # reads the campaign once
        listing = timed(store.pending, 10)
        records = [
            make_record(seed=seed, protocol="smoke") for seed in range(n_trainings, n_trainings + N_TIMED)
        ]
        adding = timed(lambda: store.add_record(records.pop()), N_TIMED)
    n_bytes = len(make_record(protocol="smoke").to_json())
    return {
        "listing": listing,
        "adding": adding,
        "whole": time_worker(settings),
        "kilobytes": n_bytes / 1000,
    }


def measure_late(folder, n_trainings):
    """Time the worker at its end: all but the last have a record."""
    settings = campaign_of(n_trainings, folder)
    with open_store(settings) as store, store.all_or_nothing():
        for request in [*store.pending().values()][:-N_TIMED]:
            store.add_record(make_record(seed=request.seed, protocol="smoke"))
    return {"whole": time_worker(settings)}


def time_worker(settings):
    """Time what the worker does around trainings that take no time, in milliseconds of CPU a training."""
    with open_store(settings, is_read_only=True) as store:
        seeds = [request.seed for request in store.pending().values()][:N_TIMED]
    answers = {seed: make_record(seed=seed, protocol="smoke").to_json() for seed in seeds}

    def answer(tasks):
        for task in islice(tasks, N_TIMED):
            yield answers[json.loads(task.request)["seed"]]
        raise EnoughError

    start = time.process_time()
    with suppress(EnoughError):
        work(settings, n_workers=1, run=answer)
    return 1000 * (time.process_time() - start) / N_TIMED


def timed(function, n_calls):
    """Milliseconds of CPU a call takes."""
    start = time.process_time()
    for _ in range(n_calls):
        function()
    return 1000 * (time.process_time() - start) / n_calls


MEASURES = {"pool": measure_pool, "cluster": measure_cluster, "early": measure_early, "late": measure_late}


def measure(name, n):
    """Run one measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", name, "--n", str(n)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="40 trainings, unit costs at 1,000 pending")
    parser.add_argument("--measure", choices=MEASURES)
    parser.add_argument("--n", type=int)
    asked = parser.parse_args()
    if asked.measure:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(MEASURES[asked.measure](Path(folder), asked.n)))
        raise SystemExit
    n = 40 if asked.quick else 1000
    pool, cluster = measure("pool", n), measure("cluster", n)
    runs = f"{n:,} trainings of {SECONDS} s, {N_WORKERS} at once"
    slept = {"processes": pool["efficiency"], "cluster": cluster["efficiency"]}
    rows = [
        *(
            Row(what=f"{runs}: {where}", values=[share], unit="% slept", target=90, wanted="at least")
            for where, share in slept.items()
        ),
        Row(what="a training on the cluster: the worker here", values=[cluster["driver"]], unit="ms CPU"),
        Row(what="a training on the cluster: its scheduler", values=[cluster["scheduler"]], unit="ms CPU"),
    ]
    for n in (1000,) if asked.quick else (1000, 10_000):
        units = [measure("early", n) for _ in range(1 if asked.quick else 3)]
        for name, what in (
            ("listing", "list what is pending"),
            ("adding", "add a record"),
            ("whole", "take the next and store its record"),
        ):
            values = [found[name] for found in units]
            rows.append(Row(what=f"{n:,} pending: {what}", values=values, unit="ms CPU"))
        values = [measure("late", n)["whole"] for _ in range(1 if asked.quick else 3)]
        rows.append(
            Row(what=f"{n:,} recorded: take the next and store its record", values=values, unit="ms CPU")
        )
    rows.append(Row(what="a record, of ten test volumes", values=[units[0]["kilobytes"]], unit="kB"))
    tell("scaling", rows, packages=("joblib", "distributed", "diskcache"), is_quick=asked.quick)
