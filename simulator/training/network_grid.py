"""The common grid on which the network sees slices, and the way there and back.

Volumes differ in shape, a batch does not. The grid is the pool's median slice, rounded to the network's stride;
larger slices are resized onto it, smaller ones padded. Masks are judged on the original grid, so what the grid loses
counts against the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

__all__ = ["NetworkGrid", "choose_grid"]


@dataclass(frozen=True, kw_only=True)
class NetworkGrid:
    """Height and width of the network's input, multiples of its stride."""

    height: int
    width: int

    def placement(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Say where a slice lies on the grid: top, left, height, width; aspect kept, centred."""
        scale = min(1.0, self.height / height, self.width / width)
        inner_height = min(self.height, max(1, round(scale * height)))
        inner_width = min(self.width, max(1, round(scale * width)))
        return (self.height - inner_height) // 2, (self.width - inner_width) // 2, inner_height, inner_width

    def place(self, images: torch.Tensor, *, fill: float) -> torch.Tensor:
        """Resize and pad slices onto the grid.

        Parameters
        ----------
        images : tensor of shape (n, n_channels, height, width), floating
        fill : float
            Value around them.

        Returns
        -------
        tensor of shape (n, n_channels, grid height, grid width)
        """
        top, left, height, width = self.placement(images.shape[2], images.shape[3])
        if (height, width) != tuple(images.shape[2:]):
            images = functional.interpolate(
                images, size=(height, width), mode="bilinear", align_corners=False, antialias=True
            )
        below, right = self.height - top - height, self.width - left - width
        return functional.pad(images, (left, right, top, below), value=fill)

    def take_back(
        self, logits: torch.Tensor, *, image_shape: tuple[int, int], mask_shape: tuple[int, int]
    ) -> torch.Tensor:
        """Undo `place` and resize to the original label grid.

        Parameters
        ----------
        logits : tensor of shape (n, 1, grid height, grid width)
        image_shape, mask_shape : tuple of int
            Height and width of the placed images, and of the original labels.

        Returns
        -------
        tensor of shape (n, 1, mask height, mask width)
        """
        top, left, height, width = self.placement(*image_shape)
        inner = logits[..., top : top + height, left : left + width]
        if (height, width) == mask_shape:
            return inner
        return functional.interpolate(inner, size=mask_shape, mode="bilinear", align_corners=False)


def choose_grid(shapes: Sequence[tuple[int, int]], *, stride: int) -> NetworkGrid:
    """Choose the grid for a pool.

    Parameters
    ----------
    shapes : sequence of (height, width)
        Of the prepared slices, one a volume; at least one.
    stride : int
        Of the network.

    Returns
    -------
    NetworkGrid
        The median rounded to the nearest multiple of the stride, at least two strides: a bottleneck of one pixel
        has nothing to normalize.
    """
    height, width = np.median(np.array(shapes), axis=0)
    rounded = [max(2, round(side / stride)) * stride for side in (height, width)]
    return NetworkGrid(height=rounded[0], width=rounded[1])
