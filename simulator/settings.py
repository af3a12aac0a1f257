"""The four environment variables that Labelwise reads, as one frozen value.

Everything below receives a `Settings`; nothing else looks at the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import RequestError

__all__ = ["PROJECT", "PUBLISHED", "Settings", "expand_home", "load_settings"]

PROJECT = Path(__file__).resolve().parent.parent
"""Folder of the project: where ``app.py`` stands."""

PUBLISHED = PROJECT / "cache" / "published"
"""Folder of the committed records. It does not move with ``LABELWISE_CACHE``."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation is told from outside.

    Parameters
    ----------
    cache : Path
        Folder of the store, the prepared slices and the worker's lock (``LABELWISE_CACHE``).
    published : Path
        Folder of committed records, read beside the store.
    data_roots : tuple of Path
        Folders the browser may open data sets from (``LABELWISE_DATA``, joined by ``os.pathsep``).
    is_read_only : bool
        True if nothing may be started, cancelled, prepared, imported or downloaded (``LABELWISE_READ_ONLY``).
    scheduler : str or None
        Address of a ``distributed`` scheduler (``LABELWISE_SCHEDULER``).
    """

    cache: Path
    published: Path = PUBLISHED
    data_roots: tuple[Path, ...] = ()
    is_read_only: bool = False
    scheduler: str | None = None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables.

    Parameters
    ----------
    environ : mapping of str to str, default=None
        The variables; None takes ``os.environ``.

    Returns
    -------
    Settings

    Raises
    ------
    RequestError
        If a folder begins with the home folder of somebody who is not known here.

    Examples
    --------
    >>> load_settings({"LABELWISE_READ_ONLY": "1"}).is_read_only
    True
    """
    environ = os.environ if environ is None else environ
    roots = environ.get("LABELWISE_DATA", "").split(os.pathsep)
    return Settings(
        cache=expand_home(
            environ.get("LABELWISE_CACHE") or PROJECT / "cache", named="LABELWISE_CACHE"
        ).absolute(),
        data_roots=tuple(expand_home(root, named="LABELWISE_DATA").resolve() for root in roots if root),
        is_read_only=environ.get("LABELWISE_READ_ONLY", "") not in {"", "0"},
        scheduler=environ.get("LABELWISE_SCHEDULER") or None,
    )


def expand_home(folder: str | Path, *, named: str) -> Path:
    """Put the home folder in the place of ``~`` or ``~somebody``.

    Parameters
    ----------
    folder : str or Path
    named : str
        The variable or flag that it was given by, for the message.

    Returns
    -------
    Path

    Raises
    ------
    RequestError
        If the home folder is not known.
    """
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        raise RequestError(
            f"{named} is {str(folder)!r}, whose home folder is not known here; write the whole path"
        ) from None
