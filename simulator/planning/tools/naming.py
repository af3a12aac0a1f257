"""Names of files for volumes that a lab may have called anything."""

import re
import unicodedata
from collections.abc import Iterable

from ...datasets.layouts.files import split_ending

__all__ = ["name_files"]

MAX_LENGTH = 80
"""Characters; with folders above and endings behind, some systems open no more."""

_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)
"""What Windows takes for a device."""


def name_files(names: Iterable[str]) -> dict[str, str]:
    """Name a file for each volume, as like the volume's own name as every system and tool can open.

    Parameters
    ----------
    names : iterable of str
        Of all volumes of a project, in its order, so that a file keeps its name when the plan changes.

    Returns
    -------
    dict of str to str
        Volume → name without ending: Latin letters, digits, ``_`` and ``-``; no two differ in capitals alone.

    Examples
    --------
    >>> name_files(["CT 12.nii.gz", "ct_12", "Zürich/1", ".."])
    {'CT 12.nii.gz': 'CT_12', 'ct_12': 'ct_12_2', 'Zürich/1': 'Zurich_1', '..': 'volume'}
    """
    named: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for name in names:
        stem = free = _simplify(name)
        while free.lower() in taken:
            numbers[stem.lower()] = number = numbers.get(stem.lower(), 1) + 1
            free = f"{stem}_{number}"
        taken.add(free.lower())
        named[name] = free
    return named


def _simplify(name: str) -> str:
    latin = unicodedata.normalize("NFKD", split_ending(name)[0]).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", latin).strip("_-")[:MAX_LENGTH] or "volume"
    return f"volume_{plain}" if _RESERVED.fullmatch(plain) else plain
