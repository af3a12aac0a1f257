"""Does the interval that is stated for a lab's own volumes hold what these give? (docs/method.md, §15).

`N_SPLITS` times, a data set is split at random: two pools of `N_POOL` volumes to label from and two sets of `N_TEST` to
test on, none in two of them. One half plays the measured data set, the other one the lab, and then the other way round.
Reads `cache/published/pools`, no volume, and prints the tables of benchmarks/results.md.

``PYTHONPATH=. python benchmarks/pools.py FOLDER`` makes those records; FOLDER is Task04_Hippocampus or
OpenKBP_Mandible. It trains what has no record yet, one after the other on one thread, so it may be stopped and started
again; ten seconds each on an idle core. Prepared slices go to LABELWISE_CACHE. Splits that are not whole are passed
over; second trainings tell only by how much two on the same volumes differ, and a few of them do.
"""

import argparse
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from benchmarks.trained import add_trained, read_trained
from simulator.analysis import choose_runs, keep_proxy
from simulator.analysis.law.law import coordinates_of
from simulator.analysis.law.pool import estimate_volume_variance, pool_variance
from simulator.analysis.law.prior import Prior
from simulator.analysis.others import learn_from_others
from simulator.analysis.study import make_study
from simulator.datasets import open_dataset, prepare_dataset
from simulator.datasets.split import Split
from simulator.effort import Prices
from simulator.planning.project import HERS
from simulator.protocols import FAST
from simulator.records import Performance, SimulationRequest, Virtues, parse_record
from simulator.settings import load_settings
from simulator.simulate import simulate
from simulator.statistics.uncertainty import LEVEL
from simulator.store import open_store
from simulator.store.columns import make_row
from simulator.store.table import extend_table

N_SPLITS = 20
N_POOL, N_TEST = 16, 16
N_SEEDS = 2
HALVES = "ab"

COLUMNS = (
    ("by means", ("means", False), True),
    ("the same test volumes", ("means", True), True),
    ("her chance left out", ("means", False), False),
    ("by a law of so few", ("law", False), True),
)
"""Way to state, whether both are tested on the same volumes, and whether her own chance is added to the interval."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How a data set is sliced, as it was for the published grids, and how many volumes are labeled."""

    axis: int
    labels: tuple[int, ...]
    n_volumes: tuple[int, ...]


CUTS = {
    "Task04_Hippocampus": Cut(axis=1, labels=(1, 2), n_volumes=(5, 9, 16)),
    "OpenKBP_Mandible": Cut(axis=2, labels=(1,), n_volumes=(5, 16)),
}


def open_half(source, *, split, half):
    """Take a half for a data set: a pool of its own, and the test volumes of both halves.

    Neither ids nor ``--pool`` decide which volumes these are, as the first ones would be in every split.
    """
    ids = np.array(sorted(str(scan.id) for scan in source.scans))
    order = ids[np.random.default_rng([split, 0]).permutation(len(ids))]
    n_test = len(HALVES) * N_TEST
    start = n_test + N_POOL * HALVES.index(half)
    test, pool = sorted(order[:n_test]), sorted(order[start : start + N_POOL])
    chosen = replace(source, name=f"{source.name}-{split:02d}{half}")
    left_out = tuple(sorted({*ids} - {*test} - {*pool}))
    vars(chosen).update(
        scans=source.scans, split=Split(test=tuple(test), pool=tuple(pool), left_out=left_out)
    )
    return chosen


def list_requests(folder, settings, *, n_seeds):
    """List all trainings: one of every half and number of volumes, then a second one. No two halves share a seed."""
    cut = CUTS[folder.name]
    source = open_dataset(str(folder), settings=settings, axis=cut.axis, labels=cut.labels)
    first = product([0], range(N_SPLITS), HALVES, cut.n_volumes)
    # All of a pool before some of it: seeds then differ by their trainings alone.
    again = product(reversed(cut.n_volumes), HALVES, range(N_SPLITS))
    second = ((1, split, half, n) for n, half, split in again)
    references = {}
    for number, split, half, n in chain(first, second if n_seeds > 1 else ()):
        if (split, half) not in references:
            chosen = open_half(source, split=split, half=half)
            prepare_dataset(chosen, slice_size=FAST.slice_size, settings=settings)
            references[split, half] = chosen.reference
        yield SimulationRequest(
            dataset=references[split, half],
            virtues=Virtues(diversity=n / N_POOL, completeness=1, quality=1),
            protocol=FAST,
            seed=N_SEEDS * (2 * split + HALVES.index(half)) + number,
        )


