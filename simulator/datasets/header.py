"""What a volume's file promises, and how such a promise is judged: the same for every format."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import nibabel as nib
import numpy as np

from .problems import VolumeError
from .turning import Turn, find_turn

__all__ = [
    "AFFINE_TOLERANCE_VOXELS",
    "MAX_BYTES",
    "MAX_CHANNELS",
    "MAX_DEFLATE",
    "MAX_SIDE",
    "Note",
    "VolumeHeader",
    "distance",
    "judge_affine",
    "judge_bytes",
    "judge_shape",
    "judge_size",
    "times",
    "unreadable",
]

MAX_BYTES = 4 * 2**30
"""Largest decoded array that is read: 1024 × 1024 × 2048 voxels of two bytes."""

MAX_CHANNELS = 16
"""Most channels of a 4-D image; a series over time is none."""

MAX_SIDE = 2**15
"""Most voxels along an axis, as NIfTI-1 has it."""

MAX_COORDINATE_MM = 1e6
"""Nothing lies a kilometre from the scanner."""

MAX_DEFLATE = 1032
"""Deflate cannot shrink more than this."""

AFFINE_TOLERANCE_VOXELS = 0.1
"""Two grids that lie no further apart are one."""

Note = tuple[str, str]
"""What is odd about a file, and what to do about it."""


@dataclass(frozen=True, kw_only=True)
class VolumeHeader:
    """What a file promises, after it was judged.

    Parameters
    ----------
    path : Path
    shape : tuple of 3 int
        Voxels along the array axes, each at least 1.
    n_channels : int
        Size of the fourth axis; 1 for a 3-D file.
    dtype : numpy dtype
        On-disk type, whole or floating numbers of at most 8 bytes.
    offset : int
        Where the voxels begin in the (decompressed) file, in bytes; of NIfTI.
    slope, inter : float
        Decoded value = slope · stored value + inter.
    affine : ndarray of shape (4, 4), dtype float64
        From voxel indices to millimetres (RAS); not singular.
    others : tuple of (name, ndarray)
        Other affines that the file holds, as ("qform", …).
    turn : Turn
        How the array is turned after it was read; shape and affine are those of the turned one.
    notes : tuple of (what, what to do)
        What is odd about it, and stops nothing.
    """

    path: Path
    shape: tuple[int, int, int]
    n_channels: int
    dtype: np.dtype
    offset: int
    slope: float
    inter: float
    affine: np.ndarray
    others: tuple[tuple[str, np.ndarray], ...] = ()
    turn: Turn = field(default_factory=Turn)
    notes: tuple[Note, ...] = ()

    @property
    def n_bytes(self) -> int:
        """Size of the decoded array, in its on-disk type."""
        return math.prod(self.shape) * self.n_channels * self.dtype.itemsize

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance of neighbouring voxels along each array axis."""
        x, y, z = np.sqrt((self.affine[:3, :3] ** 2).sum(axis=0)).tolist()
        return x, y, z

    @property
    def orientation(self) -> str:
        """Where each array axis points, as three letters (RAS+ codes)."""
        return "".join(map(str, nib.aff2axcodes(self.affine)))

    @property
    def stored_shape(self) -> tuple[int, int, int]:
        """Voxels along the array axes as they are stored."""
        return self.turn.undo_shape(self.shape)

    def turned(self, orientation: str) -> "VolumeHeader":
        """Turn what is read to another orientation; the file stays as it is."""
        turn = find_turn(self.orientation, orientation)
        x, y, z = (self.shape[axis] for axis in turn.axes)
        return replace(
            self,
            shape=(x, y, z),
            affine=self.affine @ turn.matrix(self.shape),
            others=(),
            turn=self.turn.then(turn),
        )


