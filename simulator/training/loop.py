"""The training loop: fit on train, keep the best snapshot on val (paper §2.1)."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import segmentation_models_pytorch as smp
import torch

from ..errors import SimulationError
from ..records import EpochScore, Protocol
from .device import DeviceSetup
from .examples import TRAIN_SHARE, Examples, epoch_order, split_examples
from .objective import prepare_objective

__all__ = ["Trained", "train"]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training leaves.

    Parameters
    ----------
    network : torch.nn.Module
        With the weights of the epoch that was best on val.
    history : tuple of EpochScore
    notes : tuple of str
        What was unusual.
    n_slice_steps : int
        Slices that were trained on, repetitions counted.
    """

    network: torch.nn.Module
    history: tuple[EpochScore, ...]
    notes: tuple[str, ...]
    n_slice_steps: int


def train(
    network: torch.nn.Module,
    examples: Examples,
    *,
    protocol: Protocol,
    setup: DeviceSetup,
    n_labeled_slices_pool: int,
    seed: int,
    on_epoch: Callable[[EpochScore, int], None],
) -> Trained:
    """Train a network on examples.

    Parameters
    ----------
    network : torch.nn.Module
        From `build_network`; trained in place.
    examples : Examples
        Train and val together.
    protocol : Protocol
    setup : DeviceSetup
    n_labeled_slices_pool : int
        Sets the length of an epoch: 80 % of it, whatever the examples' number.
    seed : int
        Of the split and the order of slices.
    on_epoch : callable
        Called after each epoch with its score and the number of epochs at most.

    Returns
    -------
    Trained

    Raises
    ------
    SimulationError
        If the loss is no longer a number.
    """
    rng = np.random.default_rng([seed, 1])
    train_slices, val_slices, notes = split_examples(examples, by=protocol.val_split, rng=rng)
    images, masks = setup.keep(examples.images, examples.masks)
    objective, unusual = prepare_objective(
        network, CRITERION, protocol=protocol, image_shape=tuple(images.shape[1:]), setup=setup
    )
    trained = objective.network
    optimizer = torch.optim.Adam(trained.parameters(), lr=protocol.learning_rate, fused=setup.fused)
    scaler = torch.amp.GradScaler(setup.device.type, enabled=setup.needs_scaler)
    schedule: torch.optim.lr_scheduler.LRScheduler | None = None
    history: list[EpochScore] = []
    best_dice, best_weights, n_slice_steps = -1.0, trained.state_dict(), 0

    for epoch in range(1, protocol.n_epochs + 1):
        order = epoch_order(
            train_slices,
            examples.is_labeled,
            n_labeled=round(TRAIN_SHARE * n_labeled_slices_pool),
            background_share=protocol.background_share,
            batch_size=protocol.batch_size,
            rng=rng,
        )
        if schedule is None:
            schedule = make_schedule(optimizer, protocol=protocol, n_steps=order.shape[0])

        objective.train()
        loss_sum = torch.zeros((), device=setup.device)
        # Nothing in here waits for the device.
        for batch in torch.from_numpy(order).to(images.device):
            loss = objective(setup.bring(images[batch]), setup.bring(masks[batch]))
            optimizer.zero_grad(set_to_none=True)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            schedule.step()
            loss_sum += loss.detach()
        n_slice_steps += order.size

        train_loss = float(loss_sum) / len(order)
        if not np.isfinite(train_loss):
            raise SimulationError(
                f"the loss is no longer a number in epoch {epoch}; look for extreme intensities"
            )
        val_dice = measure_dice(
            trained, images, masks, val_slices, setup=setup, batch_size=4 * protocol.batch_size
        )
        history.append(EpochScore(epoch=epoch, train_loss=train_loss, val_dice=val_dice))
        on_epoch(history[-1], protocol.n_epochs)
        if val_dice > best_dice:
            best_dice, best_weights = val_dice, copy.deepcopy(trained.state_dict())
        elif protocol.patience and is_exhausted(history, patience=protocol.patience):
            break

    network.load_state_dict(best_weights)
    return Trained(
        network=setup.settle(network),
        history=tuple(history),
        notes=(*notes, *unusual),
        n_slice_steps=n_slice_steps,
    )


class SegmentationLoss(torch.nn.Module):
    """Soft Dice plus binary cross-entropy, the usual pair; the paper names no loss (docs/decisions.md)."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = smp.losses.DiceLoss("binary")
        self.cross_entropy = torch.nn.BCEWithLogitsLoss()

    def forward(self, logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        """Compare logits (n, 1, height, width) with masks of the same shape, 0 or 1."""
        loss: torch.Tensor = self.dice(logits, masks) + self.cross_entropy(logits, masks)
        return loss


CRITERION = SegmentationLoss()
"""Has no state: one serves all trainings of a process."""


def make_schedule(
    optimizer: torch.optim.Optimizer, *, protocol: Protocol, n_steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """Make the learning rate's schedule for epochs of `n_steps` steps."""
    if protocol.schedule == "one-cycle":
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=protocol.learning_rate, total_steps=protocol.n_epochs * n_steps
        )
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)


def is_exhausted(history: list[EpochScore], *, patience: int) -> bool:
    """Say whether the best epoch lies `patience` epochs back."""
    scores = [score.val_dice for score in history]
    return len(scores) - 1 - int(np.argmax(scores)) >= patience


@torch.inference_mode()
def measure_dice(
    network: torch.nn.Module,
    images: torch.Tensor,
    masks: torch.Tensor,
    slices: np.ndarray,
    *,
    setup: DeviceSetup,
    batch_size: int,
) -> float:
    """Measure Dice over slices from their joint counts, on the network's grid."""
    network.eval()
    tp = torch.zeros((), dtype=torch.int64, device=setup.device)
    total = torch.zeros_like(tp)
    for batch in torch.split(torch.from_numpy(slices).to(images.device), batch_size):
        with setup.mixed():
            prediction = network(setup.bring(images[batch])) > 0
        reference = masks[batch].to(setup.device)
        tp += (prediction & reference).sum()
        total += prediction.sum() + reference.sum()
    return float(torch.where(total > 0, 2 * tp / total, 1.0))
