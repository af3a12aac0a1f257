"""What the processes of benchmarks/campaigns.py run: one training, by the product and by a plain loop.

Apart from it, as only those processes load torch.
"""

import copy
import json
import time
from contextlib import ExitStack
from unittest.mock import patch

import numpy as np
import psutil
import torch
from torch.utils.data import DataLoader, TensorDataset

import simulator.simulate as simulation
from simulator.datasets import load_prepared
from simulator.records import SimulationRequest
from simulator.training import build_network, choose_grid, evaluate, gather_examples, loop
from simulator.training.device import make_setup
from simulator.training.examples import TRAIN_SHARE, epoch_order, gather_volume, split_examples
from simulator.virtues.annotate import annotate


def simulate_and_tell(request, *, settings, on_epoch):
    """Simulate, and leave a file that says when and what of it took how much."""
    told = {"evaluation": 0.0, "validation": 0.0, "uss": 0}

    def order(*arguments, **options):
        if "begun" not in told:
            server = psutil.Process().parent().cpu_times()
            told.update(begun=time.time(), cpu=time.process_time(), cpu_server=server.user + server.system)
        return epoch_order(*arguments, **options)

    def timed(name, function):
        def call(network, *arguments, **options):
            start = time.process_time()
            result = function(network, *arguments, **options)
            told[name] += time.process_time() - start
            told["model"] = sum(tensor.nbytes for tensor in network.state_dict().values())
            return result

        return call

    def look(score, n_epochs):
        told["uss"] = max(told["uss"], psutil.Process().memory_full_info().uss)
        on_epoch(score, n_epochs)

    start = time.process_time()
    with ExitStack() as stack:
        for module, name, function in (
            (loop, "epoch_order", order),
            (loop, "measure_dice", timed("validation", loop.measure_dice)),
            (simulation, "evaluate", timed("evaluation", evaluate)),
        ):
            stack.enter_context(patch.object(module, name, function))
        record = simulation.simulate(request, settings=settings, on_epoch=look)
    told["whole"] = time.process_time() - start
    (settings.cache / f"told-{request.key}.json").write_text(json.dumps(told))
    return record


def train_plainly(text, settings):
    """Do what `simulate` does, with the loop of torch's tutorials."""
    torch.set_num_threads(1)
    request = SimulationRequest.model_validate_json(text)
    protocol = request.protocol
    dataset = load_prepared(request.dataset.fingerprint, slice_size=protocol.slice_size, settings=settings)
    grid = choose_grid([volume.images.shape[2:] for volume in dataset.pool], stride=2**protocol.encoder_depth)
    annotated = annotate(dataset, request.virtues, seed=request.seed)
    examples = gather_examples(
        gather_volume(one, grid=grid, number=number) for number, one in enumerate(annotated)
    )
    rng = np.random.default_rng([request.seed, 1])
    train, val, _ = split_examples(examples, by=protocol.val_split, rng=rng)
    setup = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)
    images = examples.images.float().contiguous(memory_format=setup.memory_format)
    slices = TensorDataset(images, examples.masks.float())
    network = setup.settle(build_network(protocol, n_channels=images.shape[1], seed=request.seed))
    criterion = loop.SegmentationLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=protocol.learning_rate)
    schedule, best_dice, best_weights = None, -1.0, None
    for _ in range(protocol.n_epochs):
        order = epoch_order(
            train,
            examples.is_labeled,
            n_labeled=round(TRAIN_SHARE * dataset.n_labeled_slices_pool),
            background_share=protocol.background_share,
            batch_size=protocol.batch_size,
            rng=rng,
        )
        schedule = schedule or loop.make_schedule(optimizer, protocol=protocol, n_steps=len(order))
        network.train()
        for inputs, masks in DataLoader(slices, batch_sampler=order.tolist()):
            loss = criterion(network(inputs), masks)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        dice = loop.measure_dice(
            network, images, examples.masks, val, setup=setup, batch_size=4 * protocol.batch_size
        )
        if dice > best_dice:
            best_dice, best_weights = dice, copy.deepcopy(network.state_dict())
    network.load_state_dict(best_weights)
    return [counts.model_dump() for counts in evaluate(network, dataset.test, grid=grid, setup=setup)]
