"""Reading one NIfTI file: its header is judged before any voxel is read, its voxels are decoded piece by piece.

An array stays in its on-disk type, in file order; what is computed with it sees one block or one slice at a time as
decoded values. So the memory that a volume takes is about that of its file, decompressed.
"""

import gzip
import io
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy
from nibabel.spatialimages import HeaderDataError

from .problems import VolumeError

__all__ = [
    "MAX_BYTES",
    "MAX_CHANNELS",
    "MAX_SIDE",
    "VolumeHeader",
    "decode",
    "iterate_blocks",
    "read_array",
    "read_header",
]

MAX_BYTES = 4 * 2**30
"""Largest decoded array that is read: 1024 × 1024 × 2048 voxels of two bytes."""

MAX_CHANNELS = 16
"""Most channels of a 4-D image; a series over time is none."""

MAX_SIDE = 2**15
"""Most voxels along an axis, as NIfTI-1 has it."""

MAX_COORDINATE_MM = 1e6
"""Nothing lies a kilometre from the scanner."""

_MAX_OFFSET = 2**26
_PIECE_BYTES = 2**20
_MAX_REST = 2**20  # of what follows the voxels, no more than this is unpacked
_MAX_DEFLATE = 1032  # deflate cannot shrink more than this
_BLOCK_VOXELS = 2**16


@dataclass(frozen=True, kw_only=True)
class VolumeHeader:
    """What a NIfTI file promises, after it was judged.

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
        Where the voxels begin in the (decompressed) file, in bytes.
    slope, inter : float
        Decoded value = slope · stored value + inter.
    affine : ndarray of shape (4, 4), dtype float64
        From voxel indices to millimetres (RAS); not singular.
    """

    path: Path
    shape: tuple[int, int, int]
    n_channels: int
    dtype: np.dtype
    offset: int
    slope: float
    inter: float
    affine: np.ndarray

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


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than a file's can be
        return False


def read_header(path: Path) -> VolumeHeader:
    """Read and judge a header; no voxel is read.

    Parameters
    ----------
    path : Path
        A ``.nii`` or ``.nii.gz`` file.

    Returns
    -------
    VolumeHeader

    Raises
    ------
    VolumeError
        If the file is missing, is no NIfTI file, or promises what cannot be: dimensions below 1, more than
        `MAX_BYTES`, more than the file can hold, a type that is no number, a slope or affine that maps nothing.
    """
    if not _is_file(path):
        raise VolumeError(f"{path.name} is missing or no regular file", "add it, or leave this volume out")
    raw = _parse_header(path)
    shape, n_channels = _judge_shape(path, raw)
    dtype = _judge_dtype(path, raw)
    offset = _judge_size(path, raw, n_values=math.prod(shape) * n_channels, dtype=dtype)
    slope, inter = _judge_scaling(path, raw)
    affine = _judge_affine(path, raw)
    return VolumeHeader(
        path=path,
        shape=shape,
        n_channels=n_channels,
        dtype=dtype,
        offset=offset,
        slope=slope,
        inter=inter,
        affine=affine,
    )


def read_array(header: VolumeHeader) -> np.ndarray:
    """Read the stored values of a file.

    Returns
    -------
    ndarray of shape (x, y, z, n_channels), on-disk dtype, in file (Fortran) order
        Values before slope and inter.

    Raises
    ------
    VolumeError
        If the file ends early or is damaged.
    """
    spec = ((*header.shape, header.n_channels), header.dtype, header.offset)
    try:
        with _open(header.path) as file:
            array = np.asarray(ArrayProxy(file, spec, mmap=False).get_unscaled())
            file.read(_MAX_REST)  # a file that ends here, as it should, has its checksum compared now
            return array
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise _unreadable(header.path, error) from None


def decode(values: np.ndarray, header: VolumeHeader) -> np.ndarray:
    """Turn stored values into decoded ones.

    Returns
    -------
    ndarray of the same shape, dtype float64
    """
    decoded = values.astype(np.float64)
    if (header.slope, header.inter) != (1.0, 0.0):
        decoded *= header.slope
        decoded += header.inter
    return decoded


def iterate_blocks(array: np.ndarray, header: VolumeHeader) -> Iterator[np.ndarray]:
    """Go through an array in file order, decoded, a block at a time.

    Yields
    ------
    ndarray of shape (n <= 2**16,), dtype float64
    """
    flat = array.reshape(-1, order="F")
    for start in range(0, flat.size, _BLOCK_VOXELS):
        yield decode(flat[start : start + _BLOCK_VOXELS], header)


def _parse_header(path: Path) -> nib.Nifti1Header:
    """Read the fixed part of the header, of NIfTI-1 or NIfTI-2, in either byte order."""
    block = _read_start(path)
    sizes = {int.from_bytes(block[:4], order) for order in ("little", "big")}
    if len(block) >= 348 and 348 in sizes:
        header, magic = nib.Nifti1Header(block[:348], check=False), b"n+1\0"
    elif len(block) == 540 and 540 in sizes:
        header, magic = nib.Nifti2Header(block, check=False), b"n+2\0"
    else:
        raise VolumeError(f"{path.name} has no NIfTI header", "convert it to NIfTI (.nii or .nii.gz)")
    if header["magic"].tobytes() != magic:
        raise VolumeError(f"{path.name} is no single-file NIfTI", "convert it to NIfTI (.nii or .nii.gz)")
    return header