def train_missing(folder, *, n_seeds):
    """Train what has no record yet."""
    settings = load_settings()
    path = settings.published / "pools" / f"{folder.name}.jsonl"
    done = {one["key"] for one in read_trained(path)}
    for request in list_requests(folder, settings, n_seeds=n_seeds):
        if request.key in done:
            continue
        record = simulate(request, settings=settings)
        add_trained(path, record.to_json())
        print(
            f"{request.dataset.name}, {record.achieved.n_volumes} volumes, seed {request.seed}: "
            f"{record.performance.dice:.4f}, {record.cost.seconds:.1f} s",
            flush=True,
        )


def read_runs(path):
    """Read the run table of whole splits on each set of test volumes, a and b, and on both."""
    records = [parse_record(line) for line in path.read_bytes().splitlines()]
    splits = [record.seed // (2 * N_SEEDS) for record in records]
    cases = pd.DataFrame({"split": splits, "case": [(r.dataset.name, r.virtues.diversity) for r in records]})
    n_cases = len(HALVES) * len(CUTS[path.stem].n_volumes)
    is_whole = cases.groupby("split")["case"].transform("nunique") == n_cases
    records = [record for record, keeps in zip(records, is_whole, strict=True) if keeps]
    tables = {}
    for name, chosen in {"a": slice(0, None, 2), "b": slice(1, None, 2), "both": slice(None)}.items():
        rows = [make_row(keep_volumes(record, chosen), source="local") for record in records]
        table = extend_table(None, rows)
        tables[name] = table.assign(lab=table["seed"] // N_SEEDS)
    return tables


def keep_volumes(record, chosen):
    """Keep some of a record's test volumes."""
    counts = record.per_volume[chosen]
    return record.model_copy(update={"per_volume": counts, "performance": Performance.of(counts)})


class Known(NamedTuple):
    """What is known of chance: b by the published grid, t² by second trainings on the same volumes, others' prior."""

    of_volume: float
    of_training: float
    n_repeated: int
    prior: Prior


def read_known(table, name, runs):
    """Read b off the published grid, t² off the pools that were trained twice in full, and a stranger's prior."""
    grid = keep_proxy(choose_runs(table, dataset=name, protocol=FAST.name), "interpolation")
    full = runs[runs["n_volumes"] == N_POOL]
    variances = np.log(1 - full["dice"]).groupby(full["lab"]).var().dropna()
    stranger = HERS.model_copy(update={"name": name})
    return Known(
        of_volume=estimate_volume_variance(grid),
        of_training=float(variances.mean()),
        n_repeated=len(variances),
        prior=learn_from_others(table, reference=stranger, protocol=FAST.name, proxy="interpolation"),
    )


def state_by_law(runs, wanted, known):
    """State ln(1 − Dice) by the law of some trainings: mean, its variance, and that of its test volumes."""
    law = make_study(runs, prices=Prices(), prior=known.prior).law
    expected = law.process.expect(coordinates_of(wanted.assign(achieved_quality=1.0)))
    return expected.mean, expected.variance, vary_mean(expected.weights @ law.shared)


def state_by_means(runs, wanted, known):
    """State the same by the mean of each number of volumes alone."""
    means, alone, shared = [], [], []
    for n in wanted["n_volumes"]:
        here = runs[runs["n_volumes"] == n]
        lacking = 1 - np.stack(here["volume_dice"].tolist()).mean(axis=0)
        means.append(np.log(1 - here["dice"]).mean())
        alone.append((known.of_training + known.of_volume * (1 / n - 1 / N_POOL)) / len(here))
        shared.append(lacking / lacking.mean() - 1)
    return np.array(means), np.array(alone), vary_mean(np.array(shared))


def vary_mean(of_volumes):
    """Variance of each row's mean over test volumes."""
    return (of_volumes**2).sum(axis=1) / (of_volumes.shape[1] * (of_volumes.shape[1] - 1))


def compare(tables, known):
    """Compare what each half gave with what the other states of it.

    One row a first training, way to state, and choice of test volumes: one set for hers and the other for the
    reference, the other way round, and both sets for both.
    """
    rows = []
    tests = (("a", "b"), ("b", "a"), ("both", "both"))
    tables = {name: runs[runs["seed"] % N_SEEDS == 0] for name, runs in tables.items()}
    for lab, (hers, theirs), way in product(tables["both"]["lab"].unique(), tests, ("law", "means")):
        is_same = hers == theirs
        wanted = tables[hers][tables[hers]["lab"] == lab]
        reference = tables[theirs][tables[theirs]["lab"] == lab ^ 1]
        state = state_by_law if way == "law" else state_by_means
        mean, alone, shared = state(reference, wanted, known)
        lacking = 1 - np.stack(wanted["volume_dice"].tolist())
        of_hers = vary_mean(lacking / lacking.mean(axis=1, keepdims=True) - 1)
        n_volumes = wanted["n_volumes"].to_numpy()
        found = {
            "split": lab // len(HALVES),
            "way": way,
            "is_same": is_same,
            "n_volumes": n_volumes,
            "off": np.log(1 - wanted["dice"].to_numpy()) - mean,
            "of_reference": alone,
            "of_pool": pool_variance(known.of_volume, n_volumes=n_volumes, n_measured=N_POOL),
            "of_training": known.of_training,
            # The same volumes are as hard for both.
            "of_test": 0.0 if is_same else shared,
            "of_her_test": 0.0 if is_same else of_hers,
            "n_test": lacking.shape[1],
        }
        rows.append(pd.DataFrame(found))
    return pd.concat(rows, ignore_index=True)


def hold(rows, *, has_pool, has_own):
    """Say which trainings lie in the interval, with the chance of the pool or without, with their own or without."""
    quantile, of_test = stdtrit([np.inf, rows["n_test"].iloc[0] - 1], (1 + LEVEL) / 2)
    normal = rows["of_reference"] + has_pool * rows["of_pool"] + has_own * rows["of_training"]
    tests = rows["of_test"] + has_own * rows["of_her_test"]
    return np.abs(rows["off"]) <= np.hypot(quantile * np.sqrt(normal), of_test * np.sqrt(tests))


def learn_from_scores(tables, known):
    """Let one score of a half say what its other numbers of volumes give, on test volumes that it was not scored on.

    One row a half, way to learn, number of volumes that is scored, other number, and choice of test volumes. *Nested*
    is as in `learn_shift` (docs/method.md, §15); *one shift* is as it was: a score moves all numbers alike.
    """
    rows = []
    tables = {name: runs[runs["seed"] % N_SEEDS == 0] for name, runs in tables.items()}
    for lab, (scored_on, tested_on) in product(tables["both"]["lab"].unique(), (("a", "b"), ("b", "a"))):
        reference = tables["both"][tables["both"]["lab"] == lab ^ 1]
        scored = tables[scored_on][tables[scored_on]["lab"] == lab]
        wanted = tables[tested_on][tables[tested_on]["lab"] == lab]
        n_volumes = wanted["n_volumes"].to_numpy(dtype=float)
        mean, alone, shared = state_by_means(reference, wanted, known)
        before = alone + shared
        off = np.log(1 - wanted["dice"].to_numpy()) - mean
        lacking = 1 - np.stack(wanted["volume_dice"].tolist())
        own = known.of_training + vary_mean(lacking / lacking.mean(axis=1, keepdims=True) - 1)
        seen = np.log(1 - scored["dice"].to_numpy()) - mean
        lacking = 1 - np.stack(scored["volume_dice"].tolist())
        chance = known.of_training + vary_mean(lacking / lacking.mean(axis=1, keepdims=True) - 1)
        for at, i in product(range(len(scored)), range(len(wanted))):
            if scored["n_volumes"].iloc[at] == wanted["n_volumes"].iloc[i]:
                continue
            each = pool_variance(known.of_volume, n_volumes=n_volumes[[at, i]], n_measured=N_POOL)
            there, here = before[[at, i]] + each
            # The fewer volumes are among the more, in her pool and in the reference's.
            of_reference = known.of_volume * (1 / n_volumes[[at, i]].max() - 1 / N_POOL)
            common = of_reference + np.sqrt(shared[at] * shared[i]) + each.min()
            for way in ("no score", "one shift", "nested"):
                further = 0.0 if way == "no score" else max(0.0, seen[at] ** 2 - there - chance[at])
                gain = (common + further) / (there + chance[at] + further) * (way != "no score")
                left = here + further - gain * (common + further)
                if way == "one shift":
                    gain = (there + further) / (there + chance[at] + further)
                    left = gain * chance[at]
                rows.append(
                    {
                        "split": lab // len(HALVES),
                        "way": way,
                        "n_scored": int(n_volumes[at]),
                        "n_volumes": int(n_volumes[i]),
                        "off": off[i] - gain * seen[at],
                        "variance": left + own[i],
                    }
                )
    return pd.DataFrame(rows)


def show_scores(rows):
    """Print how often what is stated after one score holds, and by how much it is off."""
    print("| scored | stated for | way | coverage | seen | expected |")
    print("| --- " * 6 + "|")
    quantile = stdtrit(np.inf, (1 + LEVEL) / 2)
    held = np.abs(rows["off"]) <= quantile * np.sqrt(rows["variance"])
    rows = rows.assign(held=held, square=1000 * rows["off"] ** 2, variance=1000 * rows["variance"])
    groups = [(("all", "all", way), part) for way, part in rows.groupby("way", sort=False)]
    groups += list(rows.groupby(["n_scored", "n_volumes", "way"], sort=False))
    for (n_scored, n_volumes, way), part in groups:
        by_split = part.groupby("split")["held"].mean()
        error = by_split.std() / np.sqrt(len(by_split))
        print(
            f"| {n_scored} | {n_volumes} | {way} | {part['held'].mean():.2f} ± {error:.2f} "
            f"| {part['square'].mean():.1f} | {part['variance'].mean():.1f} |"
        )


def show_coverage(rows):
    """Print how often the intervals hold what the halves gave, with its standard error over splits."""
    print("| volumes | trainings | " + " | ".join(title for title, _, _ in COLUMNS) + " |")
    print("| --- " * (2 + len(COLUMNS)) + "|")
    groups = [("all", rows), *((str(n), group) for n, group in rows.groupby("n_volumes"))]
    for title, group in groups:
        cells = []
        for _, chosen, has_own in COLUMNS:
            part = group[(group["way"] == chosen[0]) & (group["is_same"] == chosen[1])]
            without, held = (hold(part, has_pool=has_pool, has_own=has_own) for has_pool in (False, True))
            by_split = held.groupby(part["split"]).mean()
            error = by_split.std() / np.sqrt(len(by_split))
            cells.append(f"{without.mean():.2f} → {held.mean():.2f} ± {error:.2f}")
        n_trainings = (group["is_same"] & (group["way"] == "law")).sum()
        print(f"| {title} | {n_trainings} | " + " | ".join(cells) + " |")


def show_variances(rows):
    """Print by how much halves differ, and what was expected of that."""
    print("| volumes | test volumes | seen | expected | reference | pool | training | test volumes |")
    print("| --- " * 8 + "|")
    part = rows[rows["way"] == "means"]
    for (is_same, n), group in part.groupby(["is_same", "n_volumes"]):
        names = ["of_reference", "of_pool", "of_training", "of_test", "of_her_test"]
        means = 1000 * group[names].mean()
        cells = [1000 * (group["off"] ** 2).mean(), means.sum(), *means.iloc[:3], means.iloc[3:].sum()]
        title = "the same" if is_same else "own"
        print(f"| {n} | {title} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")


def main():
    """Print the tables."""
    settings = load_settings()
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    for path in sorted((settings.published / "pools").glob("*.jsonl")):
        tables = read_runs(path)
        known = read_known(table, path.stem, tables["both"])
        rows = compare(tables, known)
        print(
            f"\n**{path.stem}**, {rows['split'].nunique()} splits, b = {known.of_volume:.3f}, t² = "
            f"{known.of_training:.4f} ({known.n_repeated} pools): coverage of nominal 0.90 without → with the chance "
            "of the pool ± standard error\n"
        )
        show_coverage(rows)
        print("\nVariance × 1000 of the difference in ln(1 − Dice)\n")
        show_variances(rows)
        print("\nAfter one score on other test volumes, nominal 0.90; variance × 1000\n")
        show_scores(learn_from_scores(tables, known))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="data set to train on; none to print the tables")
    parser.add_argument("--seeds", type=int, default=N_SEEDS, help="1 leaves second trainings out")
    arguments = parser.parse_args()
    if arguments.folder:
        train_missing(arguments.folder, n_seeds=arguments.seeds)
    else:
        main()
