"""NIfTI files: the header is judged before any voxel is read, and no more is unpacked than it promises."""

import gzip
import io
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy
from nibabel.spatialimages import HeaderDataError

from .header import (
    AFFINE_TOLERANCE_VOXELS,
    Note,
    VolumeHeader,
    distance,
    judge_affine,
    judge_bytes,
    judge_shape,
    unreadable,
)
from .problems import VolumeError

__all__ = ["iterate_nifti", "read_nifti_array", "read_nifti_header"]

_MAX_OFFSET = 2**26
_PIECE_BYTES, _PACKED_BYTES = 2**20, 2**17
_GZIP = 31  # zlib's number for its widest window with gzip's header and checksum
_MAX_REST = 2**20  # of what follows the voxels, no more than this is unpacked
_LARGEST_VOXEL_MM = 100
_CONVERT = "convert it to NIfTI (.nii or .nii.gz)"

_UNITS_MM = {1: ("metres", 1e3), 3: ("micrometres", 1e-3)}
"""Code of xyzt_units → its name and length; all others are millimetres."""


def read_nifti_header(path: Path) -> VolumeHeader:
    """Read and judge a header, as `read_header` says."""
    block, is_compressed = _read_start(path)
    raw = _parse_header(path, block)
    dims = [int(n) for n in raw["dim"]]
    if not 1 <= dims[0] <= 7:
        raise VolumeError(f"{path.name} promises {dims[0]} dimensions", "copy or convert it again")
    shape, n_channels = judge_shape(path, dims[1 : 1 + dims[0]])
    dtype, offset = _judge_dtype(path, raw), _judge_offset(path, raw)
    n_bytes = math.prod(shape) * n_channels * dtype.itemsize
    judge_bytes(path, n_bytes, data=path, offset=offset, is_compressed=is_compressed)
    slope, inter = _judge_scaling(path, raw)
    affine, factor, notes = _judge_affine(path, raw)
    others = _find_others(path, raw, factor)
    return VolumeHeader(
        path=path,
        shape=shape,
        n_channels=n_channels,
        dtype=dtype,
        offset=offset,
        slope=slope,
        inter=inter,
        affine=affine,
        others=others,
        notes=(
            *_note_packing(path, is_compressed=is_compressed),
            *_note_scaling(raw),
            *notes,
            *_note_forms(raw, shape, others),
        ),
    )


def read_nifti_array(header: VolumeHeader) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Read the stored values of a file, and say what follows them; raises as `read_array` says."""
    spec = ((*header.stored_shape, header.n_channels), header.dtype, header.offset)
    try:
        with _open(header.path) as file:
            array = np.asarray(ArrayProxy(file, spec, mmap=False).get_unscaled())
            return array, _read_rest(file)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise unreadable(header.path, error) from None


def iterate_nifti(
    header: VolumeHeader, *, n_together: int, notes: list[Note]
) -> Iterator[tuple[int, np.ndarray]]:
    """Read the stored values of a file a few planes at a time, as `iterate_stored` says.

    All of them are read into the same memory: a page that is touched first costs more than the bytes unpacked to it.
    """
    width, height, n_planes = header.stored_shape
    buffer = np.empty(width * height * min(n_together, n_planes), dtype=header.dtype)
    try:
        with _open(header.path) as file:
            file.seek(header.offset)
            for channel in range(header.n_channels):
                for first in range(0, n_planes, n_together):
                    n_here = min(n_together, n_planes - first)
                    values = buffer[: width * height * n_here]
                    if file.readinto(values.view(np.uint8)) < values.nbytes:  # type: ignore[attr-defined]
                        raise EOFError("it ends before its voxels do")
                    yield channel, values.reshape((width, height, n_here), order="F")
            notes += _read_rest(file)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise unreadable(header.path, error) from None


def _read_rest(file: BinaryIO) -> tuple[Note, ...]:
    """Read on behind the voxels: a file that ends there, as it should, has its checksum compared now."""
    try:
        file.read(_MAX_REST)
    except gzip.BadGzipFile as error:
        # Said of what should be the next stream; of a wrong checksum another thing is said.
        if not str(error).startswith("Not a gzipped file"):
            raise
        return (
            ("bytes follow the gzip stream of a file", "Nothing: the volume is whole, they are left out"),
        )
    return ()


def _parse_header(path: Path, block: bytes) -> nib.Nifti1Header:
    """Take the fixed part of the header, of NIfTI-1 or NIfTI-2, in either byte order."""
    sizes = {int.from_bytes(block[:4], order) for order in ("little", "big")}
    if len(block) >= 348 and 348 in sizes:
        header, magic = nib.Nifti1Header(block[:348], check=False), b"n+1\0"
    elif len(block) == 540 and 540 in sizes:
        header, magic = nib.Nifti2Header(block, check=False), b"n+2\0"
    else:
        raise VolumeError(f"{path.name} has no NIfTI header", _CONVERT)
    if header["magic"].tobytes() != magic:
        raise VolumeError(f"{path.name} is no single-file NIfTI", _CONVERT)
    return header


def _read_start(path: Path) -> tuple[bytes, bool]:
    """Read as many bytes as the longer of the two headers has, and tell whether they were compressed."""
    try:
        with _open(path) as file:
            return file.read(540), _is_gzip(path)
    except (EOFError, OSError, zlib.error) as error:
        raise unreadable(path, error) from None


def _is_gzip(path: Path) -> bool:
    """Tell by its first bytes whether a file is compressed: names are wrong now and then."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


