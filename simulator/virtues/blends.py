"""What blending masks between key slices loses, counted without making a mask.

Between two key slices a blend differs from both only where they differ from each other, so that only these pixels are
blended. The distances of a slice to its outline are taken once, whatever it is blended with.
"""

from itertools import pairwise

import numpy as np
import scipy  # which loads ndimage when a mask asks for it: most commands never do

from .keys import nearest_key
from .overlaps import pack_slices

__all__ = ["Blends", "signed_distance"]

N_PIXELS = 1024
"""From twice as many on, only every second, third … of the pixels in which two key slices differ is blended."""


class Blends:
    """Slices over a structure's extent, and how far each pixel is from their outlines.

    Parameters
    ----------
    masks : ndarray of shape (n_extent, height, width), dtype bool
        From the first to the last labeled slice, cropped in plane.
    """

    def __init__(self, masks: np.ndarray) -> None:
        self._masks = masks.reshape(len(masks), -1)
        self._words = pack_slices(masks)
        self._areas = np.count_nonzero(self._masks, axis=1)
        self._distances = {k: signed_distance(masks[k]).ravel() for k in np.flatnonzero(self._areas).tolist()}

    def iou(self, keys: np.ndarray) -> float:
        """Fill in the slices between key slices as `fill_in_by_blending` does.

        Parameters
        ----------
        keys : ndarray of shape (n_keys,), dtype int64
            Ascending, counted from the first slice of the extent.

        Returns
        -------
        float in [0, 1]
            3-D IoU with the volume itself; exact where key slices differ in fewer than `2 * N_PIXELS` pixels.
        """
        is_copied = np.ones(len(self._masks), dtype=bool)
        area = both = 0
        for before, after in pairwise(keys.tolist()):
            if after - before > 1 and self._areas[before] and self._areas[after]:
                is_copied[before + 1 : after] = False
                filled_in, shared = self._blend(before, after)
                area, both = area + filled_in, both + shared
        copied = np.flatnonzero(is_copied)
        sources = nearest_key(copied, keys)
        area += int(self._areas[sources].sum())
        both += int(np.bitwise_count(self._words[sources] & self._words[copied]).sum(dtype=np.int64))
        union = int(self._areas.sum()) + area - both
        return both / union if union else 1.0

    def _blend(self, before: int, after: int) -> tuple[int, int]:
        """Count the voxels of the slices between two, and how many of them are the structure's."""
        first, last = self._masks[before], self._masks[after]
        certain, unsure = self._words[before] & self._words[after], np.flatnonzero(first ^ last)
        step = max(1, len(unsure) // N_PIXELS)
        unsure = unsure[::step]
        between = np.arange(before + 1, after)
        weight = ((between - before) / (after - before))[:, None]
        low, high = (self._distances[key][unsure] for key in (before, after))
        blend = (1 - weight) * low + weight * high
        # On the boundary itself the nearest key slice decides.
        nearest = nearest_key(between, np.array([before, after]))
        inside = np.where(blend == 0, self._masks[nearest[:, None], unsure], blend > 0)
        truth = slice(before + 1, after)
        area = len(between) * np.bitwise_count(certain).sum(dtype=np.int64)
        shared = np.bitwise_count(self._words[truth] & certain).sum(dtype=np.int64)
        return (
            int(area + step * np.count_nonzero(inside)),
            int(shared + step * np.count_nonzero(self._masks[truth][:, unsure] & inside)),
        )


def signed_distance(mask: np.ndarray) -> np.ndarray:
    """Distance of every pixel's centre to the boundary, positive inside.

    Parameters
    ----------
    mask : ndarray of shape (height, width), dtype bool
        With at least one pixel inside; what lies beyond its edges counts as outside.

    Returns
    -------
    ndarray of shape (height, width), dtype float64
        In pixels; half a pixel on either side of the boundary.
    """
    padded = np.pad(mask, 1)
    steps = _step_out(~padded)
    # What is outside and nearest to a pixel inside touches the box around all of them.
    rows, columns = (np.flatnonzero(padded.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0] - 1, rows[-1] + 2), slice(columns[0] - 1, columns[-1] + 2)
    np.copyto(steps[:, *box], _step_out(padded[box]), where=padded[box])
    # Of whole numbers and once for both sides, which costs less than two distances.
    distance = np.sqrt(steps[0] * steps[0] + steps[1] * steps[1]) - 0.5
    np.negative(distance, out=distance, where=~padded)
    return np.asarray(distance[1:-1, 1:-1])


def _step_out(mask: np.ndarray) -> np.ndarray:
    """Count rows and columns from each pixel of a mask to the nearest that is not in it: shape (2, height, width)."""
    steps: np.ndarray = scipy.ndimage.distance_transform_edt(
        mask, return_distances=False, return_indices=True
    )
    steps[0] -= np.arange(mask.shape[0], dtype=steps.dtype)[:, None]
    steps[1] -= np.arange(mask.shape[1], dtype=steps.dtype)
    return steps
