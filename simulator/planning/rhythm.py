"""Which slices of a volume are drawn: every n-th, begun elsewhere in each volume, as where the law was measured.

Slices as far from one end of every structure as from the other would never show its ends (docs/method.md §15).
"""

import zlib

import numpy as np

from ..records import LabVolume
from ..virtues.completeness import sample_random
from ..virtues.keys import key_slices
from ..virtues.random_streams import RandomStreams
from .order import spread_slices

__all__ = ["every_nth", "offset_of", "sample_beyond", "still_to_draw", "streams_of"]


def streams_of(name: str) -> RandomStreams:
    """Make the random numbers of a lab's volume: the same in each plan of it."""
    return RandomStreams(seed=0, volume_id=f"{zlib.crc32(name.encode()):x}", offset=offset_of(name))


def offset_of(name: str) -> float:
    """Say where the slices of a volume begin: a share of their distance, in [0, 1).

    Examples
    --------
    >>> round(offset_of("CT_0017"), 2), round(offset_of("CT_0019"), 2)
    (0.44, 0.53)
    """
    return zlib.crc32(name.encode()) / 2**32


def every_nth(first: int, last: int, *, every: int, offset: float, least: int = 1) -> tuple[int, ...]:
    """Every n-th slice from the first to the last.

    Parameters
    ----------
    first, last : int
    every : int
    offset : float in [0, 1)
        Where the first lies, as a share of `every`.
    least : int, default=1
        Where that gives fewer, one of each of so many equal parts is taken instead, or all slices.

    Returns
    -------
    tuple of int
        Ascending, at least one.

    Examples
    --------
    >>> every_nth(10, 20, every=4, offset=0.25)
    (11, 15, 19)
    >>> every_nth(10, 18, every=9, offset=0.5, least=3)
    (11, 14, 17)
    """
    slices = np.arange(first, last + 1)
    drawn = key_slices(slices, spacing=every, offset=offset)
    if len(drawn) < least:
        drawn = spread_slices(slices, n_slices=min(len(slices), least), offset=offset)
    return tuple(drawn.tolist())


def still_to_draw(volume: LabVolume, first: int, last: int, *, every: int, least: int = 1) -> tuple[int, ...]:
    """Every n-th slice of a lab's volume, from the first to the last, but for those that were labeled before."""
    planned = every_nth(first, last, every=every, offset=offset_of(volume.name), least=least)
    done = set(volume.labeled_slices)
    return tuple(index for index in planned if index not in done)


def sample_beyond(first: int, last: int, *, n_slices: int, every: int, name: str) -> tuple[int, ...]:
    """Sample as large a share of the slices before and behind the structure as is drawn of those that show it."""
    beyond = np.r_[:first, last + 1 : n_slices]
    return tuple(sample_random(beyond, completeness=1 / every, streams=streams_of(name)).tolist())
