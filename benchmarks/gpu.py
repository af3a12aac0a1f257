"""Slices a second of our training loop on a GPU, beside the same training in torch's, Lightning's and MONAI's way.

Networks, losses, optimizers, schedules, batches and slices are those of ``benchmarks/training.py``; here seconds are
those of the clock, and each ends when the device has nothing left to do. All compute in the precision of the protocol.
Peers may do as they like otherwise: cuDNN tries its kernels for them and need not repeat itself, slices come from
pinned memory by processes of their own, MONAI's lie on the device. Each measure is a process of its own, and none
starts when seven minutes are over; a quick run, whose numbers say nothing, measures ours in one.
"""

import argparse
import dataclasses
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from unittest.mock import patch

import joblib
import torch
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import training
from benchmarks.report import Row, tell
from benchmarks.training import PEERS_PYTHON, PROTOCOLS, fit_plainly, prepare_peer, train_ours
from simulator.protocols import FAST
from simulator.training import build_network, choose_device, loop, sharing

BUDGET_SECONDS = 410
"""Then no measure starts any more; one that runs has another minute."""
MEASURE_SECONDS = 60
CASES = [(protocol, side) for side in (64, 32, 128) for protocol in PROTOCOLS]
N_ROUNDS = 3
EPOCH_SECONDS, MAX_STEPS = 1.0, 200
"""How long an epoch that counts is to take, and its steps at most, which all slices have to lie in memory for."""


class DeviceClock(training.Clock):
    """Seconds between the last two calls, each at the end of what the device has to do."""

    def __call__(self, *_):
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.marks.append(time.perf_counter())


class Mixed(torch.nn.Module):
    """A network on the device that computes in the precision of a setup."""

    def __init__(self, network, setup):
        super().__init__()
        self.network, self.setup = network.to(setup.device), setup

    def forward(self, images):
        with self.setup.mixed():
            return self.network(images)


class Brought:
    """Batches, brought to the device without waiting."""

    def __init__(self, batches, device):
        self.batches, self.device = batches, device

    def __iter__(self):
        for images, masks in self.batches:
            yield images.to(self.device, non_blocking=True), masks.to(self.device, non_blocking=True)


def prepare(protocol, side, n_steps):
    """Make what peers have in common, on the device, with what makes them faster and ours cannot have."""
    setup = choose_device(protocol.precision)
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.benchmark = True
    network, *parts, images, masks = prepare_peer(protocol, side, n_steps)
    return setup.device, Mixed(network, setup), *parts, images, masks


def load(images, masks, *, batch_size):
    """Load slices as torch's guide to its speed says, where there is a GPU to be kept busy."""
    has_gpu = torch.cuda.is_available()
    n_loaders = min(4, joblib.cpu_count()) if has_gpu else 0
    return DataLoader(
        TensorDataset(images, masks),
        batch_size=batch_size,
        shuffle=True,
        num_workers=n_loaders,
        persistent_workers=n_loaders > 0,
        pin_memory=has_gpu,
    )


def train_torch(protocol, side, n_steps):
    device, *parts, images, masks = prepare(protocol, side, n_steps)
    return fit_plainly(*parts, Brought(load(images, masks, batch_size=protocol.batch_size), device))


def train_monai(protocol, side, n_steps):
    from monai.data import CacheDataset, ThreadDataLoader

    device, *parts, images, masks = prepare(protocol, side, n_steps)
    items = list(zip(images.to(device), masks.to(device), strict=True))
    dataset = CacheDataset(items, cache_rate=1.0, copy_cache=False, progress=False)
    return fit_plainly(
        *parts, ThreadDataLoader(dataset, batch_size=protocol.batch_size, shuffle=True, num_workers=0)
    )


def train_lightning(protocol, side, n_steps):
    """Train as on the CPU, by a trainer that finds the device."""
    import lightning

    _, *parts, images, masks = prepare(protocol, side, n_steps)
    trainer = lightning.Trainer
    with (
        patch.object(training, "prepare_peer", lambda *_: (*parts, images, masks)),
        patch.object(
            training, "DataLoader", lambda *_, batch_size, **__: load(images, masks, batch_size=batch_size)
        ),
        patch.object(
            lightning,
            "Trainer",
            lambda **options: trainer(**{**options, "accelerator": "auto", "benchmark": True}),
        ),
    ):
        return training.train_lightning(protocol, side, n_steps)


