"""Where should every n-th slice of a volume begin? (docs/method.md, §15).

`N_SEEDS` times, some volumes of a published pool are labeled on every n-th slice, and trained on with the protocol
`fast`: once with slices as far from one end of the structure as from the other, once begun elsewhere in each volume, as
plans are. Slices beyond the structure, a share as large, are chosen alike. Both are tested on the data set's test
volumes, and share what is random of a training. Reads `benchmarks/rhythms/`, no volume, and prints the table of
benchmarks/results.md.

``PYTHONPATH=. python benchmarks/rhythms.py FOLDER`` makes those records; FOLDER is Task04_Hippocampus or
OpenKBP_Mandible. It trains what has no record yet, one after the other on one thread, so it may be stopped and started
again. Prepared slices go to LABELWISE_CACHE.
"""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.orders import CUTS, IN_FULL, train_on, write_gain
from benchmarks.trained import add_trained, read_trained, train_or_show
from simulator.datasets import open_dataset, prepare_dataset
from simulator.planning.rhythm import every_nth, offset_of, sample_beyond
from simulator.protocols import FAST
from simulator.records import Performance
from simulator.settings import load_settings
from simulator.virtues import annotate_volume, select_volumes

TRAINED = Path(__file__).parent / "rhythms"
"""A line a training: how many volumes, which rhythm, where slices began, how many they were, and the Dice."""

N_SEEDS = 10
ASKED = {
    "Task04_Hippocampus": (48, ((48, 7), (16, 5))),
    "OpenKBP_Mandible": (58, ((22, 6),)),
}
"""Volumes of the published pool, and what is trained on: so many of them, every how manieth slice."""


def choose_in_the_middle(volume, name, *, every):
    """Choose slices as far from one end as from the other, in the structure and on either side of it."""
    first, last = int(volume.labeled[0]), int(volume.labeled[-1])
    sides = ((0, first - 1), (last + 1, len(volume.masks) - 1))
    beyond = [_center(*ends, every=every) for ends in sides if ends[1] >= ends[0]]
    return _center(first, last, every=every), np.concatenate(beyond or [np.zeros(0, dtype=np.int64)])


def _center(first, last, *, every):
    n = last - first + 1
    n_drawn = max(1, round(n / every))
    begin = first + max(0, (n - 1 - (n_drawn - 1) * every) // 2)
    return np.arange(begin, last + 1, every)[:n_drawn]


def choose_as_planned(volume, name, *, every):
    first, last = int(volume.labeled[0]), int(volume.labeled[-1])
    background = sample_beyond(first, last, n_slices=len(volume.masks), every=every, name=name)
    return np.array(every_nth(first, last, every=every, offset=offset_of(name))), np.array(background)


WAYS = {"middle": choose_in_the_middle, "planned": choose_as_planned}


def annotate(volume, name, choose, *, every, seed):
    """Label the chosen slices of a volume exactly."""
    whole = annotate_volume(volume, IN_FULL, level=1.0, seed=seed)
    used, background = choose(volume, name, every=every)
    return replace(whole, used_slices=np.intersect1d(used, volume.labeled), background_slices=background)


def train_missing(folder):
    """Train what has no record yet."""
    settings, cut, (n_pool, asked) = load_settings(), CUTS[folder.name], ASKED[folder.name]
    source = open_dataset(str(folder), settings=settings, axis=cut.axis, labels=cut.labels, n_pool=n_pool)
    dataset = prepare_dataset(source, slice_size=FAST.slice_size, settings=settings)
    path = TRAINED / f"{folder.name}.jsonl"
    done = {(one["n_volumes"], one["every"], one["seed"], one["way"]) for one in read_trained(path)}
    for (n, every), seed, way in product(asked, range(N_SEEDS), WAYS):
        if (n, every, seed, way) in done:
            continue
        chosen = select_volumes(n_pool=n_pool, diversity=n / n_pool, seed=seed)
        volumes = [dataset.pool[i] for i in chosen]
        annotated = [
            # Names say where slices begin: another lab has others.
            annotate(volume, f"{dataset.names[volume.id]} {seed}", WAYS[way], every=every, seed=seed)
            for volume in volumes
        ]
        counts = train_on(
            annotated, dataset.pool, dataset.test, n_labeled=dataset.n_labeled_slices_pool, seed=seed
        )
        record = {
            "fingerprint": dataset.reference.fingerprint,
            "n_volumes": n,
            "every": every,
            "seed": seed,
            "way": way,
            "n_slices": sum(len(one.used_slices) for one in annotated),
            "n_background": sum(len(one.background_slices) for one in annotated),
            "dice": round(Performance.of(counts).dice, 6),
        }
        add_trained(path, json.dumps(record))
        print(record, flush=True)


def main():
    """Print the table."""
    print("| data set | volumes | every | seeds | slices | middle | begun elsewhere | gain | better in |")
    print("| --- " * 9 + "|")
    for path in sorted(TRAINED.glob("*.jsonl")):
        runs = pd.read_json(path, lines=True)
        for (n, every), group in runs.groupby(["n_volumes", "every"], sort=False):
            wide = group.pivot_table(index="seed", columns="way", values=["dice", "n_slices"]).dropna()
            gains = wide["dice"]["planned"] - wide["dice"]["middle"]
            slices = " and ".join(f"{wide['n_slices'][way].mean():.0f}" for way in WAYS)
            means = " | ".join(f"{wide['dice'][way].mean():.3f}" for way in WAYS)
            print(
                f"| {path.stem} | {n} | {every} | {len(wide)} | {slices} | {means} | {write_gain(gains)} | "
                f"{(gains > 0).mean():.0%} |"
            )


if __name__ == "__main__":
    train_or_show(__doc__, train=train_missing, show=main)