class _Unpacked(io.RawIOBase):
    """What is in a gzip file, a piece at a time: `gzip` takes it in pieces so small that they cost more than unpacking.

    No more is unpacked than is asked for.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._stream = zlib.decompressobj(_GZIP)
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forward, which is all that a volume needs."""
        if whence == io.SEEK_SET:
            while self._place < offset and self.read(min(offset - self._place, _PIECE_BYTES)):
                pass
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = b""
        while not piece:
            packed = (
                self._stream.unconsumed_tail or self._stream.unused_data or self._file.read(_PACKED_BYTES)
            )
            if self._stream.eof:
                packed = packed.lstrip(b"\0")  # which some writers fill up with
                if not packed:
                    return 0
                if not packed.startswith(b"\x1f\x8b"):
                    raise gzip.BadGzipFile(f"Not a gzipped file ({packed[:2]!r})")
                self._stream = zlib.decompressobj(_GZIP)
            elif not packed:
                raise EOFError("it ends before its end is marked")
            piece = self._stream.decompress(packed, min(len(buffer), _PIECE_BYTES))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def _open(path: Path) -> BinaryIO:
    return io.BufferedReader(_Unpacked(path)) if _is_gzip(path) else path.open("rb")


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


def _judge_offset(path: Path, raw: nib.Nifti1Header) -> int:
    offset = float(raw["vox_offset"])
    if not raw.single_vox_offset <= offset <= _MAX_OFFSET:
        raise VolumeError(
            f"{path.name} puts its voxels at byte {offset:g}, expected {raw.single_vox_offset} to {_MAX_OFFSET}",
            "copy or convert it again",
        )
    return int(offset)


def _judge_scaling(path: Path, raw: nib.Nifti1Header) -> tuple[float, float]:
    slope, inter = float(raw["scl_slope"]), float(raw["scl_inter"])
    if slope == 0 or math.isnan(slope):  # NIfTI: slope 0 means unscaled; many tools mean it by NaN
        return 1.0, 0.0
    if not (math.isfinite(slope) and math.isfinite(inter)):
        raise VolumeError(
            f"{path.name} has scl_slope {slope:g} and scl_inter {inter:g}, expected finite numbers",
            "write 1 and 0 if its values need no scaling",
        )
    return slope, inter


def _note_scaling(raw: nib.Nifti1Header) -> tuple[Note, ...]:
    if not math.isnan(float(raw["scl_slope"])):
        return ()
    return (("scl_slope is NaN in the header of a file", "Nothing: its values are taken unscaled"),)


def _note_packing(path: Path, *, is_compressed: bool) -> tuple[Note, ...]:
    if is_compressed == path.name.lower().endswith(".gz"):
        return ()
    found, ending = ("gzip", ".nii.gz") if is_compressed else ("no gzip", ".nii")
    return ((f"{path.name} holds {found} data", f"Nothing: it is read; {ending} would be its right name"),)


def _judge_affine(path: Path, raw: nib.Nifti1Header) -> tuple[np.ndarray, float, tuple[Note, ...]]:
    """Take the affine that NIfTI prefers, in millimetres, and what a unit of the header is in millimetres."""
    try:
        affine = np.asarray(raw.get_best_affine(), dtype=np.float64)
    except (HeaderDataError, ValueError):
        affine = np.full((4, 4), np.nan)
    judge_affine(path, affine)
    unit, factor = _UNITS_MM.get(int(raw["xyzt_units"]) % 8, ("millimetres", 1.0))
    if factor == 1:
        return affine, 1.0, ()
    if np.sqrt((affine[:3, :3] ** 2).sum(axis=0)).max() * factor > _LARGEST_VOXEL_MM:
        odd = (f"the header of a file gives {unit}, which no scanner has", "Nothing: millimetres are taken")
        return affine, 1.0, (odd,)
    converted = (f"the header of a file gives {unit}", "Nothing: they are converted to millimetres")
    return judge_affine(path, _scaled(affine, factor)), factor, (converted,)


def _scaled(affine: np.ndarray, factor: float) -> np.ndarray:
    return np.asarray(np.diag([factor, factor, factor, 1.0]) @ affine)


def _find_others(path: Path, raw: nib.Nifti1Header, factor: float) -> tuple[tuple[str, np.ndarray], ...]:
    """Find sform and qform, whatever their codes say about them, as far as they can be affines."""
    found = []
    for name in ("sform", "qform"):
        try:
            affine = np.asarray(getattr(raw, f"get_{name}")(coded=False), dtype=np.float64)
            found.append((name, judge_affine(path, _scaled(affine, factor))))
        except (HeaderDataError, ValueError, VolumeError):
            continue
    return tuple(found)


def _note_forms(
    raw: nib.Nifti1Header, shape: tuple[int, int, int], others: tuple[tuple[str, np.ndarray], ...]
) -> tuple[Note, ...]:
    """Say that a header declares two affines which disagree."""
    forms = dict(others)
    if not (raw["sform_code"] > 0 and raw["qform_code"] > 0 and len(forms) == 2):
        return ()
    if distance(shape, forms["sform"], forms["qform"])[1] <= AFFINE_TOLERANCE_VOXELS:
        return ()
    return (
        ("sform and qform of a file disagree", "Nothing: the sform is taken, or the one that its mask has"),
    )