def train_eagerly(protocol, side, n_steps):
    """Train as ours, each step launched anew."""
    with patch.object(
        training,
        "choose_device",
        lambda precision: dataclasses.replace(choose_device(precision), captures=False),
    ):
        return train_ours(protocol, side, n_steps)


CONTESTANTS = {
    "ours": train_ours,
    "ours, not recorded": train_eagerly,
    "DataLoader": train_torch,
    "Lightning": train_lightning,
    "MONAI": train_monai,
}


def measure_rates(name, *, is_quick):
    """Train each case: slices a second, and the most memory in MiB."""
    for key, side in CASES[2:3] if is_quick else CASES:
        protocol, n_steps = PROTOCOLS[key], 2 if is_quick else 10
        seconds = CONTESTANTS[name](protocol, side, n_steps)
        if not is_quick:
            n_steps = max(n_steps, min(MAX_STEPS, round(n_steps * EPOCH_SECONDS / seconds)))
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
                torch.cuda.reset_peak_memory_stats()
            seconds = CONTESTANTS[name](protocol, side, n_steps)
        yield f"{key}, {side}²: {name}", n_steps * protocol.batch_size / seconds, "slices/s"
        if name == "ours":
            yield f"{key}, {side}²: most memory", most_memory(), "MiB"


def most_memory():
    if torch.cuda.is_available():
        return torch.cuda.max_memory_reserved() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def measure_peak(*, is_quick):
    """Measure products of matrices in each protocol's precision, and count what a slice takes, forward and backward."""
    n = 512 if is_quick else 8192
    for key, protocol in PROTOCOLS.items():
        setup = choose_device(protocol.precision)
        factor = torch.randn(n, n, device=setup.device, dtype=setup.autocast or torch.float32)
        clock = DeviceClock()
        for n_products in (3, 20):
            for _ in range(n_products):
                factor @ factor
            clock()
        yield f"{key}: products of matrices", 20 * 2 * n**3 / clock.seconds / 1e12, "TFLOP/s"
    for key, side in CASES[2:3] if is_quick else CASES:
        protocol = PROTOCOLS[key]
        setup = choose_device(protocol.precision)
        network = setup.settle(build_network(protocol, n_channels=1, seed=0)).train()
        images, masks = (setup.bring(part) for part in training.make_slices(protocol.batch_size, side))
        with FlopCounterMode(display=False) as counter:
            with setup.mixed():
                loss = loop.CRITERION(network(images), masks)
            loss.backward()
        yield f"{key}, {side}²: a slice", counter.get_total_flops() / protocol.batch_size / 1e9, "GFLOP"


def measure_determinism(*, is_quick):
    """Train twice with one seed, and count the tensors of the two networks that differ."""
    for key, protocol in list(PROTOCOLS.items())[: 1 if is_quick else None]:
        side = 32 if is_quick else protocol.slice_size
        first, second = (
            loop.train(
                build_network(protocol, n_channels=1, seed=0),
                sharing.make_examples(side),
                protocol=protocol.model_copy(update={"n_epochs": 2}),
                setup=choose_device(protocol.precision),
                n_labeled_slices_pool=sharing.N_SLICES,
                seed=0,
                on_epoch=lambda score, n_epochs: None,
            ).network.state_dict()
            for _ in range(2)
        )
        n_other = sum(not torch.equal(tensor, second[name]) for name, tensor in first.items())
        yield f"{key}: two trainings with one seed", n_other, f"of {len(first)} tensors differ"


def measure_sharing(*, is_quick):
    """Let trainings share the device: how many an hour, with epochs and slices of the product's own measure."""
    if is_quick:  # its epochs take too long without a GPU
        return
    numbers = [n for n in sharing.N_TRAININGS if n <= joblib.cpu_count()]
    rates, _ = sharing.try_numbers(numbers, seconds=sharing.SECONDS)
    n_slices = FAST.n_epochs * loop.TRAIN_SHARE * sharing.EPOCH_SLICES
    for number, rate in rates:
        yield f"fast: {number} at a time", 3600 * rate / n_slices, "trainings/h"


