"""Slices a second of our training loop beside the same training in torch's, Lightning's and MONAI's way.

All train the same network with the same loss, optimizer, schedule and batch on the same made slices, which lie in
memory as numbers of 32 bits (ours: as it keeps them), on one thread, in channels-last; nobody validates, logs or
keeps a snapshot. Each is a process of its own that is told what to train, in turn; seconds are CPU of all its
threads, as there are as many trainings as cores. *Convolutions* are those of the network alone, forward and backward:
no loop can be faster.
"""

import argparse
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.report import Row, tell
from simulator.protocols import FAST, PAPER
from simulator.training import Examples, build_network, choose_device, flushing_denormals, loop
from simulator.training.examples import epoch_order

PROTOCOLS = {"fast": FAST, "paper": PAPER}
STEPS = {
    ("fast", 32): 20,
    ("fast", 64): 8,
    ("fast", 128): 3,
    ("paper", 32): 8,
    ("paper", 64): 4,
    ("paper", 128): 2,
}
"""Steps of an epoch, so that each takes a second or two; the second epoch counts."""
TARGETS = {32: 1.6, 64: 1.3, 128: 1.0}
RATE_TARGET = 0.75
PEERS_PYTHON = Path(__file__).parent.parent / ".venv-peers" / "bin" / "python"


class Clock:
    """CPU seconds between the last two calls."""

    def __init__(self):
        self.marks = []

    def __call__(self, *_):
        self.marks.append(time.process_time())

    @property
    def seconds(self):
        return self.marks[-1] - self.marks[-2]


def make_slices(n, side):
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(n, 1, side, side, generator=generator)
    return images, images > 0.5


def train_ours(protocol, side, n_steps):
    images, masks = make_slices(n_steps * protocol.batch_size, side)
    n = len(images)
    examples = Examples(
        images=images.half(), masks=masks, is_labeled=np.ones(n, dtype=bool), volumes=np.arange(n)
    )
    clock = Clock()

    def begin_epoch(*arguments, **options):
        clock()  # behind the snapshot of the epoch before
        return epoch_order(*arguments, **options)

    def end_epoch(*_, **__):
        clock()
        return 0.0

    with (
        patch.object(loop, "epoch_order", begin_epoch),
        patch.object(loop, "measure_dice", end_epoch),
        flushing_denormals(),
    ):
        loop.train(
            build_network(protocol, n_channels=1, seed=0),
            examples,
            protocol=protocol.model_copy(update={"n_epochs": 2}),
            setup=choose_device(protocol.precision),
            n_labeled_slices_pool=round(n / loop.TRAIN_SHARE),
            seed=0,
            on_epoch=lambda score, n_epochs: None,
        )
    return clock.seconds


def prepare_peer(protocol, side, n_steps):
    """Make what all others have in common: network, optimizer, schedule, loss, and slices as they are trained on."""
    torch.set_num_threads(1)
    network = build_network(protocol, n_channels=1, seed=0).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=protocol.learning_rate)
    schedule = loop.make_schedule(
        optimizer, protocol=protocol.model_copy(update={"n_epochs": 2}), n_steps=n_steps
    )
    images, masks = make_slices(n_steps * protocol.batch_size, side)
    images = images.to(memory_format=torch.channels_last)
    return network, optimizer, schedule, loop.SegmentationLoss(), images, masks.float()


def fit_plainly(network, optimizer, schedule, criterion, batches):
    """Train two epochs as torch's tutorials do; gives the seconds of the second."""
    clock = Clock()
    for _ in range(2):
        for images, masks in batches:
            loss = criterion(network(images), masks)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        clock()
    return clock.seconds


def train_torch(protocol, side, n_steps):
    *parts, images, masks = prepare_peer(protocol, side, n_steps)
    batches = DataLoader(TensorDataset(images, masks), batch_size=protocol.batch_size, shuffle=True)
    return fit_plainly(*parts, batches)


def train_monai(protocol, side, n_steps):
    from monai.data import CacheDataset, ThreadDataLoader

    *parts, images, masks = prepare_peer(protocol, side, n_steps)
    items = list(zip(images, masks, strict=True))
    dataset = CacheDataset(items, cache_rate=1.0, copy_cache=False, progress=False)
    return fit_plainly(
        *parts, ThreadDataLoader(dataset, batch_size=protocol.batch_size, shuffle=True, num_workers=0)
    )


def train_lightning(protocol, side, n_steps):
    import lightning

    network, optimizer, schedule, criterion, images, masks = prepare_peer(protocol, side, n_steps)
    clock = Clock()

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = network

        def training_step(self, batch, _):
            images, masks = batch
            return criterion(self.network(images), masks)

        def configure_optimizers(self):
            return [optimizer], [{"scheduler": schedule, "interval": "step"}]

        def on_train_epoch_end(self):
            clock()

    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=2,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(
        Module(), DataLoader(TensorDataset(images, masks), batch_size=protocol.batch_size, shuffle=True)
    )
    return clock.seconds


