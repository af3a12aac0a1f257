"""The environment variables that Labelwise reads, as one frozen value, and what it is for one who signed in.

Everything below receives a `Settings`; nothing else looks at the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import RequestError

__all__ = ["PROJECT", "PUBLISHED", "Settings", "expand_home", "load_settings", "settings_for"]

PROJECT = Path(__file__).resolve().parent.parent
"""Folder of the project: where ``app.py`` stands."""

IS_INSTALLED = not (PROJECT / "app.py").is_file()
"""True where the package was installed by pip, without the project around it."""

PUBLISHED = Path(__file__).parent / "published" if IS_INSTALLED else PROJECT / "cache" / "published"
"""Folder of the published records. It does not move with ``LABELWISE_CACHE``."""

CACHE = Path("~/.cache/labelwise") if IS_INSTALLED else PROJECT / "cache"
"""Default of ``LABELWISE_CACHE``."""


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
    why_read_only : str
        What a refusal says then.
    scheduler : str or None
        Address of a ``distributed`` scheduler (``LABELWISE_SCHEDULER``).
    needs_sign_in : bool
        True if pages show nothing to one who has not signed in (``LABELWISE_SIGN_IN``).
    starters : frozenset of str or None
        E-mail addresses, in small letters, of those who may start work from the browser; None for all who may look
        (``LABELWISE_STARTERS``).
    """

    cache: Path
    published: Path = PUBLISHED
    data_roots: tuple[Path, ...] = ()
    is_read_only: bool = False
    why_read_only: str = "this installation is read-only (LABELWISE_READ_ONLY)"
    scheduler: str | None = None
    needs_sign_in: bool = False
    starters: frozenset[str] | None = None


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
        cache=expand_home(environ.get("LABELWISE_CACHE") or CACHE, named="LABELWISE_CACHE").absolute(),
        data_roots=tuple(expand_home(root, named="LABELWISE_DATA").resolve() for root in roots if root),
        is_read_only=_is_set(environ, "LABELWISE_READ_ONLY"),
        scheduler=environ.get("LABELWISE_SCHEDULER") or None,
        needs_sign_in=_is_set(environ, "LABELWISE_SIGN_IN"),
        starters=_read_addresses(environ.get("LABELWISE_STARTERS", "")),
    )


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "") not in {"", "0"}


def _read_addresses(text: str) -> frozenset[str] | None:
    """Read addresses joined by commas; a text that names nobody lets nobody start, and only an empty one all."""
    if not text:
        return None
    return frozenset(part.strip().casefold() for part in text.split(",") if part.strip())


def settings_for(email: str | None, *, settings: Settings) -> Settings:
    """Give what the installation is for one person: read-only for those who may not start work.

    Every function that starts, cancels, prepares, imports or downloads refuses where its settings are read-only: who
    asks is decided here, and nowhere else.

    Parameters
    ----------
    email : str or None
        The address that a provider vouches for; None for one who is not known.
    settings : Settings

    Returns
    -------
    Settings

    Examples
    --------
    >>> settings = load_settings({"LABELWISE_STARTERS": "anna@hospital.org, bert@hospital.org"})
    >>> settings_for("Anna@hospital.org", settings=settings).is_read_only
    False
    >>> settings_for("carl@hospital.org", settings=settings).why_read_only
    'only those named in LABELWISE_STARTERS may start work here, and you are not one of them'
    """
    if settings.is_read_only or settings.starters is None:
        return settings
    if email is not None and email.strip().casefold() in settings.starters:
        return settings
    return replace(
        settings,
        is_read_only=True,
        why_read_only="only those named in LABELWISE_STARTERS may start work here, and you are not one of them",
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