def _read_start(path: Path) -> bytes:
    """Read as many bytes as the longer of the two headers has."""
    is_compressed = path.name.endswith(".gz")
    try:
        with path.open("rb") as file:
            has_gzip_mark = file.read(2) == b"\x1f\x8b"
        if has_gzip_mark != is_compressed:
            found, ending = ("gzip", ".nii.gz") if has_gzip_mark else ("no gzip", ".nii")
            raise VolumeError(f"{path.name} holds {found} data", f"rename it to {ending}, or copy it again")
        with _open(path) as file:
            return file.read(540)
    except (EOFError, OSError, zlib.error) as error:
        raise _unreadable(path, error) from None


class _Pieces(io.RawIOBase):
    """A file that is read a piece at a time: `gzip` alone would unpack all that is asked for beside its place."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(min(len(buffer), _PIECE_BYTES))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def _open(path: Path) -> io.BufferedReader:
    return io.BufferedReader(_Pieces(gzip.open(path))) if path.name.endswith(".gz") else path.open("rb")  # type: ignore[arg-type]


def _judge_shape(path: Path, raw: nib.Nifti1Header) -> tuple[tuple[int, int, int], int]:
    dims = [int(n) for n in raw["dim"]]
    if not 1 <= dims[0] <= 7:
        raise VolumeError(f"{path.name} promises {dims[0]} dimensions", "copy or convert it again")
    shape = dims[1 : 1 + dims[0]]
    if min(shape) < 1:
        raise VolumeError(
            f"{path.name} has dimensions {_times(shape)}, expected at least 1 each", "convert it again"
        )
    while len(shape) > 3 and shape[-1] == 1:
        shape.pop()
    if len(shape) not in (3, 4):
        raise VolumeError(
            f"{path.name} has dimensions {_times(shape)}, expected three, and a fourth for channels at most",
            "convert it to one 3-D or 4-D volume",
        )
    if max(shape[:3]) > MAX_SIDE:
        raise VolumeError(
            f"{path.name} has dimensions {_times(shape)}, expected at most {MAX_SIDE} each",
            "cut it to the part that matters",
        )
    n_channels = shape[3] if len(shape) == 4 else 1
    if n_channels > MAX_CHANNELS:
        raise VolumeError(
            f"{path.name} has {n_channels} channels, expected at most {MAX_CHANNELS}",
            "take the channels that matter, or one time point",
        )
    return (shape[0], shape[1], shape[2]), n_channels


def _judge_dtype(path: Path, raw: nib.Nifti1Header) -> np.dtype:
    try:
        dtype: np.dtype | None = raw.get_data_dtype()
    except (HeaderDataError, KeyError):
        dtype = None
    if dtype is None or dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise VolumeError(
            f"{path.name} stores values of type {dtype or int(raw['datatype'])}",
            "convert it to whole or floating numbers of at most 8 bytes",
        )
    return dtype


def _judge_size(path: Path, raw: nib.Nifti1Header, *, n_values: int, dtype: np.dtype) -> int:
    """Hold what the header promises against a limit and against what the file can hold."""
    offset, n_bytes = float(raw["vox_offset"]), n_values * dtype.itemsize
    if not raw.single_vox_offset <= offset <= _MAX_OFFSET:
        raise VolumeError(
            f"{path.name} puts its voxels at byte {offset:g}, expected {raw.single_vox_offset} to {_MAX_OFFSET}",
            "copy or convert it again",
        )
    if n_bytes > MAX_BYTES:
        raise VolumeError(
            f"{path.name} promises {n_bytes:,} bytes of voxels, the limit is {MAX_BYTES:,}",
            "crop or downsample it",
        )
    factor = _MAX_DEFLATE if path.name.endswith(".gz") else 1
    if offset + n_bytes > path.stat().st_size * factor:
        raise VolumeError(
            f"{path.name} promises {n_bytes:,} bytes of voxels, more than its {path.stat().st_size:,} bytes can hold",
            "copy or download it again",
        )
    return int(offset)


def _judge_scaling(path: Path, raw: nib.Nifti1Header) -> tuple[float, float]:
    slope, inter = float(raw["scl_slope"]), float(raw["scl_inter"])
    if not (math.isfinite(slope) and math.isfinite(inter)):
        raise VolumeError(
            f"{path.name} has scl_slope {slope:g} and scl_inter {inter:g}, expected finite numbers",
            "write 1 and 0 if its values need no scaling",
        )
    return (slope, inter) if slope != 0 else (1.0, 0.0)  # NIfTI: slope 0 means unscaled


def _judge_affine(path: Path, raw: nib.Nifti1Header) -> np.ndarray:
    try:
        affine = np.asarray(raw.get_best_affine(), dtype=np.float64)
    except (HeaderDataError, ValueError):
        affine = np.full((4, 4), np.nan)
    if not np.isfinite(affine).all() or np.abs(affine).max() > MAX_COORDINATE_MM:
        raise VolumeError(
            f"{path.name} has an affine with values that are no positions in millimetres",
            "correct sform and qform in its header",
        )
    spacing = np.sqrt((affine[:3, :3] ** 2).sum(axis=0))
    if not (spacing > 0).all() or abs(np.linalg.det(affine[:3, :3] / np.maximum(spacing, 1e-12))) < 1e-6:
        raise VolumeError(
            f"{path.name} has a singular affine: its voxels have no extent in space",
            "correct sform, qform and pixdim in its header",
        )
    return affine


def _times(shape: list[int]) -> str:
    return " × ".join(str(n) for n in shape)


def _unreadable(path: Path, error: Exception) -> VolumeError:
    if isinstance(error, OSError) and error.errno:
        return VolumeError(
            f"{path.name} cannot be read ({error.strerror})", "check its permissions and its disk"
        )
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return VolumeError(f"{path.name} is cut off or damaged ({reason})", "copy or download it again")
