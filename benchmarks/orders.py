"""Does it pay to choose by their images which volumes are labeled first? (docs/method.md, §15).

`N_SEEDS` times, a lab's `N_POOL` volumes are drawn from a data set's pool. The first few are labeled in full and
trained on with the protocol `fast`: once the first of a random order, once of an order by content, in which each next
volume brings all volumes nearest to one that is labeled. Both are tested on the data set's test volumes, and share what
is random of a training. Reads `benchmarks/orders/`, no volume, and prints the tables of benchmarks/results.md.

``PYTHONPATH=. python benchmarks/orders.py FOLDER`` makes those records; FOLDER is Task04_Hippocampus or
OpenKBP_Mandible. It trains what has no record yet, one after the other on one thread, so it may be stopped and started
again. Prepared slices go to LABELWISE_CACHE.
"""

import json
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from scipy.stats import t as student

from benchmarks.trained import add_trained, read_trained, train_or_show
from simulator.datasets import open_dataset, prepare_dataset
from simulator.protocols import FAST
from simulator.records import Performance, Virtues
from simulator.settings import load_settings
from simulator.statistics.uncertainty import LEVEL
from simulator.training import (
    build_network,
    choose_device,
    choose_grid,
    evaluate,
    flushing_denormals,
    gather_examples,
    train,
)
from simulator.training.examples import gather_volume
from simulator.virtues import annotate_volume

TRAINED = Path(__file__).parent / "orders"
"""A line a training: which volumes were labeled, by id, in which order they had been put, and the Dice."""

N_SEEDS = 20
N_POOL = 24
N_EPOCH_VOLUMES = 8
"""An epoch is as long as if a pool of so many volumes were labeled, whichever are."""

PERCENTILES = (1, 10, 25, 50, 75, 90, 99)
N_BLOCKS = 6
"""A thumbnail has so many blocks along each axis."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How a data set is sliced, as it was for the published grids, and how many volumes are labeled."""

    axis: int
    labels: tuple[int, ...]
    n_volumes: tuple[int, ...]


CUTS = {
    "Task04_Hippocampus": Cut(axis=1, labels=(1, 2), n_volumes=(3, 8)),
    "OpenKBP_Mandible": Cut(axis=2, labels=(1,), n_volumes=(5,)),
}

IN_FULL = Virtues(diversity=1, completeness=1, quality=1)


def describe(volume):
    """Describe a volume's image in three families: its intensities, its size and spacing in mm, a thumbnail."""
    images = volume.images.astype(np.float32).mean(axis=1)
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
    thumbnail = images
    for axis in range(3):
        edges = np.linspace(0, thumbnail.shape[axis], N_BLOCKS, endpoint=False).astype(int)
        sizes = np.diff([*edges, thumbnail.shape[axis]]).reshape([-1 if i == axis else 1 for i in range(3)])
        thumbnail = np.add.reduceat(thumbnail, edges, axis=axis) / sizes
    size = np.ptp(volume.positions_mm), *np.sort(spacing), *volume.masks.shape[1:]
    return np.percentile(images, PERCENTILES), np.array(size), thumbnail.ravel()


def measure_distances(volumes):
    """Measure how far the images of volumes are from each other; each family of features counts alike."""
    families = []
    for family in map(np.stack, zip(*map(describe, volumes), strict=True)):
        deviations = family.std(axis=0)
        varies = deviations > 1e-6
        families.append(
            (family - family.mean(axis=0))[:, varies] / deviations[varies] / np.sqrt(varies.sum())
        )
    features = np.concatenate(families, axis=1)
    return cdist(features, features)


def order_at_random(distances, *, seed):
    return np.random.default_rng([seed, 1]).permutation(len(distances))


def order_by_content(distances, *, seed):
    """Take next what brings all volumes nearest to a chosen one: greedy k-medoids, so every beginning is spread out."""
    order, nearest = [], np.full(len(distances), np.inf)
    while len(order) < len(distances):
        together = np.minimum(nearest, distances).sum(axis=1)
        together[order] = np.inf
        order.append(int(np.argmin(together)))
        nearest = np.minimum(nearest, distances[order[-1]])
    return np.array(order)


ORDERS = {"random": order_at_random, "content": order_by_content}


