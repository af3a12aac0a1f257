"""How many voxels the slices of a volume share, two by two: all that copying masks from slice to slice can lose.

The IoU of a volume whose slices are copies of others is a sum over such pairs, so that the curve of quality against
spacing asks for every offset without making a mask.
"""

import numpy as np

from .keys import key_slices, nearest_key

__all__ = ["Overlaps", "pack_slices"]


class Overlaps:
    """Areas of the slices over a structure's extent, and what two of them share.

    Parameters
    ----------
    masks : ndarray of shape (n_extent, height, width), dtype bool
        From the first to the last labeled slice.
    """

    def __init__(self, masks: np.ndarray) -> None:
        self._words = pack_slices(masks)
        self.areas = np.bitwise_count(self._words).sum(axis=1, dtype=np.int64)
        self._shared = np.diag(self.areas)
        self._n_lags = 1

    def of_offsets(self, spacing: int) -> np.ndarray:
        """Copy the masks of key slices at a whole spacing, for every offset.

        Returns
        -------
        ndarray of shape (spacing,), dtype float64
            IoU with the volume itself where the first key slice is the first slice, the next one, and so on.
        """
        n_slices = len(self.areas)
        slices = np.arange(n_slices)
        # Where no key slice falls into the extent, its last slice is drawn.
        first = np.arange(spacing).clip(max=n_slices - 1)[:, None]
        since = (slices - first) % spacing
        before, after = slices - since, slices - since + spacing
        is_before = (before >= 0) & ((after >= n_slices) | (since <= spacing - since))
        sources = np.where(is_before, before, after)
        labeled = np.flatnonzero(self.areas)
        for row in np.flatnonzero([not self.areas[k::spacing].any() for k in first[:, 0].tolist()]):
            keys = key_slices(labeled, spacing=spacing, offset=(row + 0.5) / spacing)
            sources[row] = nearest_key(slices, keys)
        self._share(int(np.abs(sources - slices).max()))
        both = self._shared[slices, sources].sum(axis=1)
        return np.asarray(both / (self.areas.sum() + self.areas[sources].sum(axis=1) - both))

    def _share(self, lag: int) -> None:
        """Count what slices share that are as far apart, where that was not asked for before."""
        for apart in range(self._n_lags, lag + 1):
            shared = np.bitwise_count(self._words[apart:] & self._words[:-apart]).sum(axis=1, dtype=np.int64)
            places = np.arange(len(shared))
            self._shared[places, places + apart] = self._shared[places + apart, places] = shared
        self._n_lags = max(self._n_lags, lag + 1)


def pack_slices(masks: np.ndarray) -> np.ndarray:
    """Pack masks of shape (n_slices, height, width) to the bits of words: (n_slices, n_words), uint64."""
    packed = np.packbits(masks.reshape(len(masks), -1), axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)
