"""What could be done with the volumes of one pool, measured or not: known once its slices are prepared.

Whole volumes, every n-th slice exactly; or every slice, with quality lost as its proxy loses it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...datasets import PreparedDataset
from ...records import DatasetReference, Virtues
from ...virtues import find_curve, spacing_of
from .candidates import count_out, follow

__all__ = ["Space", "lay_corners", "lay_out_trainings", "space_of"]

QUALITIES = (0.95, 0.9, 0.85, 0.8, 0.75)
"""Below 1, as far as skipping slices loses as much."""

N_COUNTS = 12
"""Numbers of volumes, and of rhythms, that are trained."""

FEWEST = 16
"""Of the pool's volumes this part is trained at least, but two."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Space:
    """The pool of one data set; made by `space_of`.

    Parameters
    ----------
    reference : DatasetReference
    protocol : str
        Under which it would be measured.
    n_slices : int
        Labeled slices of all its volumes.
    ways : DataFrame
        Ways to lose quality: columns quality, proxy, achieved_quality, spacing (of key slices).
    """

    reference: DatasetReference
    protocol: str
    n_slices: int
    ways: pd.DataFrame


def space_of(dataset: PreparedDataset, *, protocol: str, proxy: str = "interpolation") -> Space:
    """Say what could be done with the pool of a prepared data set.

    Parameters
    ----------
    dataset : PreparedDataset
    protocol : str
    proxy : str, default="interpolation"
        How quality may be lost, as far as it is known which spacing loses how much; else masks are exact.

    Returns
    -------
    Space
    """
    curve = find_curve(dataset, proxy=proxy)
    reached = [] if curve is None else [quality for quality in QUALITIES if quality >= curve.lowest]
    spacings = [] if curve is None else [spacing_of(curve, quality) for quality in reached]
    ways = pd.DataFrame(
        {"quality": reached, "proxy": proxy, "achieved_quality": reached, "spacing": spacings}
    )
    n_slices = sum(len(volume.labeled) for volume in dataset.pool)
    return Space(reference=dataset.reference, protocol=protocol, n_slices=n_slices, ways=ways)


def lay_out_trainings(space: Space) -> pd.DataFrame:
    """Lay out strategies that are worth a training: steps between them are about equal.

    Parameters
    ----------
    space : Space

    Returns
    -------
    DataFrame
        As `count_out` gives them.
    """
    volumes = _spread(_fewest(space), space.reference.n_pool)
    strategies = follow(space.ways, volumes=volumes, steps=_spread(1, _most_steps(space)))
    return count_out(strategies, n_pool=space.reference.n_pool, n_slices=space.n_slices)


def lay_corners(space: Space) -> tuple[Virtues, ...]:
    """Name the ends of what is worth a training: everything, few volumes, few slices, little quality."""
    everything = Virtues.full()
    ends = {
        "diversity": _fewest(space) / space.reference.n_pool,
        "completeness": 1 / _most_steps(space),
        "quality": float(space.ways["quality"].min()) if len(space.ways) else 1.0,
    }
    saved = [
        Virtues(**{**everything.model_dump(), "sampling": "equidistant", name: end})
        for name, end in ends.items()
    ]
    return tuple(dict.fromkeys([everything, *saved]))


def _fewest(space: Space) -> int:
    return min(space.reference.n_pool, max(2, round(space.reference.n_pool / FEWEST)))


def _spread(least: int, most: int) -> np.ndarray:
    """Whole numbers from the least to the most, their ratios about equal: ndarray of shape (n,), dtype int64."""
    return np.unique(np.geomspace(least, most, N_COUNTS).round().astype(np.int64))


def _most_steps(space: Space) -> int:
    return max(1, space.n_slices // space.reference.n_pool)
