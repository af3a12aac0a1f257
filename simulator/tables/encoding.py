"""From bytes to text: which of the encodings that spreadsheets write a file is in."""

import codecs
import re

from ..errors import TableError

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_SAVE = "save it as 'CSV UTF-8' from the spreadsheet"


def decode(content: bytes, *, name: str) -> tuple[str, tuple[str, ...]]:
    """Decode a file of text.

    Parameters
    ----------
    content : bytes
        UTF-8, UTF-16 or UTF-32, with or without byte order mark, or what Windows writes in western Europe (cp1252).
    name : str
        Of the file, for messages.

    Returns
    -------
    text : str
    notes : tuple of str
        What was taken for granted.

    Raises
    ------
    TableError
        If it is no text.
    """
    if content.startswith(_WORKBOOKS):
        raise TableError(f"{name} is an Excel workbook, expected CSV; {_SAVE}")
    mark, encoding = next((pair for pair in _MARKS if content.startswith(pair[0])), (b"", _guess(content)))
    try:
        text = content.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError:
        raise TableError(f"{name} holds letters of an encoding that is not known; {_SAVE}") from None
    if _CONTROL.search(text):
        raise TableError(f"{name} is not text (it holds control characters); {_SAVE}")
    return text, _notes(text, name) if encoding == "cp1252" else ()


def _guess(content: bytes) -> str:
    """Tell the encoding of bytes without a mark: half of UTF-16's are zero, and hardly any text is UTF-8 by chance."""
    n_half = len(content) // 2
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if n_half and zeros.count(0) > 0.8 * n_half:
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _notes(text: str, name: str) -> tuple[str, ...]:
    word = next(word for word in re.findall(r"\w+|\W", text) if not word.isascii())
    return (
        f"{name} is not in UTF-8 and was read as Windows-1252, {word[:40]!r} for example; check its letters",
    )
