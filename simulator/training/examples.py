"""The training set in one tensor: annotated slices on the network's grid, and background beside them (paper §2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from ..virtues import AnnotatedVolume
from .network_grid import NetworkGrid

__all__ = ["Examples", "epoch_order", "gather_examples", "gather_volume", "split_examples"]

TRAIN_SHARE = 0.8


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Slices with their annotation.

    Parameters
    ----------
    images : tensor of shape (n, n_channels, height, width), float16
    masks : tensor of shape (n, 1, height, width), bool
    is_labeled : ndarray of shape (n,), dtype bool
        True where the annotation of the slice is not empty.
    volumes : ndarray of shape (n,), dtype int64
        Number of the volume that each slice comes from.
    """

    images: torch.Tensor
    masks: torch.Tensor
    is_labeled: np.ndarray
    volumes: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def gather_volume(annotated: AnnotatedVolume, *, grid: NetworkGrid, number: int) -> Examples:
    """Place the used and background slices of one annotated volume on the grid."""
    slices = np.concatenate([annotated.used_slices, annotated.background_slices])
    images = torch.from_numpy(annotated.volume.images[slices].astype(np.float32))
    masks = torch.from_numpy(
        np.stack([annotated.mask(index) for index in slices])[:, None].astype(np.float32)
    )
    return Examples(
        images=grid.place(images, fill=float(images.min())).half(),
        masks=grid.place(masks, fill=0.0) > 0.5,
        is_labeled=np.arange(len(slices)) < len(annotated.used_slices),
        volumes=np.full(len(slices), number),
    )


def gather_examples(parts: Iterable[Examples]) -> Examples:
    """Join the examples of several volumes."""
    parts = list(parts)
    return Examples(
        images=torch.cat([part.images for part in parts]),
        masks=torch.cat([part.masks for part in parts]),
        is_labeled=np.concatenate([part.is_labeled for part in parts]),
        volumes=np.concatenate([part.volumes for part in parts]),
    )


def split_examples(
    examples: Examples, *, by: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Split into train and val at 80 to 20.

    Parameters
    ----------
    examples : Examples
        With at least one labeled slice.
    by : {"slice", "volume"}
        What is kept together.
    rng : numpy.random.Generator

    Returns
    -------
    train, val : ndarray of int64
        Indices of slices. Labeled and background slices are split alike.
    notes : tuple of str
        What val is where there was nothing to split: with one volume its slices are split, with one labeled slice
        val is that slice itself.
    """
    unit = examples.volumes if by == "volume" else np.arange(len(examples))
    notes: tuple[str, ...] = ()
    if by == "volume" and len(np.unique(unit)) == 1:
        unit, notes = np.arange(len(examples)), ("one volume: its slices are split into train and val",)
    is_val = np.zeros(len(examples), dtype=bool)
    kinds = (
        (np.ones_like(is_val),)
        if by == "volume" and not notes
        else (examples.is_labeled, ~examples.is_labeled)
    )
    for kind in kinds:
        units = rng.permutation(np.unique(unit[kind]))
        n_val = max(round((1 - TRAIN_SHARE) * len(units)), min(1, len(units) - 1)) if len(units) else 0
        is_val |= kind & np.isin(unit, units[:n_val])
    train, val = np.flatnonzero(~is_val), np.flatnonzero(is_val)
    if not examples.is_labeled[val].any():
        return train, train, (*notes, "one labeled slice: val is train")
    return train, val, notes


def epoch_order(
    train: np.ndarray,
    is_labeled: np.ndarray,
    *,
    n_labeled: int,
    background_share: float,
    batch_size: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the slices of one epoch, upsampled to a fixed number whatever the training set's size (paper §2.1).

    Parameters
    ----------
    train : ndarray of shape (n_train,), dtype int64
        Indices of the training slices, at least one of them labeled.
    is_labeled : ndarray of bool
        For all slices, indexed by `train`.
    n_labeled : int
        Labeled slices an epoch has to see: 80 % of the pool's.
    background_share : float in [0, 1)
        Share of background among all slices of the epoch, where there is any.
    batch_size : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n_steps, batch_size), dtype int64
        Every slice comes equally often, give or take one; every batch is full.
    """
    labeled, background = train[is_labeled[train]], train[~is_labeled[train]]
    share = background_share if len(background) else 0.0
    n_steps = max(1, round(n_labeled / (1 - share) / batch_size))
    n_background = round(share * n_steps * batch_size)
    chosen = [upsample(labeled, n_steps * batch_size - n_background, rng=rng)]
    if n_background:
        chosen.append(upsample(background, n_background, rng=rng))
    return rng.permutation(np.concatenate(chosen)).reshape(n_steps, batch_size)


def upsample(values: np.ndarray, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Repeat values to a number, each equally often give or take one."""
    whole, rest = divmod(n, len(values))
    return np.concatenate([np.tile(values, whole), rng.permutation(values)[:rest]])