MEASURES = {"peak": measure_peak, "determinism": measure_determinism, "sharing": measure_sharing}


def serve(names, *, is_quick):
    """Measure one thing or more, and tell each number as soon as it is there."""
    warnings.filterwarnings("ignore")
    with patch.object(training, "Clock", DeviceClock):
        for name in names:
            found = (
                MEASURES[name](is_quick=is_quick)
                if name in MEASURES
                else measure_rates(name, is_quick=is_quick)
            )
            for one in found:
                print("found", json.dumps(one), flush=True)


def ask(names, *, is_quick, device):
    """Let a process measure; gives what it found before it ended, and why it ended early."""
    is_peer = names[0] in ("Lightning", "MONAI") and PEERS_PYTHON.exists()
    command = [
        str(PEERS_PYTHON) if is_peer else sys.executable,
        __file__,
        *["--quick"] * is_quick,
        "--serve",
        *names,
    ]
    hidden = {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=os.environ | hidden,
            capture_output=True,
            text=True,
            timeout=MEASURE_SECONDS * (5 if is_quick else 1),
            check=False,
        )
        said, reason = done.stdout, done.stderr.strip().rpartition("\n")[2] if done.returncode else ""
    except subprocess.TimeoutExpired as error:
        said, reason = (error.stdout or b"").decode(), "took too long"
    found = [
        json.loads(line.removeprefix("found ")) for line in said.splitlines() if line.startswith("found ")
    ]
    return found, reason


def measure(*, is_quick, device):
    """Measure all, then the rates again and again in turn: what → values, its unit; and what went wrong."""
    start, values, units, reasons = time.monotonic(), {}, {}, {}
    turns = [[name] for name in (*MEASURES, *[*CONTESTANTS] * N_ROUNDS)]
    if is_quick:
        turns = [[*MEASURES, "ours", "ours, not recorded", "DataLoader"], ["Lightning"], ["MONAI"]]
    for names in turns:
        name = names[0]
        if time.monotonic() - start > BUDGET_SECONDS:
            reasons.setdefault(name, "the time was over")
        if name in reasons:
            continue
        found, reason = ask(names, is_quick=is_quick, device=device)
        if reason:
            reasons[name] = reason
        for what, value, unit in found:
            values.setdefault(what, []).append(value)
            units[what] = unit
    return values, units, reasons


def make_rows(values, units):
    """Make the rows: all that was found, then ratios within a round and the share of the peak."""
    for what, found in values.items():
        target = 0 if what.endswith("with one seed") else None
        yield Row(what=what, values=found, unit=units[what], target=target)
    for key, side in CASES:
        what = f"{key}, {side}²"
        ours = values.get(f"{what}: ours")
        if not ours:
            continue
        peers = [values[f"{what}: {name}"] for name in training.PEERS if f"{what}: {name}" in values]
        for other, rates in {
            "the best of the peers": [max(one) for one in zip(*peers, strict=False)],
            "not recorded": values.get(f"{what}: ours, not recorded", []),
        }.items():
            yield Row(
                what=f"{what}: ours ÷ {other}",
                values=[a / b for a, b in zip(ours, rates, strict=False)],
                unit="×",
            )
        peak, slice_flop = values.get(f"{key}: products of matrices"), values.get(f"{what}: a slice")
        if peak and slice_flop:
            shares = [rate * slice_flop[0] / 10 / peak[0] for rate in ours]
            yield Row(what=f"{what}: share of the products' peak", values=shares, unit="%")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu only tries the script")
    parser.add_argument("--quick", action="store_true", help="one round of the smallest slices")
    parser.add_argument("--serve", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, is_quick=asked.quick)
        raise SystemExit
    if asked.device == "cuda" and not torch.cuda.is_available():
        print("There is no GPU that torch can use here, so nothing was measured.")
        raise SystemExit
    values, units, reasons = measure(is_quick=asked.quick, device=asked.device)
    if asked.device == "cuda":
        print(torch.cuda.get_device_name())
    tell(
        "gpu",
        list(make_rows(values, units)),
        packages=("torch", "segmentation-models-pytorch"),
        is_quick=asked.quick or asked.device == "cpu",
    )
    for name, reason in reasons.items():
        print(f"- {name}: not measured, or not in full ({reason})")
