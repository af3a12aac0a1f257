"""Files and folders that are there whole or not at all: made under another name, synced, then renamed."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from filelock import FileLock

from ..errors import StoreError
from ..remedies import remedy_for

__all__ = ["make_folder", "open_regular", "read_file", "write_file"]

N_REMOVALS = 50
"""Attempts, a tenth of a second apart."""


def make_folder(
    folder: Path, fill: Callable[[Path], None], *, is_whole: Callable[[Path], bool] = Path.is_dir
) -> None:
    """Make a folder if it is not there; whoever is killed meanwhile leaves nothing under its name.

    Parameters
    ----------
    folder : Path
        Where it will stand.
    fill : function of a Path
        Writes the content into the (empty) folder that it is given.
    is_whole : function of a Path, default: it is a folder
        Tells whether what stands there is what `fill` makes; else it is removed and made again.

    Raises
    ------
    StoreError
        If the place cannot be written to or is full.
    """
    if is_whole(folder):
        return
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock"), fallback_to_soft=False):
            if is_whole(folder):  # another process was faster
                return
            shutil.rmtree(partial, ignore_errors=True)  # of one that was killed
            partial.mkdir(mode=0o700)
            try:
                fill(partial)
                for path in (*partial.rglob("*"), partial):
                    _sync(path)
                if folder.is_dir():
                    shutil.rmtree(folder)  # what is not whole; of a link it refuses
                partial.rename(folder)
            finally:
                _remove(partial)
            _sync(folder.parent)
    except OSError as error:
        raise StoreError(
            f"{folder.parent} cannot be written to ({error.strerror or error}); "
            f"{remedy_for(error)}, or set LABELWISE_CACHE to another folder"
        ) from error


def write_file(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace a file in one step; what is no regular file (a pipe, a device) stays and is written to.

    Parameters
    ----------
    path : Path
        Links are followed; folders that are missing are made.
    content : bytes
    mode : int, default=0o600
        Rights of the file before the process's mask; 0o666 for a file that is not only for its owner.

    Raises
    ------
    OSError
        If the place cannot be written to or is full.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """Read a file that `write_file` wrote.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no regular file (a pipe would be waited for, a device read without end), or has more bytes.
    """
    with open_regular(path) as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"{path.name} has more than {max_bytes:,} bytes")
    return content


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file to read; raises as `read_file` does."""
    if not path.is_file():
        raise ValueError(f"{path.name} is missing or no regular file")
    return path.open("rb")


def _remove(folder: Path) -> None:
    """Remove a folder into which a thread that has not heard of an error yet may still write a last file."""
    for _ in range(N_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
