"""Quality by interpolation: key slices are drawn, every other slice takes its nearest key slice's mask (paper §2.1).

It answers "may I skip slices and have them filled in?", not "how precisely must I draw?".
"""

import numpy as np

from ..keys import key_slices, nearest_key
from ..random_streams import RandomStreams
from .annotation import Annotation
from .proxy import Proxy

__all__ = ["INTERPOLATION", "fill_in_by_copying"]


def fill_in_by_copying(
    reference: np.ndarray, *, labeled: np.ndarray, level: float, streams: RandomStreams
) -> Annotation:
    """Draw the key slices of one volume and copy each to the slices around it.

    Parameters
    ----------
    reference : ndarray of shape (n_slices, height, width), dtype bool
    labeled : ndarray of shape (n_labeled,), dtype int64
        Slices of `reference` that are not empty, ascending, at least one.
    level : float >= 1
        Spacing of the key slices, in slices.
    streams : RandomStreams

    Returns
    -------
    Annotation
        Slices outside the structure's extent stay empty: where it begins and ends is seen without drawing.
    """
    keys = key_slices(labeled, spacing=level, offset=streams.offset)
    extent = np.arange(labeled[0], labeled[-1] + 1)
    source = nearest_key(extent, keys)
    return Annotation(extent=extent, masks=reference[source], sources=source[:, None])


INTERPOLATION = Proxy(
    name="interpolation",
    title="Filled in by copying",
    question="skipping",
    annotate=fill_in_by_copying,
    instruction="copy it to {others}",
    filling="copied from its neighbour",
    caveat="the masks of key slices are exact, and copied to all slices between them",
    is_copy=True,
)
