"""What a training makes small, the loss of its network on a batch; on a GPU captured once a process, then replayed.

A step of a small network is some hundred kernels that take less time than to ask for them. Forward and backward are
therefore recorded as two CUDA graphs, whose replay is one call each. The update stays outside: a one-cycle schedule
moves Adam's momentum too, and a number that is recorded no longer moves; fused, it is a few kernels.
"""

from collections.abc import Callable
from functools import lru_cache

import torch

from ..records import Protocol
from .device import DeviceSetup
from .network import build_network

__all__ = ["Criterion", "Objective", "prepare_objective"]

Criterion = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Logits and masks, both of shape (n, 1, height, width), to a loss."""


class Objective(torch.nn.Module):
    """A network's loss on a batch, as a module of its own, since that is what can be captured.

    Parameters
    ----------
    network : torch.nn.Module
    criterion : Criterion
    setup : DeviceSetup
    """

    def __init__(self, network: torch.nn.Module, criterion: Criterion, *, setup: DeviceSetup) -> None:
        super().__init__()
        self.network = setup.settle(network)
        self.criterion = criterion
        self.setup = setup

    def forward(self, images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        """Compare what the network says of images (n, n_channels, height, width) with masks (n, 1, height, width)."""
        with self.setup.mixed():
            logits = self.network(images)
        return self.criterion(logits.float(), masks)


def prepare_objective(
    network: torch.nn.Module,
    criterion: Criterion,
    *,
    protocol: Protocol,
    image_shape: tuple[int, ...],
    setup: DeviceSetup,
) -> tuple[Objective, tuple[str, ...]]:
    """Prepare the objective of a training.

    Parameters
    ----------
    network : torch.nn.Module
        From `build_network`.
    criterion : Criterion
    protocol : Protocol
        That the network was built from.
    image_shape : tuple of int
        Channels, height and width of a slice; the same in all batches.
    setup : DeviceSetup

    Returns
    -------
    objective : Objective
        With the network's weights. Where steps are captured, its network is another one, kept from training to
        training: a graph reads and writes the addresses that it was recorded with.
    notes : tuple of str
        What was unusual: that the step could not be captured, so that kernels are asked for one by one.
    """
    if setup.captures:
        try:
            objective = _capture(criterion, protocol=protocol, image_shape=image_shape, setup=setup)
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
            return Objective(network, criterion, setup=setup), (f"the step was not captured: {reason}",)
        objective.network.load_state_dict(network.state_dict())
        return objective, ()
    return Objective(network, criterion, setup=setup), ()


@lru_cache(maxsize=1)
def _capture(
    criterion: Criterion, *, protocol: Protocol, image_shape: tuple[int, ...], setup: DeviceSetup
) -> Objective:
    """Record a step of a network of its own; each training overwrites what the warm-up does to its statistics."""
    network = build_network(protocol, n_channels=image_shape[0], seed=0)
    objective = Objective(network, criterion, setup=setup)
    objective.train()
    images = torch.zeros(protocol.batch_size, *image_shape)
    batch = setup.bring(images), setup.bring(images[:, :1])
    # An encoder that is cut at a depth keeps the weights of the stages behind it, which no loss depends on.
    torch.cuda.make_graphed_callables(objective, batch, allow_unused_input=True)
    return objective