def convolve(protocol, side, n_steps):
    """Run every convolution of the network forward and backward, on numbers of its shape."""
    network, *_, images, _ = prepare_peer(protocol, side, 1)
    calls = []

    def note(layer, inputs, _):
        calls.append((layer, torch.randn_like(inputs[0]).requires_grad_(len(calls) > 0)))

    layers = [layer for layer in network.modules() if isinstance(layer, torch.nn.Conv2d)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    network(images)
    for handle in handles:
        handle.remove()
    gradients = [torch.randn_like(layer(inputs)) for layer, inputs in calls]
    clock = Clock()
    for n in (1, n_steps):
        for _ in range(n):
            for (layer, inputs), gradient in zip(calls, gradients, strict=True):
                layer(inputs).backward(gradient)
                layer.weight.grad = inputs.grad = None
        clock()
    return clock.seconds


def profile(protocol, side, n_steps):
    """Say which share of a training's CPU goes where."""
    train_ours(protocol, side, 1)
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        train_ours(protocol, side, n_steps)
    events = {event.key: event.cpu_time_total for event in profiler.key_averages()}
    whole = sum(event.self_cpu_time_total for event in profiler.key_averages())
    return {name: sum(events.get(key, 0) for key in keys) / whole for name, keys in PARTS.items()}


PARTS = {
    "convolutions": ("aten::convolution", "aten::convolution_backward"),
    "batch normalization": ("aten::native_batch_norm", "aten::native_batch_norm_backward"),
    "Adam": ("Optimizer.step#Adam.step",),
    "rectifiers": ("aten::clamp_min_", "aten::threshold_backward"),
    "resizing, pooling, joining": (
        "aten::upsample_nearest2d",
        "aten::upsample_nearest2d_backward",
        "aten::max_pool2d_with_indices",
        "aten::max_pool2d_with_indices_backward",
        "aten::cat",
    ),
    "batches and copies": ("aten::index", "aten::_to_copy"),
}
"""Part of a step → operations; the rest is the loss, sums of gradients, the start, and Python."""

CONTESTANTS = {
    "ours": train_ours,
    "DataLoader": train_torch,
    "Lightning": train_lightning,
    "MONAI": train_monai,
    "convolutions": convolve,
}
PEERS = ("DataLoader", "Lightning", "MONAI")


def serve(name):
    """Train what a line on stdin says, and answer with slices a second."""
    warnings.filterwarnings("ignore")
    for line in sys.stdin:
        protocol, side, n_steps = line.split()
        n_steps = int(n_steps)
        seconds = CONTESTANTS[name](PROTOCOLS[protocol], int(side), n_steps)
        print("rate", n_steps * PROTOCOLS[protocol].batch_size / seconds, flush=True)


def start(name):
    python = PEERS_PYTHON if name in PEERS else sys.executable
    return subprocess.Popen(  # noqa: S603
        [python, __file__, "--serve", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ask(process, protocol, side, n_steps):
    """Let a process train once; what it says beside the answer is passed over."""
    print(protocol, side, n_steps, file=process.stdin, flush=True)
    return next(float(line.split()[1]) for line in process.stdout if line.startswith("rate "))


def measure(cases, *, n_rounds):
    """Let all train each case (→ its steps) in turn: case → name → a rate a round."""
    there = [name for name in CONTESTANTS if name not in PEERS or PEERS_PYTHON.exists()]
    processes = {name: start(name) for name in there}
    rates = {case: {name: [] for name in CONTESTANTS} for case in cases}
    for _ in range(n_rounds):
        for case, n_steps in cases.items():
            for name, process in processes.items():
                rates[case][name].append(ask(process, *case, n_steps))
    for process in processes.values():
        with suppress(OSError):
            process.stdin.close()
        process.wait()
    return rates


def make_rows(rates):
    """Make the rows: each rate, and the two ratios within a round that something is asked of."""
    for (protocol, side), found in rates.items():
        what = f"{protocol}, {side}²"
        for name in ("ours", *PEERS):
            yield Row(what=f"{what}: {name}", values=found[name], unit="slices/s of CPU")
        best = [max(one) for one in zip(*(found[name] for name in PEERS), strict=True)]
        yield Row(
            what=f"{what}: ours ÷ the best of them",
            values=[ours / other for ours, other in zip(found["ours"], best, strict=False)],
            unit="×",
            target=TARGETS[side],
            wanted="at least",
        )
        yield Row(
            what=f"{what}: ours ÷ its convolutions alone",
            values=[ours / other for ours, other in zip(found["ours"], found["convolutions"], strict=True)],
            unit="×",
            target=RATE_TARGET,
            wanted="at least",
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of the smallest slices")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=CONTESTANTS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        raise SystemExit
    cases = {("fast", 32): 4} if asked.quick else STEPS
    rows = list(make_rows(measure(cases, n_rounds=1 if asked.quick else asked.rounds)))
    for protocol, side in cases if asked.quick else [("fast", 64), ("paper", 64)]:
        shares = profile(PROTOCOLS[protocol], side, cases[protocol, side])
        rows += [
            Row(what=f"{protocol}, {side}²: {name}", values=[100 * share], unit="% of a training")
            for name, share in shares.items()
        ]
    tell("training", rows, packages=("torch", "segmentation-models-pytorch"), is_quick=asked.quick)
