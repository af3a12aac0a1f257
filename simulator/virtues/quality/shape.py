"""Quality by shape: key slices are drawn, the masks between two of them are interpolated as annotation tools do.

The signed distances to the boundary are blended between the two key slices around a slice, so that an outline moves
and grows steadily from one to the other (Raya and Udupa 1990, doi:10.1109/42.52980). Like copying, it answers "may I
skip slices and have them filled in?".
"""

from itertools import pairwise

import numpy as np
import scipy

from ..blends import signed_distance
from ..keys import key_slices, nearest_key
from ..random_streams import RandomStreams
from .annotation import Annotation
from .proxy import Proxy

__all__ = ["SHAPE", "fill_in_by_blending"]


def fill_in_by_blending(
    reference: np.ndarray, *, labeled: np.ndarray, level: float, streams: RandomStreams
) -> Annotation:
    """Draw the key slices of one volume and interpolate the shape between them.

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
        Before the first key slice and after the last, and beside a key slice without any mask, the nearest key slice's
        mask is taken: there is nothing to blend. Distances are in pixels.
    """
    keys = key_slices(labeled, spacing=level, offset=streams.offset)
    extent = np.arange(labeled[0], labeled[-1] + 1)
    nearest = nearest_key(extent, keys)
    masks = reference[nearest].copy()
    sources = np.stack([nearest, nearest], axis=1)
    for before, after in pairwise(keys.tolist()):
        between = np.arange(before + 1, after)
        if not (len(between) and reference[before].any() and reference[after].any()):
            continue
        # A blend of two is never larger than both together.
        ((rows, columns),) = scipy.ndimage.find_objects(
            (reference[before] | reference[after]).astype(np.int8)
        )
        low, high = (signed_distance(reference[key, rows, columns]) for key in (before, after))
        weight = ((between - before) / (after - before))[:, None, None]
        blend = (1 - weight) * low + weight * high
        places = between - extent[0]
        # On the boundary itself the nearest key slice decides.
        inside = np.where(blend == 0, masks[places, rows, columns], blend > 0)
        masks[places] = False
        masks[places, rows, columns] = inside
        sources[places] = before, after
    return Annotation(extent=extent, masks=masks, sources=sources)


SHAPE = Proxy(
    name="shape",
    title="Filled in by blending",
    question="skipping",
    annotate=fill_in_by_blending,
    instruction="fill in {others} by blending between outlined ones",
    end_instruction="fill in {others} by blending between outlined ones, or copy it outside them",
    filling="blended from its neighbours",
    caveat="the masks of key slices are exact, and blended in all slices between them, as annotation tools do",
    is_blend=True,
)
