"""Where randomness enters an annotation: one frozen value for each volume and seed.

A volume's random numbers do not depend on which other volumes are selected or how much is asked of them, so that two
combinations of one seed differ only by what their virtues say (common random numbers).
"""

import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np

__all__ = ["RandomStreams"]


@dataclass(frozen=True, kw_only=True)
class RandomStreams:
    """The streams of random numbers of one volume under one seed.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    volume_id : str
        Hexadecimal id of the volume.
    offset : float in [0, 1)
        Position of the first key slice, as a share of the spacing. One offset serves interpolation and equidistant
        sampling alike, so that "filled in" and "left out" are compared on the same annotation (paper §3.2).
    """

    seed: int
    volume_id: str
    offset: float

    @classmethod
    def of(cls, *, seed: int, volume_id: str) -> Self:
        """Make the streams of a volume."""
        offset = float(generator(seed=seed, purpose="offset", volume_id=volume_id).random())
        return cls(seed=seed, volume_id=volume_id, offset=offset)

    def generator(self, purpose: str) -> np.random.Generator:
        """Make the random generator of one purpose; two purposes are independent."""
        return generator(seed=self.seed, purpose=purpose, volume_id=self.volume_id)


def generator(*, seed: int, purpose: str, volume_id: str = "0") -> np.random.Generator:
    """Make the random generator of a seed, a purpose and a volume (or none)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), int(volume_id, 16)])
