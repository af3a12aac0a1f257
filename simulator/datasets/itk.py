"""NRRD and MetaImage files, read by SimpleITK (optional): what their text promises is judged before it opens them.

SimpleITK is what writes most of them, and knows all their ways to say where voxels lie; `pynrrd` reads one of the two,
`itk` needs eight packages for the same code. Its parsers are made for files of friends: so the text at the beginning,
which names sizes and the file that holds the voxels, is read here first.
"""

import importlib
import math
import re
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .header import Note, VolumeHeader, judge_affine, judge_bytes, judge_shape, times, unreadable
from .problems import VolumeError

__all__ = [
    "find_companions",
    "import_library",
    "is_itk",
    "judge_dtype",
    "load_library",
    "make_affine",
    "read_itk_array",
    "read_itk_fields",
    "read_itk_header",
]

_NRRD, _META = "NrrdImageIO", "MetaImageIO"
_READERS = {".nrrd": _NRRD, ".nhdr": _NRRD, ".mha": _META, ".mhd": _META}
"""Ending → the only reader of SimpleITK that may look at the file."""

_MAX_TEXT = 2**20  # a .seg.nrrd of a hundred segments has 100 KiB
_MAX_DIMENSIONS = 5
_PIECE_BYTES = 2**20
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z0-9 _-]*?)\s*[:=]\s*(.*?)\s*")
_HERE = {"local", ""}  # where the voxels follow the text
_TYPES = ("Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Float32", "Float64")
_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def is_itk(path: Path) -> bool:
    """Tell by its ending whether a file is NRRD or MetaImage."""
    return path.suffix.lower() in _READERS


def find_companions(path: Path) -> tuple[Path, ...]:
    """Find the file that holds a volume's voxels where that is another one; nothing where it cannot be told."""
    try:
        data = _find_data(path, _read_text(path))
    except (OSError, VolumeError):
        return ()
    return () if data == path else (data,)


def read_itk_header(path: Path) -> VolumeHeader:
    """Read and judge a header, as `read_header` says."""
    try:
        text = _read_text(path)
    except OSError as error:
        raise unreadable(path, error) from None
    sizes, stored = _judge_sizes(path, text), _find_stored(path, text)
    # Before SimpleITK sees the file: no type is smaller than a byte.
    stored.judge(path, math.prod(sizes))
    reader = _open(path)
    n_components = reader.GetNumberOfComponents()
    shape, n_channels = judge_shape(path, [*reader.GetSize(), *([n_components] if n_components > 1 else [])])
    header = VolumeHeader(
        path=path,
        shape=shape,
        n_channels=n_channels,
        dtype=judge_dtype(path, reader),
        offset=stored.offset,
        slope=1.0,
        inter=0.0,
        affine=judge_affine(path, make_affine(reader)),
    )
    stored.judge(path, header.n_bytes)
    return header


def read_itk_fields(path: Path) -> dict[str, str]:
    """Read the fields that whoever wrote a file added to its header; raises VolumeError if it is damaged."""
    reader = _open(path)
    return {name: reader.GetMetaData(name) for name in reader.GetMetaDataKeys()}


def read_itk_array(header: VolumeHeader) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Read the stored values of a file; raises as `read_array` says."""
    path = header.path
    try:
        _find_stored(path, _read_text(path)).check(header.n_bytes)
        image = _open(path).Execute()
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None
    except (RuntimeError, ValueError):
        raise _damaged(path) from None
    array = load_library(path).GetArrayFromImage(image)
    if image.GetNumberOfComponentsPerPixel() > 1:  # components lie together: the last axis of the array
        array = np.moveaxis(array, -1, 0)
    expected = (*header.stored_shape, header.n_channels)
    if array.dtype != header.dtype or array.size != math.prod(expected):
        raise _damaged(path)
    return array.T.reshape(expected, order="F"), ()


@dataclass(frozen=True, kw_only=True)
class _Text:
    """The fields at the beginning of a file, each with all values that it is given, and where the text ends."""

    fields: Mapping[str, list[str]]
    n_bytes: int

    def values(self, *names: str) -> list[str]:
        return [value for name in names for value in self.fields.get(name, [])]


def _read_text(path: Path) -> _Text:
    """Read the fields of a file's text; refuse one that SimpleITK could read in another way."""
    is_meta = _READERS[path.suffix.lower()] == _META
    with path.open("rb") as file:
        start = file.read(_MAX_TEXT)
    fields: dict[str, list[str]] = {}
    n_bytes = 0
    for line in start.split(b"\n"):
        n_bytes += len(line) + 1
        if not is_meta and not line.rstrip(b"\r"):  # voxels follow
            break
        match = _FIELD.fullmatch(line.decode("utf-8", "replace"))
        if match:
            fields.setdefault(match[1].lower().replace(" ", ""), []).append(match[2])
            if is_meta and match[1] == "ElementDataFile":  # voxels follow
                break
    text = _Text(fields=fields, n_bytes=n_bytes)
    searched, named = (start, "elementdatafile") if is_meta else (start[:n_bytes], "datafile")
    n_found = len(re.findall(named.encode().replace(b"data", b"data ?"), searched.lower()))
    if n_bytes >= _MAX_TEXT or n_found != len(text.values(named)) or (is_meta and n_found != 1):
        raise VolumeError(
            f"{path.name} has no header of {'MetaImage' if is_meta else 'NRRD'} that says once where its voxels are",
            "copy or convert it again",
        )
    return text


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """Where the voxels lie, and whether they are compressed."""

    path: Path
    offset: int
    is_compressed: bool

    def judge(self, path: Path, n_bytes: int) -> None:
        judge_bytes(path, n_bytes, data=self.path, offset=self.offset, is_compressed=self.is_compressed)

    def check(self, n_bytes: int) -> None:
        """Unpack once and keep nothing: SimpleITK takes a damaged stream for voxels, without a word."""
        if not self.is_compressed:
            return
        inflater, n_found = zlib.decompressobj(wbits=47), 0  # gzip or zlib; both end in a checksum
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while not inflater.eof and n_found <= n_bytes:
                piece = inflater.unconsumed_tail or file.read(_PIECE_BYTES)
                if not piece:
                    raise EOFError("it ends early")
                n_found += len(inflater.decompress(piece, _PIECE_BYTES))
        if n_found != n_bytes:
            raise EOFError(f"{n_bytes:,} bytes of voxels expected")


