"""Completeness: which labeled slices of a selected volume are used (paper §2.1; equidistant: §3.2)."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from .keys import key_slices
from .random_streams import RandomStreams

__all__ = ["SAMPLINGS", "Sampling", "count_slices", "sample_equidistant", "sample_random"]

Sampling = Callable[..., np.ndarray]
"""``(slices, *, completeness, streams) -> slices used``, ascending, at least one where there is one."""


def count_slices(*, n_labeled: int, completeness: float) -> int:
    """Count the slices that a completeness uses of one volume: the nearest whole number, at least one."""
    return max(1, math.floor(completeness * n_labeled + 0.5))


def sample_random(slices: np.ndarray, *, completeness: float, streams: RandomStreams) -> np.ndarray:
    """Sample slices at random, nested: a smaller completeness uses a subset.

    Parameters
    ----------
    slices : ndarray of shape (n,), dtype int64
        Candidates, ascending.
    completeness : float in (0, 1]
    streams : RandomStreams

    Returns
    -------
    ndarray of shape (n_used,), dtype int64
        Ascending. Whether a slice comes early is decided for the slice, not for its rank, so that annotations of
        different quality are sampled alike.
    """
    if not len(slices):
        return slices
    priority = streams.generator("slices").random(int(slices[-1]) + 1)[slices]
    return np.sort(
        slices[np.argsort(priority)[: count_slices(n_labeled=len(slices), completeness=completeness)]]
    )


def sample_equidistant(slices: np.ndarray, *, completeness: float, streams: RandomStreams) -> np.ndarray:
    """Sample every n-th slice, n = 1 / completeness: the key slices of interpolation at that spacing.

    Parameters
    ----------
    slices : ndarray of shape (n,), dtype int64
        Candidates, ascending, at least one.
    completeness : float in (0, 1]
    streams : RandomStreams

    Returns
    -------
    ndarray of shape (n_used,), dtype int64
        Ascending, at least one.
    """
    return np.intersect1d(slices, key_slices(slices, spacing=1 / completeness, offset=streams.offset))


SAMPLINGS: Mapping[str, Sampling] = MappingProxyType(
    {"equidistant": sample_equidistant, "random": sample_random}
)
