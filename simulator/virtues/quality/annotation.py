"""An annotation: what an annotator delivers for one volume, before slices are sampled from it."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Annotation"]


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """Masks over the extent of the structure, and whose hand each of them is.

    Parameters
    ----------
    extent : ndarray of shape (n_extent,), dtype int64
        Consecutive slices, from the first to the last labeled one.
    masks : ndarray of shape (n_extent, height, width), dtype bool
        The annotation on the original label grid; empty outside the extent.
    sources : ndarray of shape (n_extent, n_sources), dtype int64, or None
        The drawn slices that each mask comes from: only the slice itself where it was drawn. None if every slice is
        drawn by hand, only less exactly, so that counting drawn slices says nothing of the effort.
    """

    extent: np.ndarray
    masks: np.ndarray
    sources: np.ndarray | None

    @property
    def is_drawn(self) -> np.ndarray:
        """Whether a hand drew each slice of the extent: ndarray of shape (n_extent,), dtype bool."""
        if self.sources is None:
            return np.ones(len(self.extent), dtype=bool)
        drawn: np.ndarray = (self.sources == self.extent[:, None]).all(axis=1)
        return drawn
