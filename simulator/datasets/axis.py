"""Which array axis a data set is sliced across, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["AxisChoice", "choose_axis", "name_plane"]

_TIE = 1e-3  # spacings are floating numbers

_PLANES = {"R": "sagittal", "L": "sagittal", "A": "coronal", "P": "coronal", "S": "axial", "I": "axial"}


@dataclass(frozen=True, kw_only=True)
class AxisChoice:
    """A slicing axis.

    Parameters
    ----------
    axis : int
        Array axis, 0 to 2.
    why : str
        Where the choice comes from.
    """

    axis: int
    why: str


def choose_axis(
    *,
    asked: int | None,
    catalogued: int | None,
    is_ct: bool,
    orientation: str,
    spacings_mm: Sequence[Sequence[float]],
) -> AxisChoice:
    """Choose the slicing axis: as asked, as the catalogue says, axial for CT, else that of the largest spacing.

    Parameters
    ----------
    asked : int or None
        From ``--axis``.
    catalogued : int or None
        From the catalogue.
    is_ct : bool
    orientation : str
        Where the array axes of the volumes point (RAS+ codes), as most of them are stored.
    spacings_mm : sequence of 3 float
        Of each volume turned to it; the median decides, on a tie the last axis.

    Returns
    -------
    AxisChoice

    Examples
    --------
    >>> choose_axis(asked=None, catalogued=None, is_ct=True, orientation="SRA", spacings_mm=[(1, 1, 1)]).axis
    0
    """
    if asked is not None:
        return AxisChoice(axis=asked, why="as asked")
    if catalogued is not None:
        return AxisChoice(axis=catalogued, why="named by the catalogue")
    upright = [axis for axis, letter in enumerate(orientation) if letter in "SI"]
    if is_ct and upright:
        return AxisChoice(axis=upright[0], why="the superior-inferior axis, as CT is acquired")
    spacing = np.median(np.asarray(spacings_mm, dtype=np.float64), axis=0)
    largest = np.flatnonzero(spacing >= spacing.max() * (1 - _TIE))
    if len(largest) == 1:
        return AxisChoice(axis=int(largest[0]), why=f"the axis of largest spacing, {spacing.max():.3g} mm")
    return AxisChoice(axis=int(largest[-1]), why="the last of the axes with the largest spacing")


def name_plane(orientation: str, axis: int) -> str:
    """Name the plane of the slices across an axis: axial, coronal or sagittal."""
    return _PLANES[orientation[axis]]
