"""Training slices a second of `fast` and `paper` on this device, side by side in one run."""

import statistics
import time

import torch

from simulator.protocols import FAST, PAPER
from simulator.records import Protocol
from simulator.training import build_network, choose_device
from simulator.training.loop import SegmentationLoss

N_ROUNDS, N_STEPS, SIDE = 5, 10, 64


def measure(protocol: Protocol) -> float:
    """Measure one round: forward, backward and step on slices of SIDE × SIDE."""
    setup = choose_device(protocol.precision)
    network = (
        build_network(protocol, n_channels=1, seed=0).to(setup.device).to(memory_format=setup.memory_format)
    )
    optimizer, criterion = torch.optim.Adam(network.parameters()), SegmentationLoss()
    images = setup.bring(torch.randn(protocol.batch_size, 1, SIDE, SIDE))
    masks = (images > 0).float()
    start = 0.0
    for step in range(N_STEPS + 2):
        if step == 2:  # the first steps choose algorithms and allocate
            start = time.perf_counter()
        with setup.mixed():
            logits = network(images)
        optimizer.zero_grad(set_to_none=True)
        criterion(logits.float(), masks).backward()
        optimizer.step()
    if setup.device.type == "cuda":
        torch.cuda.synchronize()
    return N_STEPS * protocol.batch_size / (time.perf_counter() - start)


if __name__ == "__main__":
    rounds = [(measure(FAST), measure(PAPER)) for _ in range(N_ROUNDS)]
    fast, paper = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(
        f"fast {fast:.0f}, paper {paper:.0f} slices/s of {SIDE} x {SIDE}; ratio of medians {fast / paper:.1f}"
    )
