"""Trainings an hour on all cores: our pool beside joblib around torch's plain loop; what one process of it costs.

Both train the protocol `fast` on the same examples of the embedded phantom, in the same order, for as many epochs,
and validate and evaluate alike: two trainings a core, of six of twelve volumes. Each run is a process of its own, in
turn, start-up included. The plain loop is that of benchmarks/training.py: a DataLoader over numbers of 32 bits. What
the processes of our pool were at is told by themselves. Takes about three minutes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from pkgutil import resolve_name

import joblib
import psutil

from benchmarks.report import Row, compile_modules, tell
from simulator.campaigns.child import Task
from simulator.campaigns.pool import run_pool
from simulator.datasets import open_dataset, prepare_dataset
from simulator.protocols import FAST, SMOKE
from simulator.records import SimulationRequest, Virtues, canonical_json
from simulator.settings import Settings

N_CORES = psutil.cpu_count()
MIB = 2**20
VIRTUES = Virtues(diversity=0.5, completeness=0.5, quality=0.9)


def hand_out(settings, requests, handed):
    """Make tasks as they are asked for, and note when."""
    for text in requests:
        task = Task(
            request=text, settings=settings, simulation="benchmarks.short_trainings:simulate_and_tell"
        )
        handed.append(task.started)
        yield task


def run_ours(settings, requests, *, n_workers=N_CORES):
    """Run requests in our pool; give what each told, the wait for its first epoch included, and the CPU of all."""
    handed, cpu = [], 0.0
    for text in run_pool(hand_out(settings, requests, handed), n_workers=n_workers):
        assert '"what_happened"' not in text, text
        cpu = cpu_of_children()  # while they are there
    keys = [SimulationRequest.model_validate_json(text).key for text in requests]
    told = [json.loads((settings.cache / f"told-{key}.json").read_text()) for key in keys]
    return [one | {"wait": one["begun"] - begin} for one, begin in zip(told, handed, strict=True)], cpu


def cpu_of_children():
    """CPU seconds of all processes below this one, so far."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times)


def measure_ours(settings, requests):
    start = time.perf_counter()
    told, cpu = run_ours(settings, requests)
    return {"seconds": time.perf_counter() - start, "cpu": cpu, "told": told}


def train_by_name(text, settings):
    """Load torch where the training is, and not before."""
    return resolve_name("benchmarks.short_trainings:train_plainly")(text, settings)


def measure_plain(settings, requests):
    start = time.perf_counter()
    joblib.Parallel(n_jobs=N_CORES)(joblib.delayed(train_by_name)(text, settings) for text in requests)
    return {"seconds": time.perf_counter() - start, "cpu": cpu_of_children()}


def measure_start(settings, requests):
    """Start one process, and, as the first is gone, another one beside what it was forked from."""
    [first], [further] = (run_ours(settings, [text], n_workers=1)[0] for text in requests[:2])
    return {
        "first": first["wait"],
        "first_cpu": first["cpu"] + first["cpu_server"],
        "further": further["wait"],
        "further_cpu": further["cpu"],
    }


MEASURES = {"ours": measure_ours, "plain": measure_plain, "start": measure_start}


def measure(name, cache, requests):
    """Run one measure in a process of its own."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, "--measure", name, "--cache", str(cache)],
        input="\n".join(requests),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def make_requests(settings, protocol, *, n, n_pool):
    """Prepare the phantom, and ask for trainings of it with as many seeds."""
    source = open_dataset("phantom", settings=settings, n_pool=n_pool)
    reference = prepare_dataset(source, slice_size=protocol.slice_size, settings=settings).reference
    facts = {"dataset": reference, "virtues": VIRTUES, "protocol": protocol}
    return [
        canonical_json(SimulationRequest(**facts, seed=seed).model_dump(mode="json")) for seed in range(n)
    ]


def make_rows(rounds, what):
    """Make the rows of rounds: measure → what it found."""
    n = len(rounds[0]["ours"]["told"])
    for name, side in (("ours", "our pool"), ("plain", "joblib, plain loop")):
        found = [one[name] for one in rounds]
        hourly = [3600 * n / one["seconds"] for one in found]
        yield Row(what=f"{what}: {side}", values=hourly, unit="trainings/h")
        yield Row(what=f"a training: {side}", values=[one["cpu"] / n for one in found], unit="s CPU")
    for key, unit in (("seconds", "trainings/h"), ("cpu", "trainings a second of CPU")):
        yield Row(
            what=f"ours ÷ joblib, {unit}",
            values=[one["plain"][key] / one["ours"][key] for one in rounds],
            unit="×",
            target=2 if key == "seconds" else None,
            wanted="at least",
        )
    for key, process in (("first", "the first process"), ("further", "a further process")):
        what = f"from handing out to the first epoch, {process}"
        yield Row(what=what, values=[one["start"][key] for one in rounds], unit="s", target=3)
        yield Row(what=f"{what}: CPU", values=[one["start"][f"{key}_cpu"] for one in rounds], unit="s CPU")
    told = [one["ours"]["told"] for one in rounds]
    yield Row(
        what="memory of one process alone beyond its model (USS), the largest after any epoch",
        values=[max(one["uss"] - one["model"] for one in some) / MIB for some in told],
        unit="MiB",
        target=250e6 / MIB,
    )
    for name, what, target in (
        ("evaluation", "evaluation on test volumes", 10),
        ("validation", "validation after each epoch", None),
    ):
        values = [100 * sum(one[name] for one in some) / sum(one["whole"] for one in some) for some in told]
        yield Row(what=what, values=values, unit="% of a training's CPU", target=target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of a short training a core")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        found = MEASURES[asked.measure](Settings(cache=asked.cache), sys.stdin.read().splitlines())
        print(json.dumps(found))
        raise SystemExit
    n_trainings, n_pool, protocol = (max(2, N_CORES), 4, SMOKE) if asked.quick else (4 * N_CORES, 12, FAST)
    compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(cache=Path(folder))
        requests = make_requests(settings, protocol, n=n_trainings, n_pool=n_pool)
        rounds = [
            {name: measure(name, settings.cache, requests) for name in MEASURES}
            for _ in range(1 if asked.quick else asked.rounds)
        ]
    rows = list(make_rows(rounds, f"{n_trainings} trainings, {N_CORES} at once"))
    tell("campaigns", rows, packages=("torch", "joblib"), is_quick=asked.quick)
