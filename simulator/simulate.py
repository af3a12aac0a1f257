"""One request becomes one record: annotate, train, evaluate (paper §2.1, steps 1 to 4)."""

import importlib.metadata
import platform
import time
from collections.abc import Callable

from .datasets import load_prepared
from .records import Cost, EpochScore, Performance, SimulationRecord, SimulationRequest, utc_now
from .settings import Settings
from .training import (
    build_network,
    choose_device,
    choose_grid,
    evaluate,
    flushing_denormals,
    gather_examples,
    train,
)
from .training.examples import gather_volume
from .virtues.annotate import annotate, find_level, summarize

__all__ = ["simulate"]


def simulate(
    request: SimulationRequest,
    *,
    settings: Settings,
    on_epoch: Callable[[EpochScore, int], None] = lambda score, n_epochs: None,
) -> SimulationRecord:
    """Run one simulation.

    Parameters
    ----------
    request : SimulationRequest
        Its data set must be prepared.
    settings : Settings
    on_epoch : callable, default does nothing
        Called after each epoch with its score and the number of epochs at most.

    Returns
    -------
    SimulationRecord
        The same numbers for the same request on the same device.

    Raises
    ------
    DatasetError
        If the data set is not prepared here.
    RequestError
        If the quality cannot be met.
    SimulationError
        If the training cannot be done.
    """
    start = time.perf_counter()
    protocol, virtues = request.protocol, request.virtues
    dataset = load_prepared(request.dataset.fingerprint, slice_size=protocol.slice_size, settings=settings)
    n_labeled_slices_pool = dataset.n_labeled_slices_pool
    grid = choose_grid([volume.images.shape[2:] for volume in dataset.pool], stride=2**protocol.encoder_depth)

    examples, tallies = [], []
    for number, annotated in enumerate(annotate(dataset, virtues, seed=request.seed)):
        examples.append(gather_volume(annotated, grid=grid, number=number))
        tallies.append(annotated.tally)
    setup = choose_device(protocol.precision)
    with flushing_denormals():
        trained = train(
            build_network(protocol, n_channels=dataset.pool[0].images.shape[1], seed=request.seed),
            gather_examples(examples),
            protocol=protocol,
            setup=setup,
            n_labeled_slices_pool=n_labeled_slices_pool,
            seed=request.seed,
            on_epoch=on_epoch,
        )
        counts = evaluate(trained.network, dataset.test, grid=grid, setup=setup)

    return SimulationRecord(
        key=request.key,
        dataset=request.dataset,
        virtues=virtues,
        achieved=summarize(
            tallies,
            virtues=virtues,
            level=find_level(dataset, virtues),
            n_labeled_slices_pool=n_labeled_slices_pool,
        ),
        protocol=protocol,
        seed=request.seed,
        performance=Performance.of(counts),
        per_volume=counts,
        history=trained.history,
        cost=Cost(
            seconds=round(time.perf_counter() - start, 3),
            slice_steps=trained.n_slice_steps,
            device=setup.name,
        ),
        versions={
            "python": platform.python_version(),
            **{
                name: importlib.metadata.version(name)
                for name in ("numpy", "segmentation-models-pytorch", "torch")
            },
        },
        notes=trained.notes,
        created=utc_now(),
    )