def judge_shape(path: Path, sizes: list[int]) -> tuple[tuple[int, int, int], int]:
    """Take the sizes of a file's axes for three sides and a number of channels.

    Raises
    ------
    VolumeError
        If they are no 3-D volume with channels, or too many.
    """
    if min(sizes) < 1:
        raise VolumeError(
            f"{path.name} has dimensions {times(sizes)}, expected at least 1 each", "convert it again"
        )
    shape = list(sizes)
    while len(shape) > 3 and shape[-1] == 1:
        shape.pop()
    if len(shape) not in (3, 4):
        raise VolumeError(
            f"{path.name} has dimensions {times(shape)}, expected three, and a fourth for channels at most",
            "convert it to one 3-D or 4-D volume",
        )
    if max(shape[:3]) > MAX_SIDE:
        raise VolumeError(
            f"{path.name} has dimensions {times(shape)}, expected at most {MAX_SIDE} each",
            "cut it to the part that matters",
        )
    n_channels = shape[3] if len(shape) == 4 else 1
    if n_channels > MAX_CHANNELS:
        raise VolumeError(
            f"{path.name} has {n_channels} channels, expected at most {MAX_CHANNELS}",
            "take the channels that matter, or one time point",
        )
    return (shape[0], shape[1], shape[2]), n_channels


def judge_bytes(path: Path, n_bytes: int, *, data: Path, offset: float, is_compressed: bool) -> None:
    """Hold what a header promises against the limit and against what the file with the voxels can hold.

    Raises
    ------
    VolumeError
        If it is more than either.
    """
    judge_size(path, n_bytes)
    n_stored = data.stat().st_size
    if offset + n_bytes > n_stored * (MAX_DEFLATE if is_compressed else 1):
        raise VolumeError(
            f"{path.name} promises {n_bytes:,} bytes of voxels, more than its {n_stored:,} bytes can hold",
            "copy or download it again",
        )


def judge_size(path: Path, n_bytes: int) -> None:
    """Hold what a header promises against the limit; raises VolumeError if it is more."""
    if n_bytes > MAX_BYTES:
        raise VolumeError(
            f"{path.name} promises {n_bytes:,} bytes of voxels, the limit is {MAX_BYTES:,}",
            "crop or downsample it",
        )


def judge_affine(path: Path, affine: np.ndarray) -> np.ndarray:
    """Check that an affine maps voxels to positions.

    Returns
    -------
    ndarray of shape (4, 4), dtype float64

    Raises
    ------
    VolumeError
        If it does not.
    """
    if not np.isfinite(affine).all() or np.abs(affine).max() > MAX_COORDINATE_MM:
        raise VolumeError(
            f"{path.name} has an affine with values that are no positions in millimetres",
            "correct where its header places it (NIfTI: sform and qform)",
        )
    spacing = np.sqrt((affine[:3, :3] ** 2).sum(axis=0))
    if not (spacing > 0).all() or abs(np.linalg.det(affine[:3, :3] / np.maximum(spacing, 1e-12))) < 1e-6:
        raise VolumeError(
            f"{path.name} has a singular affine: its voxels have no extent in space",
            "correct spacing and directions in its header (NIfTI: sform, qform, pixdim)",
        )
    return affine


def distance(shape: tuple[int, int, int], affine: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """How far apart two grids of one shape lie at their farthest corner, in millimetres and in voxels."""
    if np.array_equal(affine, other):  # as those of image and mask mostly are
        return 0.0, 0.0
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in shape])).reshape(3, -1)
    difference = (other - affine) @ np.vstack([corners, np.ones(corners.shape[1])])
    voxels = np.linalg.solve(affine[:3, :3], difference[:3])
    return float(np.linalg.norm(difference[:3], axis=0).max()), float(np.abs(voxels).max())


def times(shape: list[int] | tuple[int, ...]) -> str:
    """Write sides as ``512 × 512 × 60``."""
    return " × ".join(str(n) for n in shape)


def unreadable(path: Path, error: Exception) -> VolumeError:
    """Say in one line why a file could not be read."""
    if isinstance(error, OSError) and error.errno:
        return VolumeError(
            f"{path.name} cannot be read ({error.strerror})", "check its permissions and its disk"
        )
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return VolumeError(f"{path.name} is cut off or damaged ({reason})", "copy or download it again")
