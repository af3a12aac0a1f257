"""``dataset.json``: read as text of any Unicode, and what is wrong with it said in plain words."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from ...errors import DatasetError
from ...records import explain
from ..pointers import is_pointer

__all__ = ["MAX_DESCRIPTION_BYTES", "find_fault", "is_described_as", "parse_description", "read_description"]

MAX_DESCRIPTION_BYTES = 16 * 2**20
"""Largest ``dataset.json`` that is read."""

Described = TypeVar("Described", bound=BaseModel)

_LABELS = '; nnU-Net v2 writes labels as "organ": 1, the Decathlon and nnU-Net v1 as "1": "organ"'


def read_description(folder: Path) -> bytes:
    """Read ``dataset.json`` as UTF-8 without a byte order mark, whichever Unicode it is stored in.

    Raises
    ------
    DatasetError
        If it is larger than `MAX_DESCRIPTION_BYTES`, cannot be read, or only points to Git LFS.
    """
    path = folder / "dataset.json"
    try:
        if is_pointer(path):
            raise DatasetError(f"{path} is a Git LFS pointer; fetch the files by 'git lfs pull'")
        with path.open("rb") as file:
            text = file.read(MAX_DESCRIPTION_BYTES + 1)
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read ({error.strerror}); check that the file is whole"
        ) from None
    if len(text) > MAX_DESCRIPTION_BYTES:
        raise DatasetError(f"{path} is larger than {MAX_DESCRIPTION_BYTES:,} bytes; is it the right file?")
    return _as_utf8(text)


def is_described_as(folder: Path, mark: type[BaseModel]) -> bool:
    """Tell whether a folder has a ``dataset.json`` with the fields that mark a layout."""
    if not (folder / "dataset.json").is_file():
        return False
    try:
        mark.model_validate_json(read_description(folder))
    except ValidationError:
        return False
    return True


def parse_description(folder: Path, model: type[Described], *, title: str) -> Described:
    """Parse ``dataset.json``.

    Parameters
    ----------
    folder : Path
    model : pydantic model
    title : str
        Of the layout, for the message.

    Raises
    ------
    DatasetError
        Where a field is wrong; the message names the field, what was expected and what came.
    """
    text = read_description(folder)
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        slip = explain(error)
        hint = _LABELS if slip.startswith("labels") and "got '" in slip else ""
        raise DatasetError(f"{folder / 'dataset.json'} is no description of {title}: {slip}{hint}") from None


def find_fault(folder: Path) -> str:
    """Say what and where a ``dataset.json`` is broken; "" if it is not, or not there."""
    if not (folder / "dataset.json").is_file():
        return ""
    text = read_description(folder)
    try:
        text.decode()
        from_json(text)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is not UTF-8; save it as UTF-8"
    except ValueError as error:
        return str(error)
    return ""


def _as_utf8(text: bytes) -> bytes:
    """Decode UTF-16 by its mark, or by the zero beside the first letter."""
    wide = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}
    try:
        if text[:2] in wide:
            return text.decode(wide[text[:2]]).encode()
    except UnicodeError:
        pass  # said as a fault of the text
    return text.removeprefix(b"\xef\xbb\xbf")
