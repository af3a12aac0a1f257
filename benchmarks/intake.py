"""What it costs to take volumes of CT's size in, beside only reading and decompressing the same files.

Volumes are made: a body with noise in a round field of view, an organ that moves and grows, int16 in ``.nii.gz``. Each
measure runs in a process of its own, in turn, several times; seconds are CPU of all threads, so that whoever else works
on the machine changes them little. Writes the section of benchmarks/results.md, in about 4 minutes.
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from benchmarks.report import Row, tell
from simulator.datasets import open_dataset, prepare_dataset
from simulator.protocols import FAST
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.virtues import PROXIES, annotate_volume, quality_curve

AFFINE = np.diag([0.8, 0.8, 1.5, 1.0])
NOISE_HU, BONE_HU = 15, (200, 3000)
SPACING, QUALITY = 10.0, 0.8


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One sort of data set: what it stands for, how many volumes, how large."""

    title: str
    n_volumes: int
    side: int
    n_slices: int
    n_channels: int = 1


CT = Kind(title="CT", n_volumes=4, side=512, n_slices=450)
MANY = Kind(title="131 volumes", n_volumes=131, side=64, n_slices=450)
SMALL = Kind(title="1,000 small volumes", n_volumes=1000, side=40, n_slices=35)
CHANNELS = Kind(title="four channels", n_volumes=2, side=240, n_slices=155, n_channels=4)
LONG = Kind(title="2,000 slices", n_volumes=2, side=256, n_slices=2000)
KINDS = {"ct": CT, "many": MANY, "small": SMALL, "channels": CHANNELS, "long": LONG}
QUICK = {
    "ct": Kind(title="CT", n_volumes=2, side=512, n_slices=60),
    "many": Kind(title="6 volumes", n_volumes=6, side=64, n_slices=100),
}


def make_dataset(folder, kind):
    """Write a data set in the Decathlon's layout; its images shrink to about half, as those of CT do."""
    names = [f"case_{index}.nii.gz" for index in range(kind.n_volumes)]
    for part in ("imagesTr", "labelsTr"):
        (folder / part).mkdir(parents=True)
    for index, name in enumerate(names):
        image, label = make_volume(index, n_slices=kind.n_slices, side=kind.side)
        if kind.n_channels > 1:
            image = np.stack([np.roll(image, channel, axis=0) for channel in range(kind.n_channels)], axis=-1)
        for part, array in (("imagesTr", image), ("labelsTr", label)):
            with gzip.open(folder / part / name, "wb", compresslevel=2) as file:
                file.write(nib.Nifti1Image(array, AFFINE).to_bytes())
    description = {
        "name": "Intake",
        "modality": {str(channel): "CT" for channel in range(kind.n_channels)},
        "labels": {"0": "background", "1": "organ"},
        "training": [{"image": f"./imagesTr/{name}", "label": f"./labelsTr/{name}"} for name in names],
    }
    (folder / "dataset.json").write_text(json.dumps(description))


