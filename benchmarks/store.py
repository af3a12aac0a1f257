"""What the store and the command line cost: an import, a first answer, a start, a project of 2,000 volumes.

Records are the hippocampus's, one of each strategy, under as many seeds as are needed, so that each has a key of its
own. Each measure is a command in a process of its own, in turn, several rounds; wall seconds are held against the
targets, CPU seconds stand beside them, as whoever else works on the machine changes those less.
Takes some four minutes.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Row, compile_modules, tell
from simulator.records import LabVolume, Project, SimulationRequest, parse_record
from simulator.settings import PUBLISHED, Settings
from simulator.store import open_store

DATASET = "Task04_Hippocampus"
RECOMMEND = ("recommend", DATASET, "--effort", "hours", "--budget", "5", "--json")
NAME = "2,000 volumes"

WARM = f"""
import time
from simulator import open_study
answer = lambda hours: open_study("{DATASET}").recommend(hours=hours)
answer(5)
start = time.perf_counter(), time.process_time()
answer(6)
print(time.perf_counter() - start[0], time.process_time() - start[1])
"""
"""The second question in a process, as a page asks it."""


class Cost(NamedTuple):
    """What one process took: wall and CPU seconds, peak of memory in MiB."""

    wall: float
    cpu: float
    memory: float


def make_records(path, *, n_records):
    """Write records as JSON Lines, each the answer to another request."""
    lines = (PUBLISHED / f"{DATASET}.jsonl").read_text().splitlines()
    kinds = {
        (found.virtues, found.protocol): (found, line) for line in lines for found in [parse_record(line)]
    }
    made = (remake(found, line, seed=seed) for seed in count(1000) for found, line in kinds.values())
    with path.open("w") as file:
        file.writelines(f"{line}\n" for line, _ in zip(made, range(n_records), strict=False))


def remake(record, line, *, seed):
    """Write a record as if another seed had found the same."""
    facts = {name: getattr(record, name) for name in ("dataset", "virtues", "protocol")}
    key = SimulationRequest(**facts, seed=seed).key
    return line.replace(record.key, key).replace(f'"seed":{record.seed},', f'"seed":{seed},')


def make_project(cache):
    """Save a project of 2,000 volumes that rests on the mandible."""
    rng = random.Random(1)  # noqa: S311
    volumes = tuple(
        LabVolume(
            name=f"CT_{index:04d}",
            n_slices=130,
            first_slice=(first := rng.randint(20, 50)),
            last_slice=first + rng.randint(30, 60),
            axis=2,
            spacing_mm=2.5,
        )
        for index in range(2000)
    )
    facts = {"modality": "CT", "structure": "mandible", "reference": "OpenKBP_Mandible"}
    with open_store(Settings(cache=cache, published=PUBLISHED)) as store:
        store.save_project(Project(id="c" * 12, name=NAME, hours=200.0, volumes=volumes, **facts))


def run(*arguments, cache):
    """Run one command to its end."""
    command = [sys.executable, "-m", "simulator", *map(str, arguments)]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        command, env=os.environ | {"LABELWISE_CACHE": str(cache)}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**10)


def ask_again(cache):
    """Ask a second question in a process that has answered one."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WARM],
        env=os.environ | {"LABELWISE_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Cost(*map(float, done.stdout.split()), memory=0)


def import_rows(found, *, n_records, is_largest):
    """Say what an import took; all of the process counts, its start too."""
    what = f"`records import`, {n_records:,} records"
    rates = [n_records / cost.cpu for cost in found]
    rows = [Row(what=what, values=rates, unit="a CPU second", target=5000, wanted="at least")]
    rows += [Row(what=f"{what}, wall", values=[n_records / cost.wall for cost in found], unit="a second")]
    if is_largest:
        rows[1:] = [
            Row(what=f"{what}, wall", values=[cost.wall for cost in found], unit="s", target=60),
            Row(what=f"{what}, peak", values=[cost.memory for cost in found], unit="MiB", target=1024),
        ]
    return rows


def seconds_rows(what, found, *, target=None):
    """Say what a command took, in wall seconds against the target, and in CPU seconds."""
    return [
        Row(what=what, values=[cost.wall for cost in found], unit="s", target=target),
        Row(what=f"{what}, CPU", values=[cost.cpu for cost in found], unit="s CPU"),
    ]


def measure(folder, *, sizes, n_rounds):
    """Measure all, and give the rows."""
    compile_modules()
    small, _, large = sizes
    caches = {n_records: folder / f"{n_records}" for n_records in sizes}
    rows = []
    for n_records, cache in caches.items():
        cache.mkdir()
        make_records(folder / "records.jsonl", n_records=n_records)
        # Each into a folder of its own; the largest once, as it takes as long as all others.
        n_more = 0 if n_records == large else n_rounds - 1
        again = [*(folder / f"again-{n_records}-{i}" for i in range(n_more)), cache]
        found = [run("records", "import", folder / "records.jsonl", cache=where) for where in again]
        if n_records != small:
            rows += import_rows(found, n_records=n_records, is_largest=n_records == large)
    (published := folder / "published").mkdir()
    (project := folder / "project").mkdir()
    make_project(project)
    first = {n_records: run(*RECOMMEND, cache=caches[n_records]) for n_records in (small, large)}
    run(*RECOMMEND, cache=published)
    run("project", "show", NAME, cache=project)
    costs = {}
    for _ in range(n_rounds):
        for what, target, arguments, cache in (
            (f"`recommend`, {small:,} records, new process", 1.5, RECOMMEND, caches[small]),
            (f"`recommend`, {large:,} records, new process", 3, RECOMMEND, caches[large]),
            ("`--help`", 0.6, ("--help",), published),
            ("`recommend`, what is published", 1.2, RECOMMEND, published),
            ("`project show`, 2,000 volumes", 1, ("project", "show", NAME), project),
            (
                "`project plan`, 2,000 volumes",
                5,
                ("project", "plan", NAME, "-o", folder / "plan.zip"),
                project,
            ),
        ):
            costs.setdefault((what, target), []).append(run(*arguments, cache=cache))
        costs.setdefault((f"another budget, {large:,} records, same process", None), []).append(
            ask_again(caches[large])
        )
    for (what, target), found in costs.items():
        rows += seconds_rows(what, found, target=target)
    for n_records, cost in first.items():
        rows += seconds_rows(f"`recommend`, {n_records:,} records, first since the import", [cost])
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer records, one round, results.md stays as it is"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(
            Path(scratch),
            sizes=(500, 1000, 2000) if asked.quick else (1000, 10_000, 100_000),
            n_rounds=1 if asked.quick else 5,
        )
    tell("store", found, packages=("numpy", "pandas", "pydantic", "scipy"), is_quick=asked.quick)