def train_on(annotated, pool, test, *, n_labeled, seed):
    """Train on annotated volumes as `simulator.simulate` does, and count voxels on the test volumes."""
    grid = choose_grid([volume.images.shape[2:] for volume in pool], stride=2**FAST.encoder_depth)
    examples = [gather_volume(one, grid=grid, number=number) for number, one in enumerate(annotated)]
    setup = choose_device(FAST.precision)
    with flushing_denormals():
        trained = train(
            build_network(FAST, n_channels=pool[0].images.shape[1], seed=seed),
            gather_examples(examples),
            protocol=FAST,
            setup=setup,
            n_labeled_slices_pool=n_labeled,
            seed=seed,
            on_epoch=lambda score, n_epochs: None,
        )
        return evaluate(trained.network, test, grid=grid, setup=setup)


def train_missing(folder):
    """Train what has no record yet: all seeds of one number of volumes, then of the next."""
    settings, cut = load_settings(), CUTS[folder.name]
    source = open_dataset(str(folder), settings=settings, axis=cut.axis, labels=cut.labels)
    dataset = prepare_dataset(source, slice_size=FAST.slice_size, settings=settings)
    path = TRAINED / f"{folder.name}.jsonl"
    done = {(one["n_volumes"], one["seed"], one["order"]) for one in read_trained(path)}
    for n, seed, title in product(cut.n_volumes, range(N_SEEDS), ORDERS):
        if (n, seed, title) in done:
            continue
        start = time.perf_counter()
        chosen = np.random.default_rng([seed, 0]).permutation(len(dataset.pool))[:N_POOL]
        pool = [dataset.pool[i] for i in np.sort(chosen)]
        volumes = [pool[i] for i in ORDERS[title](measure_distances(pool), seed=seed)[:n]]
        annotated = [annotate_volume(volume, IN_FULL, level=1.0, seed=seed) for volume in volumes]
        n_labeled = round(N_EPOCH_VOLUMES * float(np.mean([len(volume.labeled) for volume in pool])))
        counts = train_on(annotated, pool, dataset.test, n_labeled=n_labeled, seed=seed)
        record = {
            "fingerprint": dataset.reference.fingerprint,
            "seed": seed,
            "order": title,
            "n_volumes": n,
            "volumes": [volume.id for volume in volumes],
            "n_slices": sum(len(volume.labeled) for volume in volumes),
            "dice": round(Performance.of(counts).dice, 6),
            "seconds": round(time.perf_counter() - start, 1),
        }
        add_trained(path, json.dumps(record))
        print(record, flush=True)


def show_gains(runs):
    """Print Dice by order, and by how much content is better than chance on the same pool, with its interval."""
    print("| volumes | pools | random | content | gain | better in |")
    print("| --- " * 6 + "|")
    wide = runs.pivot_table(index=["seed", "n_volumes"], columns="order", values="dice").dropna()
    groups = [(str(n), group) for n, group in wide.groupby("n_volumes")]
    if len(groups) > 1:
        # Differences of one pool are not independent: one mean each, of pools that have all numbers of volumes.
        is_whole = wide.groupby("seed")["content"].transform("size") == len(groups)
        groups.append(("all", wide[is_whole].groupby("seed").mean()))
    for title, group in groups:
        gains = group["content"] - group["random"]
        means = " | ".join(f"{group[order].mean():.3f}" for order in ORDERS)
        print(f"| {title} | {len(group)} | {means} | {write_gain(gains)} | {(gains > 0).mean():.0%} |")


def write_gain(differences):
    """Write a mean with its interval by Student's t."""
    half = student.ppf((1 + LEVEL) / 2, len(differences) - 1) * differences.sem()
    mean = differences.mean()
    return f"{mean:+.3f} ({mean - half:+.3f} to {mean + half:+.3f})"


def main():
    """Print the tables."""
    for path in sorted(TRAINED.glob("*.jsonl")):
        runs = pd.read_json(path, lines=True)
        print(f"\n**{path.stem}**: Dice of the first volumes to be labeled, and gains with 90 % interval\n")
        show_gains(runs)


if __name__ == "__main__":
    train_or_show(__doc__, train=train_missing, show=main)
