"""What it costs to take volumes of CT's size in, beside only reading and decompressing the same files.

Volumes are made: a body with noise in a round field of view, an organ that moves and grows, int16 of 512 × 512 planes
in ``.nii.gz``. Each measure runs in a process of its own, in turn, several times; seconds are CPU of all threads, so
that whoever else works on the machine changes them little. Prints the tables of benchmarks/results.md.
"""

import argparse
import gzip
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nibabel as nib
import numpy as np

from simulator.datasets import open_dataset, prepare_dataset
from simulator.protocols import FAST
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.virtues import PROXIES, annotate_volume, quality_curve

SIDE = 512
AFFINE = np.diag([0.8, 0.8, 1.5, 1.0])
NOISE_HU = 15
SPACING, QUALITY = 10.0, 0.8


def make_dataset(folder, *, n_volumes, n_slices):
    """Write a data set in the Decathlon's layout; its images shrink to about half, as those of CT do."""
    names = [f"case_{index}.nii.gz" for index in range(n_volumes)]
    for kind in ("imagesTr", "labelsTr"):
        (folder / kind).mkdir(parents=True)
    for index, name in enumerate(names):
        for kind, array in zip(("imagesTr", "labelsTr"), make_volume(index, n_slices=n_slices), strict=True):
            image = nib.Nifti1Image(array, AFFINE)
            with gzip.open(folder / kind / name, "wb", compresslevel=2) as file:
                file.write(image.to_bytes())
    description = {
        "name": "Intake",
        "modality": {"0": "CT"},
        "labels": {"0": "background", "1": "organ"},
        "training": [{"image": f"./imagesTr/{name}", "label": f"./labelsTr/{name}"} for name in names],
    }
    (folder / "dataset.json").write_text(json.dumps(description))


def make_volume(index, *, n_slices):
    """Make image and label map; the organ is on two fifths of the slices, as the liver is."""
    rng = np.random.default_rng(index)
    x, y = np.meshgrid(*[np.linspace(-1, 1, SIDE)] * 2, indexing="ij")
    noise = rng.normal(0, NOISE_HU, (SIDE, SIDE, 16)).astype(np.float32)
    body, field = (x / 0.85) ** 2 + (y / 0.6) ** 2, x**2 + y**2 < 1
    base = np.where(body < 1, 40 + 30 * np.sin(9 * x) * np.cos(7 * y), -1000)
    angle, reach = np.arctan2(y, x + 0.25), np.hypot(x + 0.25, y * rng.uniform(1.2, 1.4))
    image = np.full((SIDE, SIDE, n_slices), -1024, dtype=np.int16, order="F")
    label = np.zeros((SIDE, SIDE, n_slices), dtype=np.uint8, order="F")
    for z in range(n_slices):
        along = (z / n_slices - 0.3) / 0.4
        size = 0.5 * np.sqrt(max(0.0, 1 - (2 * along - 1) ** 2)) if 0 < along < 1 else 0.0
        organ = reach < size * (
            1 + 0.15 * np.sin(3 * angle + 4 * along) + 0.1 * np.sin(7 * angle - 9 * along)
        )
        moved = np.roll(noise[..., z % 16], rng.integers(0, SIDE, 2), axis=(0, 1))
        image[..., z][field] = np.rint(base + 60 * organ + moved)[field]
        label[..., z] = organ
    return image, label


def read(folder, settings):
    for path in sorted(folder.glob("*Tr/*")):
        with gzip.open(path) as file:
            file.read()


def look(folder, settings):
    open_dataset(str(folder), settings=settings).look()


def prepare(folder, settings):
    source = open_dataset(str(folder), settings=settings)
    return prepare_dataset(source, slice_size=FAST.slice_size, settings=settings)


def curve(proxy):
    def measure(folder, settings):
        quality_curve(prepare(folder, settings), proxy=proxy)

    return measure


def annotate(proxy):
    def measure(folder, settings):
        dataset = prepare(folder, settings)
        virtues = Virtues(diversity=1.0, completeness=1.0, quality=QUALITY, proxy=proxy)
        level = SPACING if PROXIES[proxy].has_key_slices else QUALITY
        start = time.process_time()
        annotate_volume(dataset.pool[0], virtues, level=level, seed=0)
        return time.process_time() - start

    return measure


STEPS = {
    "reading": read,
    "first look": look,
    "second look": look,
    "preparation after it": prepare,
    # Of others it takes hours: each offset of each spacing is annotated.
    **{f"curve of {name}": curve(name) for name, proxy in PROXIES.items() if proxy.is_copy},
    **{f"one volume by {name}": annotate(name) for name in PROXIES},
}


def run_step(name, folder, cache):
    """Run one step in this process; prints its seconds of CPU and wall, and the peak of memory in MiB."""
    settings = Settings(cache=cache)
    if "curve" in name:
        prepare(folder, settings)  # its checksums are read once a process
    cpu, wall = time.process_time(), time.perf_counter()
    found = STEPS[name](folder, settings)
    seconds = found if isinstance(found, float) else time.process_time() - cpu
    # Of this process alone: what `resource` tells begins with the peak of the one that started it.
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps([seconds, time.perf_counter() - wall, peak]))


def measure(folder, *, n_rounds, steps):
    """Run the steps in turn, each round from an empty cache."""
    rounds = []
    for _ in range(n_rounds):
        with tempfile.TemporaryDirectory(dir=folder.parent) as cache:
            rounds.append({name: measure_step(name, folder, cache) for name in steps})
    return rounds


def measure_step(name, folder, cache):
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder), "--cache", cache]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="two volumes of 120 slices, one round")
    parser.add_argument("--folder", type=Path, help="where the volumes are, or are made and stay")
    parser.add_argument("--volumes", type=int, default=6)
    parser.add_argument("--slices", type=int, default=450)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", nargs="*", default=list(STEPS))
    parser.add_argument("--step")
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    if asked.step:
        run_step(asked.step, asked.folder, asked.cache)
        raise SystemExit
    if asked.quick:
        asked.volumes, asked.slices, asked.rounds = 2, 120, 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch) / "intake"
        if not folder.exists():
            make_dataset(folder, n_volumes=asked.volumes, n_slices=asked.slices)
        rounds = measure(folder, n_rounds=asked.rounds, steps=asked.steps)
    print(f"{asked.volumes} volumes of {SIDE} × {SIDE} × {asked.slices}, medians of {asked.rounds} rounds\n")
    print("| step | CPU s | ÷ reading | wall s | peak MiB |\n| --- | --- | --- | --- | --- |")
    for name in asked.steps:
        seconds, wall, peak = (statistics.median(kept[name][i] for kept in rounds) for i in range(3))
        ratio = statistics.median(kept[name][0] / kept["reading"][0] for kept in rounds)
        print(f"| {name} | {seconds:.2f} | {ratio:.2f} | {wall:.2f} | {peak:.0f} |")
