"""Quality by interpolation: key slices are drawn, every other slice takes its nearest key slice's mask (paper §2.1).

It answers "may I skip slices and have them filled in?", not "how precisely must I draw?".
"""

import numpy as np

from ..chance import Chance
from ..keys import key_slices, nearest_key
from .annotation import Drawing

__all__ = ["interpolate"]


def interpolate(reference: np.ndarray, *, labeled: np.ndarray, level: float, chance: Chance) -> Drawing:
    """Draw the key slices of one volume and copy each to the slices around it.

    Parameters
    ----------
    reference : ndarray of shape (n_slices, height, width), dtype bool
    labeled : ndarray of shape (n_labeled,), dtype int64
        Slices of `reference` that are not empty, ascending, at least one.
    level : float >= 1
        Spacing of the key slices, in slices.
    chance : Chance

    Returns
    -------
    Drawing
        Slices outside the structure's extent stay empty: where it begins and ends is seen without drawing.
    """
    keys = key_slices(labeled, spacing=level, offset=chance.offset)
    extent = np.arange(labeled[0], labeled[-1] + 1)
    source = nearest_key(extent, keys)
    return Drawing(extent=extent, masks=reference[source], sources=source[:, None])
