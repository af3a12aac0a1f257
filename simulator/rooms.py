"""Packages whose public names are looked up where they are defined when they are asked for.

A process loads only what it uses: a command that reads records no library for images, a training none for charts.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["open_rooms"]


def open_rooms(package: str, rooms: Mapping[str, str]) -> Callable[[str], object]:
    """Make the ``__getattr__`` of a package (PEP 562).

    Parameters
    ----------
    package : str
    rooms : mapping of str to str
        Public name → module that defines it, relative to the package.

    Returns
    -------
    callable
        ``(str) -> object``; raises AttributeError for any other name.
    """

    def look_up(name: str) -> object:
        if name not in rooms:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(rooms[name], package), name)

    return look_up
