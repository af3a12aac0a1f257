"""Files of ours: they are there whole or not at all, no link leads what is written elsewhere, and reading one ends.

They are made under another name, synced, then renamed. A cache folder may come from a stranger, who may have put a link
or a pipe where Labelwise is going to write: below ``root``, a folder of ours, neither is followed. A file that a person
names is theirs to choose: there links are followed, pipes and devices are written to.
"""

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import uuid4

from filelock import FileLock

from .errors import StoreError
from .remedies import remedy_for

__all__ = [
    "make_folder",
    "open_output",
    "open_regular",
    "open_to_append",
    "own_folder",
    "read_file",
    "refuse_links",
    "write_file",
    "write_output",
    "write_output_folder",
]

Regular = TypeVar("Regular", bound=BinaryIO)

N_REMOVALS = 50
"""Attempts, a tenth of a second apart."""


def make_folder(
    folder: Path,
    fill: Callable[[Path], None],
    *,
    root: Path,
    is_whole: Callable[[Path], bool] = Path.is_dir,
) -> None:
    """Make a folder if it is not there; whoever is killed meanwhile leaves nothing under its name.

    Parameters
    ----------
    folder : Path
        Where it will stand.
    fill : function of a Path
        Writes the content into the (empty) folder that it is given.
    root : Path
        A folder of ours above it, below which no link is followed.
    is_whole : function of a Path, default: it is a folder
        Tells whether what stands there is what `fill` makes; else it is removed and made again.

    Raises
    ------
    StoreError
        If the place cannot be written to or is full, or a link is in the way.
    """
    if is_whole(folder):
        return
    refuse_links(folder, root=root)
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        own_folder(folder.parent, root=root)
        with FileLock(folder.with_name(f"{folder.name}.lock"), fallback_to_soft=False):
            if is_whole(folder):  # another process was faster
                return
            _remove(partial)  # of one that was killed
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


def write_file(path: Path, content: bytes, *, root: Path, is_lasting: bool = True) -> None:
    """Replace a file of ours in one step, for its owner alone; a link in its place is replaced, not followed.

    Parameters
    ----------
    path : Path
        Folders that are missing are made.
    content : bytes
    root : Path
        A folder of ours above it, below which no link is followed.
    is_lasting : bool, default=True
        False for what may be lost, or be half there, when the power fails; to be sure of it costs 6 ms of a disk.

    Raises
    ------
    OSError
        If the place cannot be written to or is full.
    StoreError
        If a folder above it is a link.
    """
    own_folder(path.parent, root=root)
    with _replacing(path, mode=0o600, is_lasting=is_lasting) as file:
        file.write(content)


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a person names, as `open_output` opens it."""
    with open_output(path) as file:
        file.write(content)


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Open a file that a person names: it is replaced in one step at the end; a pipe or a device stays.

    Parameters
    ----------
    path : Path
        Links are followed; folders that are missing are made.

    Yields
    ------
    BinaryIO

    Raises
    ------
    OSError
        If the place cannot be written to or is full.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path, mode=0o666) as file:
        yield file


def write_output_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder that a person names; it is there with all its files or not at all.

    Parameters
    ----------
    folder : Path
        Nothing may stand there.
    files : mapping of str to bytes
        Relative names, with ``/``, that stay inside, and contents.

    Raises
    ------
    OSError
        If the place cannot be written to or is full.
    """
    partial = folder.with_name(f".{uuid4().hex}.partial")
    partial.mkdir()
    try:
        for name, content in files.items():
            write_output(partial / name, content)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def open_to_append(path: Path, *, root: Path) -> BinaryIO:
    """Open a file of ours to go on at its end.

    Parameters
    ----------
    path : Path
    root : Path
        A folder of ours above it, below which no link is followed.

    Returns
    -------
    BinaryIO

    Raises
    ------
    OSError
        If it is a link or a pipe (whoever opens one waits for a reader), or cannot be opened.
    StoreError
        If a folder above it is a link.
    """
    own_folder(path.parent, root=root)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    return _require_regular(os.fdopen(os.open(path, flags, 0o666), "ab"), path)


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """Read a file of ours.

    Parameters
    ----------
    path : Path
    max_bytes : int
        More than it can have.

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        If it is a pipe or a device, which may never end, is longer, or cannot be read.
    """
    with open_regular(path) as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"it has more than {max_bytes:,} bytes", str(path))
    return content


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read that is no pipe or device, which may never end; raises OSError if it is."""
    return _require_regular(os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"), path)


def own_folder(folder: Path, *, root: Path) -> None:
    """Make a folder of ours for its owner alone; one that is there keeps its rights, which may let a group in.

    Parameters
    ----------
    folder : Path
    root : Path
        The folder itself, or one of ours above it; made too, and may be a link.

    Raises
    ------
    OSError
        If it cannot be made.
    StoreError
        If it is a link, or a folder above it is.
    """
    refuse_links(folder, root=root)
    for made in (root, *_below(root, folder)):
        try:
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(made)) from None


def refuse_links(path: Path, *, root: Path) -> None:
    """Check that nothing on the way from a folder of ours to a path in it is a link.

    Raises
    ------
    StoreError
        If something is.
    """
    for part in _below(root, path):
        if part.is_symlink():
            raise StoreError(f"{part} is a link, which could lead to files of others; move it away")


def _below(root: Path, path: Path) -> list[Path]:
    """List what lies on the way from a folder to a path in it, the path included."""
    return list(accumulate(path.relative_to(root).parts, lambda above, name: above / name, initial=root))[1:]


@contextmanager
def _replacing(path: Path, *, mode: int, is_lasting: bool = True) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of another once all is written."""
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            if is_lasting:
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    """Remove a folder into which a thread that has not heard of an error yet may still write a last file."""
    if folder.is_symlink():
        folder.unlink()
    for _ in range(N_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _require_regular(file: Regular, path: Path) -> Regular:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return file


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
