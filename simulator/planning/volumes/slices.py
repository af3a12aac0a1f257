"""How the volumes of a folder are sliced: all in one plane, that of most of them, whatever way their arrays lie."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...datasets.axis import choose_axis, name_plane
from ...datasets.header import VolumeHeader
from ...datasets.turning import find_turn, usual_orientation

__all__ = ["MIN_SLICES", "Grid", "Plane", "choose_plane", "find_strange", "find_turned", "grid_of"]

MIN_SLICES = 4
"""What has fewer is a localizer, or one picture."""

CLEARLY_THICKER = 1.5
"""Slices run across the axis along which voxels are so much longer than along both others."""

Fault = tuple[str, str]
"""Why a volume is left out, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How a volume lies in its array, as far as slicing asks for it.

    Parameters
    ----------
    orientation : str
        Where each array axis points (RAS+ codes).
    shape : tuple of 3 int
    spacing_mm : tuple of 3 float
        Distance of neighbouring voxels along each array axis, to a tenth of a micrometre.
    """

    orientation: str
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]

    def axis_across(self, plane: str) -> int:
        """Find the array axis across which it is sliced in a plane."""
        return next(axis for axis in range(3) if name_plane(self.orientation, axis) == plane)


@dataclass(frozen=True, kw_only=True)
class Plane:
    """The plane of the slices.

    Parameters
    ----------
    name : str
        Axial, coronal or sagittal; "" where there is no volume.
    why : str
        Where the choice comes from.
    """

    name: str
    why: str


def grid_of(header: VolumeHeader) -> Grid:
    """Take what slicing asks for from a header."""
    x, y, z = (round(spacing, 4) for spacing in header.spacing_mm)
    return Grid(orientation=header.orientation, shape=header.shape, spacing_mm=(x, y, z))


def choose_plane(grids: Collection[Grid], *, is_ct: bool) -> Plane:
    """Choose the plane in which most volumes are sliced, each by its own voxels.

    Parameters
    ----------
    grids : collection of Grid
        May be none.
    is_ct : bool
        CT is sliced axially, all else across its thickest voxels.

    Returns
    -------
    Plane
        On a tie the one of the usual orientation's last axis.
    """
    if not grids:
        return Plane(name="", why="there is no volume")
    usual = usual_orientation(grid.orientation for grid in grids)
    counts: Counter[tuple[int, str]] = Counter()
    for (orientation, spacing_mm), n in Counter(
        (grid.orientation, grid.spacing_mm) for grid in grids
    ).items():
        turned = [spacing_mm[axis] for axis in find_turn(orientation, usual).axes]
        choice = choose_axis(
            asked=None, catalogued=None, is_ct=is_ct, orientation=usual, spacings_mm=[turned]
        )
        counts[choice.axis, choice.why] += n
    axis = max(range(3), key=lambda axis: (sum(n for (one, _), n in counts.items() if one == axis), axis))
    why = max((n, why) for (one, why), n in counts.items() if one == axis)[1]
    return Plane(name=name_plane(usual, axis), why=why)


def find_strange(
    grids: Mapping[Path, Grid], modalities: Mapping[Path, str], *, modality: str
) -> dict[Path, Fault]:
    """Find what is no volume to be sliced: too few slices, or of another modality than the others.

    Parameters
    ----------
    grids : mapping of Path to Grid
    modalities : mapping of Path to str
        As far as the files say it.
    modality : str
        Of the others; "" where that is not known.

    Returns
    -------
    dict of Path to (why, what to do)
    """
    found: dict[Path, Fault] = {}
    for path, grid in grids.items():
        n_slices, kind = min(grid.shape), modalities.get(path, modality)
        if n_slices < MIN_SLICES:
            found[path] = (f"It has {n_slices} slice{'s' if n_slices > 1 else ''}", "Nothing")
        elif kind and kind not in ("CT", "MR"):
            found[path] = (f"It is {kind} by its DICOM header, not CT or MR", "Nothing")
        elif modality and kind != modality:
            found[path] = (f"It is {kind}, not {modality}", f"Make a project of its own for {kind}")
    return found


def find_turned(grids: Mapping[Path, Grid], plane: str) -> dict[Path, Fault]:
    """Find volumes whose voxels are clearly longest across another plane: they were acquired in that one.

    Returns
    -------
    dict of Path to (why, what to do)
    """
    fault = ("Its slices run along another axis", "Turn it, or go on without it")
    return {path: fault for path, grid in grids.items() if _own_plane(grid) not in ("", plane)}


def _own_plane(grid: Grid) -> str:
    _, second, largest = sorted(grid.spacing_mm)
    if largest < CLEARLY_THICKER * second:
        return ""
    return name_plane(grid.orientation, grid.spacing_mm.index(largest))