def make_volume(index, *, n_slices, side):
    """Make image and label map; the organ is on two fifths of the slices, as the liver is."""
    rng = np.random.default_rng(index)
    x, y = np.meshgrid(*[np.linspace(-1, 1, side)] * 2, indexing="ij")
    noise = rng.normal(0, NOISE_HU, (side, side, 16)).astype(np.float32)
    body, field = (x / 0.85) ** 2 + (y / 0.6) ** 2, x**2 + y**2 < 1
    base = np.where(body < 1, 40 + 30 * np.sin(9 * x) * np.cos(7 * y), -1000)
    # Masks that are alike stop a simulation, so that each organ lies, turns and swells in its own way.
    across, along_body = x + rng.uniform(0.15, 0.35), y * rng.uniform(1.2, 1.4) + rng.uniform(-0.1, 0.1)
    angle, reach, swelling = np.arctan2(y, across), np.hypot(across, along_body), rng.uniform(0.4, 0.5)
    turn = rng.uniform(0, 2 * np.pi)
    image = np.full((side, side, n_slices), -1024, dtype=np.int16, order="F")
    label = np.zeros((side, side, n_slices), dtype=np.uint8, order="F")
    for z in range(n_slices):
        along = (z / n_slices - 0.3) / 0.4
        size = swelling * np.sqrt(max(0.0, 1 - (2 * along - 1) ** 2)) if 0 < along < 1 else 0.0
        organ = reach < size * (
            1 + 0.15 * np.sin(3 * angle + 4 * along + turn) + 0.1 * np.sin(7 * angle - 9 * along)
        )
        moved = np.roll(noise[..., z % 16], rng.integers(0, side, 2), axis=(0, 1))
        image[..., z][field] = np.rint(base + 60 * organ + moved)[field]
        image[side // 2, : side // 4, z] = rng.integers(*BONE_HU, side // 4)
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


CURVES = [name for name, proxy in PROXIES.items() if proxy.has_key_slices]
STEPS = {
    "reading": read,
    "first look": look,
    "second look": look,
    "preparation after it": prepare,
    **{f"curve of {name}": curve(name) for name in CURVES},
    **{f"one volume by {name}": annotate(name) for name in PROXIES},
}
STEPS_OF = {"ct": list(STEPS), "many": ["reading", "first look", "second look"]}
OTHER_STEPS = ["reading", "first look", "second look", "preparation after it"]


def run_step(name, folder, cache):
    """Run one step in this process; prints its seconds of CPU, and the peak of memory in MiB."""
    settings = Settings(cache=cache)
    if "curve" in name:
        prepare(folder, settings)  # its checksums are read once a process
    start = time.process_time()
    found = STEPS[name](folder, settings)
    seconds = found if isinstance(found, float) else time.process_time() - start
    # Of this process alone: what `resource` tells begins with the peak of the one that started it.
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    print(json.dumps([seconds, peak]))


def measure(folder, steps, *, n_rounds):
    """Run the steps in turn, each round from an empty cache: step → (seconds, MiB) of each round."""
    found = {name: [] for name in steps}
    for _ in range(n_rounds):
        with tempfile.TemporaryDirectory(dir=folder.parent) as cache:
            for name in steps:
                found[name].append(measure_step(name, folder, cache))
    return found


def measure_step(name, folder, cache):
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder), "--cache", cache]
    environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as commands and campaigns calculate
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)  # noqa: S603
    return json.loads(done.stdout)


def seconds(found, step):
    return [cpu for cpu, _ in found[step]]


def ratios(found, step, to):
    return [one / other for one, other in zip(seconds(found, step), seconds(found, to), strict=True)]


def rows_of_ct(found, kind):
    """Tell of volumes as large as CT's."""
    what = f"{kind.n_volumes} of {kind.side}² × {kind.n_slices}"
    preparation = "preparation after it"
    peaks = [mib for step in ("first look", preparation) for _, mib in found[step]]
    return [
        Row(what=f"reading {what}", values=seconds(found, "reading"), unit="s CPU"),
        Row(what="first look", values=ratios(found, "first look", "reading"), unit="× reading", target=1.3),
        Row(
            what=preparation,
            values=ratios(found, preparation, "reading"),
            unit="× reading",
            target=1 / 0.6,
        ),
        Row(what="peak of memory of both", values=peaks, unit="MiB", target=1536),
        *(
            Row(
                what=f"curve of {name}",
                values=ratios(found, f"curve of {name}", preparation),
                unit="× preparation",
                target=0.1,
            )
            for name in CURVES
        ),
        *(
            Row(
                what=f"one volume by {name}",
                values=seconds(found, f"one volume by {name}"),
                unit="s CPU",
                target=1,
            )
            for name in PROXIES
        ),
    ]


def rows_of_others(found, kind):
    """Tell of other sorts: the second look in seconds, the rest beside reading."""
    what = f"{kind.title}, {kind.side}² × {kind.n_slices}"
    rows = [Row(what=f"{what}: first look", values=ratios(found, "first look", "reading"), unit="× reading")]
    rows.append(
        Row(what=f"{what}: second look", values=seconds(found, "second look"), unit="s CPU", target=2)
    )
    if "preparation after it" in found:
        values = ratios(found, "preparation after it", "reading")
        rows.append(Row(what=f"{what}: preparation", values=values, unit="× reading"))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="few and short volumes, one round")
    parser.add_argument("--folder", type=Path, help="where the volumes are, or are made and stay")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--step", help="run this one here, for the script itself")
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    if asked.step:
        run_step(asked.step, asked.folder, asked.cache)
        raise SystemExit
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, kind in (QUICK if asked.quick else KINDS).items():
            folder = (asked.folder or Path(scratch)) / name
            if not folder.exists():
                make_dataset(folder, kind)
            steps = STEPS_OF.get(name, OTHER_STEPS)
            found = measure(folder, steps, n_rounds=1 if asked.quick else asked.rounds)
            rows += rows_of_ct(found, kind) if name == "ct" else rows_of_others(found, kind)
    tell("intake", rows, packages=["numpy", "scipy", "nibabel"], is_quick=asked.quick)