def _judge_sizes(path: Path, text: _Text) -> list[int]:
    names = ("dimsize", "ndims") if _READERS[path.suffix.lower()] == _META else ("sizes", "dimension")
    given, n_named = map(text.values, names)
    if len(given) != 1 or not re.fullmatch(r"-?\d{1,9}( +-?\d{1,9})*", given[0]):
        raise VolumeError(
            f"{path.name} has no header of NRRD or MetaImage that names its sizes once",
            "copy or convert it again",
        )
    sizes = [int(size) for size in given[0].split()]
    if n_named != [str(len(sizes))] or len(sizes) > _MAX_DIMENSIONS:
        raise VolumeError(
            f"{path.name} has dimensions {times(sizes)} and says that they are {', '.join(n_named)[:40] or 'none'}",
            "convert it to one 3-D or 4-D volume",
        )
    if min(sizes) < 1:
        raise VolumeError(
            f"{path.name} has dimensions {times(sizes)}, expected at least 1 each", "convert it again"
        )
    return sizes


def _find_stored(path: Path, text: _Text) -> _Stored:
    data = _find_data(path, text)
    encodings = {value.lower() for value in text.values("encoding")}
    is_compressed = bool(encodings - {"raw"}) or "true" in map(str.lower, text.values("compresseddata"))
    skips = set(text.values("lineskip", "byteskip", "headersize")) - {"0"}
    if not encodings <= {"raw", "gzip", "gz"} or (is_compressed and skips):
        raise VolumeError(
            f"{path.name} has the encoding {', '.join(sorted(encodings))[:40]}"
            f"{' and skips bytes' if skips else ''}, expected raw, or gzip from the beginning",
            "save it again as one of them",
        )
    return _Stored(path=data, offset=text.n_bytes if data == path else 0, is_compressed=is_compressed)


def _find_data(path: Path, text: _Text) -> Path:
    """Find the file that holds the voxels: the file itself, or one beside it, links followed."""
    names = text.values("datafile", "elementdatafile")
    apart = [name for name in names if name.lower() not in _HERE]
    if not apart:
        return path
    home = path.resolve().parent
    if len(names) > 1 or "\0" in apart[0] or not (home / apart[0]).is_file():
        raise VolumeError(
            f"{path.name} names {apart[0][:80]!r} for its voxels, which is no file beside it",
            "put the file there, or save both as one (.nrrd, .mha)",
        )
    data = (home / apart[0]).resolve()
    if Path(apart[0]).is_absolute() or home not in data.parents:
        raise VolumeError(
            f"{path.name} names {apart[0][:80]!r} for its voxels, which lies outside its folder",
            "copy the file into the folder",
        )
    return data


@cache
def import_library() -> ModuleType | None:
    """Import SimpleITK where it is installed."""
    # Not at the top: it is optional, and costs a sixth of a second that only some data sets need.
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            library = importlib.import_module("SimpleITK")
    except ImportError:
        return None
    library.ProcessObject.GlobalWarningDisplayOff()
    return library


def load_library(path: Path) -> Any:
    """Import SimpleITK; raises VolumeError where it is not installed."""
    library = import_library()
    if library is None:
        raise VolumeError(
            f"{path.name} takes SimpleITK to be read, which is not installed",
            "python -m pip install SimpleITK",
        )
    return library


def _open(path: Path) -> Any:
    """Open a file whose text was judged; its own reader parses the header, and no other."""
    reader = load_library(path).ImageFileReader()
    try:
        reader.SetImageIO(_READERS[path.suffix.lower()])
        reader.SetFileName(str(path.resolve()))  # a link's data lie beside what it points to
        reader.ReadImageInformation()
    except (RuntimeError, ValueError):
        raise _damaged(path) from None
    return reader


def judge_dtype(path: Path, reader: Any) -> np.dtype:
    """Tell the type of the voxels; raises VolumeError if it is no number of at most 8 bytes."""
    library = load_library(path)
    names = {
        getattr(library, f"sitk{kind}{name}"): name.lower() for name in _TYPES for kind in ("", "Vector")
    }
    pixel = reader.GetPixelID()
    if pixel not in names:
        raise VolumeError(
            f"{path.name} stores values of type {library.GetPixelIDValueAsString(pixel)}",
            "convert it to whole or floating numbers of at most 8 bytes",
        )
    return np.dtype(names[pixel])


def make_affine(reader: Any) -> np.ndarray:
    """Map voxel indices to millimetres as NIfTI does: ITK counts to the left and to the back."""
    n = reader.GetDimension()
    affine = np.eye(4)
    direction = np.array(reader.GetDirection(), dtype=np.float64).reshape(n, n)
    affine[:3, :3] = direction[:3, :3] * np.array(reader.GetSpacing(), dtype=np.float64)[:3]
    affine[:3, 3] = reader.GetOrigin()[:3]
    return np.asarray(_LPS_TO_RAS @ affine)


def _damaged(path: Path) -> VolumeError:
    return VolumeError(
        f"{path.name} is cut off or damaged", "copy or download it again, or convert it to NIfTI"
    )
