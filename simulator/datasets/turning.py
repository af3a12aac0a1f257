"""How volumes lie in their arrays, and turning them so that all slices of a data set look alike.

An orientation is three letters, one an array axis: where it points (RAS+ codes, as "LPS"). Turning swaps and reverses
array axes and computes no voxel anew.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["Turn", "find_turn", "orientation_of_slices", "usual_orientation"]

_DIRECTIONS = {"R": 0, "L": 0, "A": 1, "P": 1, "S": 2, "I": 2}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Which axis of an array becomes which, and which ones are reversed.

    Parameters
    ----------
    axes : tuple of 3 int
        For each new axis, the old one.
    is_reversed : tuple of 3 bool
        For each new axis, whether it runs against the old one.
    """

    axes: tuple[int, int, int] = (0, 1, 2)
    is_reversed: tuple[bool, bool, bool] = (False, False, False)

    def then(self, other: "Turn") -> "Turn":
        """Join two turns to one."""
        a, b, c = (self.axes[axis] for axis in other.axes)
        x, y, z = (
            self.is_reversed[axis] != is_reversed
            for axis, is_reversed in zip(other.axes, other.is_reversed, strict=True)
        )
        return Turn(axes=(a, b, c), is_reversed=(x, y, z))

    def apply(self, array: np.ndarray) -> np.ndarray:
        """Turn the first three axes of an array; returns a view."""
        turned = array.transpose(*self.axes, *range(3, array.ndim))
        return turned[tuple(slice(None, None, -1 if reverse else 1) for reverse in self.is_reversed)]

    def undo_shape(self, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        """Say which shape an array had before it was turned."""
        sizes = dict(zip(self.axes, shape, strict=True))
        return sizes[0], sizes[1], sizes[2]

    def matrix(self, shape: tuple[int, int, int]) -> np.ndarray:
        """Map new voxel indices to those in the array of this shape, before it is turned; 4 × 4, float64."""
        matrix = np.zeros((4, 4))
        matrix[3, 3] = 1
        for new, (old, is_reversed) in enumerate(zip(self.axes, self.is_reversed, strict=True)):
            matrix[old, new] = -1 if is_reversed else 1
            matrix[old, 3] = shape[old] - 1 if is_reversed else 0
        return matrix


def find_turn(start: str, end: str) -> Turn:
    """Find the turn that brings one orientation to another.

    Examples
    --------
    >>> find_turn("LPS", "RAS")
    Turn(axes=(0, 1, 2), is_reversed=(True, True, False))
    """
    directions = [_DIRECTIONS[letter] for letter in start]
    a, b, c = (directions.index(_DIRECTIONS[letter]) for letter in end)
    x, y, z = (start[old] != letter for old, letter in zip((a, b, c), end, strict=True))
    return Turn(axes=(a, b, c), is_reversed=(x, y, z))


def usual_orientation(orientations: Iterable[str]) -> str:
    """Find the most frequent orientation; on a tie the first one by letter, whatever the order of the volumes.

    Examples
    --------
    >>> usual_orientation(["RAS", "LPS", "LPS", "RAS"])
    'LPS'
    """
    counts = Counter(orientations)
    return min(counts, key=lambda orientation: (-counts[orientation], orientation))


def orientation_of_slices(own: str, usual: str, *, axis: int) -> str:
    """Say how a volume is turned before it is sliced across `axis` of the usual orientation.

    In the plane it lies as usual. From slice to slice it keeps its own direction, so that slices keep their numbers.

    Examples
    --------
    >>> orientation_of_slices("LPI", "RAS", axis=2)
    'RAI'
    """
    along = next(letter for letter in own if _DIRECTIONS[letter] == _DIRECTIONS[usual[axis]])
    return usual[:axis] + along + usual[axis + 1 :]
