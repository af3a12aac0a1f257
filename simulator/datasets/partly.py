"""A data set of which annotators have labeled only a part: which volumes test, and which slices of the others count."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PartlyLabeled"]


@dataclass(frozen=True, kw_only=True)
class PartlyLabeled:
    """What of a data set is labeled.

    Parameters
    ----------
    test : frozenset of str
        Names of the volumes that are labeled in full and test; all others are the pool.
    slices : mapping of str to tuple of int
        For each volume of the pool, by name, the slices of which it is known what they show, counted from 0 along the
        slicing axis, ascending; all others stay out of the training set, as if they were not there.
    n_labeled_slices : int
        Slices that show the structure in the pool whose law a score is held against: an epoch is as long as there.
    """

    test: frozenset[str]
    slices: Mapping[str, tuple[int, ...]]
    n_labeled_slices: int
