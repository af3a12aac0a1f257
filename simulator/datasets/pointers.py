"""Files that only point to Git LFS: a clone without ``git lfs pull`` holds them instead of volumes."""

from pathlib import Path

__all__ = ["is_pointer"]

_MARK = b"version https://git-lfs.github.com/spec/"


def is_pointer(path: Path) -> bool:
    """Tell whether a file is a pointer; raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK
