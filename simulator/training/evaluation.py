"""Counts on the test volumes, on the original label grid; every metric derives from them."""

from collections.abc import Sequence

import numpy as np
import torch

from ..datasets import PreparedVolume
from ..records import VolumeCounts
from .device import DeviceSetup
from .network_grid import NetworkGrid

__all__ = ["count_outcomes", "evaluate", "summarize_counts"]

BATCH_SIZE = 64

ROWS_A_BYTE = 255
"""Rows whose sum a byte holds."""


def evaluate(
    network: torch.nn.Module, volumes: Sequence[PreparedVolume], *, grid: NetworkGrid, setup: DeviceSetup
) -> tuple[VolumeCounts, ...]:
    """Predict every slice of the test volumes and count voxels by outcome.

    Parameters
    ----------
    network : torch.nn.Module
    volumes : sequence of PreparedVolume
    grid : NetworkGrid
    setup : DeviceSetup

    Returns
    -------
    tuple of VolumeCounts
        In the order of `volumes`.
    """
    network.eval()
    return tuple(
        summarize_counts(volume, count_outcomes(network, volume, grid=grid, setup=setup).cpu().numpy())
        for volume in volumes
    )


@torch.inference_mode()
def count_outcomes(
    network: torch.nn.Module, volume: PreparedVolume, *, grid: NetworkGrid, setup: DeviceSetup
) -> torch.Tensor:
    """Predict the mask of a volume and count voxels by outcome, on the device, which holds all of it if it fits.

    Returns
    -------
    tensor of shape (3, n_slices), dtype int64
        True positive, false positive and false negative voxels of the original label grid, on the device.
    """
    fill = float(volume.images.min())
    image_shape, mask_shape = volume.images.shape[2:], volume.masks.shape[1:]
    images, masks = setup.keep(torch.tensor(volume.images), torch.tensor(volume.masks))
    parts = []
    for some, reference in zip(torch.split(images, BATCH_SIZE), torch.split(masks, BATCH_SIZE), strict=True):
        inputs = setup.bring(grid.place(setup.send(some).float(), fill=fill))
        with setup.mixed():
            logits = network(inputs)
        logits = grid.take_back(logits.float(), image_shape=image_shape, mask_shape=mask_shape)
        prediction, reference = logits[:, 0] > 0, setup.send(reference)
        tp, predicted, labeled = (
            count_by_slice(mask) for mask in (prediction & reference, prediction, reference)
        )
        parts.append(torch.stack([tp, predicted - tp, labeled - tp]))
    return torch.cat(parts, dim=1)


def count_by_slice(masks: torch.Tensor) -> torch.Tensor:
    """Count the voxels of masks (n, height, width): int64, of shape (n,)."""
    # In bytes as far as they reach: a CPU adds those many times as fast as what torch would add bools in.
    parts = [rows.sum(dim=1, dtype=torch.uint8).sum(dim=1) for rows in torch.split(masks, ROWS_A_BYTE, dim=1)]
    return torch.stack(parts).sum(dim=0)


def summarize_counts(volume: PreparedVolume, by_slice: np.ndarray) -> VolumeCounts:
    """Sum a volume's counts over all slices and over labeled slices.

    Parameters
    ----------
    volume : PreparedVolume
    by_slice : ndarray of shape (3, n_slices), dtype int64
        From `count_outcomes`.

    Returns
    -------
    VolumeCounts
    """
    names = ("tp", "fp", "fn")
    everywhere = dict(zip(names, by_slice.sum(axis=1).tolist(), strict=True))
    labeled = by_slice[:, volume.labeled].sum(axis=1).tolist()
    return VolumeCounts(
        volume=volume.id,
        **everywhere,
        **{f"{name}_labeled": count for name, count in zip(names, labeled, strict=True)},
    )
