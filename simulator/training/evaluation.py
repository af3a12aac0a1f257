"""Counts on the test volumes, on the original label grid; every metric derives from them."""

from collections.abc import Sequence

import numpy as np
import torch

from ..datasets import PreparedVolume
from ..records import VolumeCounts
from .device import DeviceSetup
from .network_grid import NetworkGrid

__all__ = ["count_voxels", "evaluate", "predict"]

BATCH_SIZE = 64


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
    return tuple(count_voxels(volume, predict(network, volume, grid=grid, setup=setup)) for volume in volumes)


@torch.inference_mode()
def predict(
    network: torch.nn.Module, volume: PreparedVolume, *, grid: NetworkGrid, setup: DeviceSetup
) -> np.ndarray:
    """Predict the mask of a volume.

    Returns
    -------
    ndarray of shape (n_slices, height, width), dtype bool
        On the original label grid.
    """
    network.eval()
    fill = float(volume.images.min())
    image_shape, mask_shape = volume.images.shape[2:], volume.masks.shape[1:]
    parts = []
    for start in range(0, len(volume.images), BATCH_SIZE):
        images = torch.from_numpy(volume.images[start : start + BATCH_SIZE].astype(np.float32))
        inputs = setup.bring(grid.place(images, fill=fill))
        with setup.mixed():
            logits = network(inputs)
        logits = grid.take_back(logits.float(), image_shape=image_shape, mask_shape=mask_shape)
        parts.append((logits[:, 0] > 0).cpu().numpy())
    return np.concatenate(parts)


def count_voxels(volume: PreparedVolume, prediction: np.ndarray) -> VolumeCounts:
    """Count the voxels of a volume by outcome, over all slices and over labeled slices.

    Parameters
    ----------
    volume : PreparedVolume
    prediction : ndarray of shape (n_slices, height, width), dtype bool

    Returns
    -------
    VolumeCounts
    """
    reference = volume.masks
    by_slice = {
        "tp": np.count_nonzero(prediction & reference, axis=(1, 2)),
        "fp": np.count_nonzero(prediction & ~reference, axis=(1, 2)),
        "fn": np.count_nonzero(~prediction & reference, axis=(1, 2)),
    }
    everywhere = {name: int(counts.sum()) for name, counts in by_slice.items()}
    labeled = {f"{name}_labeled": int(counts[volume.labeled].sum()) for name, counts in by_slice.items()}
    return VolumeCounts(volume=volume.id, **everywhere, **labeled)
