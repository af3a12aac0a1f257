"""Files of the cache folder are opened for writing without following a link: a folder from a stranger may hold some."""

import os

__all__ = ["refuse_links"]


def refuse_links(path: str, flags: int) -> int:
    """Open a file as `open` asks for it (its ``opener``), unless it is a link.

    Raises
    ------
    OSError
        If it is one, or cannot be opened.
    """
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)
