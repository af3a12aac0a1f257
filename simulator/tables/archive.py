"""Whether a workbook, a zip of XML, may be opened: how much it unpacks to, and whether its XML could grow by itself."""

import io
import zipfile
from xml.parsers import expat

from ..errors import TableError

__all__ = ["SAVE", "check_archive", "holds_member"]

MAX_UNPACKED = 64 * 2**20
"""Bytes that a workbook may have once it is unpacked."""

MAX_PARTS = 2_000
"""Most files in a workbook."""

SAVE = "save it anew as .xlsx, or as 'CSV UTF-8', from the spreadsheet"

_PIECE_BYTES = 2**16


def holds_member(content: bytes, member: str) -> bool:
    """Tell whether a zip holds a file of that name."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return member in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def check_archive(content: bytes, *, name: str) -> None:
    """Refuse what would unpack to too much, or whose XML declares entities, which can grow without bound.

    Raises
    ------
    TableError
        If it is one of these; of a damaged archive, whatever `zipfile` raises.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        n_bytes = sum(part.file_size for part in parts)
        if n_bytes > MAX_UNPACKED or len(parts) > MAX_PARTS:
            raise TableError(
                f"{name} unpacks to {n_bytes:,} bytes in {len(parts):,} parts, at most {MAX_UNPACKED:,} in "
                f"{MAX_PARTS:,} are read; save the sheet alone"
            )
        declaring = next((part.filename for part in parts if _has_doctype(archive, part)), None)
    if declaring is not None:
        raise TableError(f"{name} declares a document type in {declaring!r}, as no spreadsheet does; {SAVE}")


class _ElementError(Exception):
    """The prolog of an XML file is over."""


class _DoctypeError(Exception):
    """It declares a document type."""


def _has_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Read the beginning of a part, in whatever encoding, up to its first element; other files than XML have none."""
    parser = expat.ParserCreate()
    # Raised, since the rest of what was read must not be parsed: entities are expanded there.
    parser.StartDoctypeDeclHandler = _raise_doctype
    parser.StartElementHandler = _raise_element
    with archive.open(part) as file:
        try:
            while piece := file.read(_PIECE_BYTES):
                parser.Parse(piece)
        except _DoctypeError:
            return True
        except (_ElementError, expat.ExpatError):
            return False
    return False


def _raise_doctype(*_: object) -> None:
    raise _DoctypeError


def _raise_element(*_: object) -> None:
    raise _ElementError
