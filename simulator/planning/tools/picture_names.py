"""Names of pictures, which say volume and slice, on every system and through every tool.

Letters and digits of ASCII, ``_``, ``-`` and ``.`` stay; any other character is written as its code, ``_x0020_`` for a
space, as OpenXML does (ECMA-376 part 1, 22.9.2.19): what a tool or an upload may make of a name leaves these alone.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

__all__ = ["map_stems", "picture_name", "read_picture_name"]

LONGEST_STEM = 150
"""A file's name has 255 bytes at most; slice and ending need some, and so does what a tool puts before it."""

N_TOLD = 128
"""Characters that are left of a longer one, before its hash."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]")
_CODE = re.compile(r"_x([0-9A-F]{4,6})_")
_LIKE_CODE = re.compile(r"_x[0-9A-F]{4}")
_NAME = re.compile(r"(?P<stem>[A-Za-z0-9_.-]+)_slice_(?P<index>[0-9]{4,6})\.png")
_UPLOAD = re.compile(r"[0-9a-f]{8}-")
"""What Label Studio puts before the name of an upload."""


def map_stems(volumes: Iterable[str]) -> dict[str, str]:
    """Find a stem for each volume's name.

    Parameters
    ----------
    volumes : iterable of str
        All of a project, in its order: where two differ only in case, which some systems do not tell apart, the later
        one is written in codes alone.

    Returns
    -------
    dict of str to str
        Name → stem; no two stems are the same, in whatever case.

    Examples
    --------
    >>> map_stems(["CT_001", "ct_001", "Müller, 3", "../up"])["Müller, 3"]
    'M_x00FC_ller_x002C__x0020_3'
    """
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for volume in volumes:
        stem = _shorten(_write(volume), volume)
        if stem.casefold() in taken:
            stem = _shorten("".join(map(_code, volume)), volume)
        taken.add(stem.casefold())
        stems[volume] = stem
    return stems


def picture_name(stem: str, index: int) -> str:
    """Name the picture of a slice, counted from 0.

    Examples
    --------
    >>> picture_name("CT_001", 7)
    'CT_001_slice_0007.png'
    """
    return f"{stem}_slice_{index:04d}.png"


def read_picture_name(path: str, *, volumes: Mapping[str, str]) -> tuple[str, int] | None:
    """Read volume and slice off a picture's name.

    Parameters
    ----------
    path : str
        As a tool gives it back: folders before it are left out.
    volumes : mapping of str to str
        Stem → name, of what is known; else a name is read from its codes.

    Returns
    -------
    tuple of (str, int) or None
        The volume's name and the slice, counted from 0; None where it names no slice.

    Examples
    --------
    >>> read_picture_name("images/a_x0020_b_slice_0012.png", volumes={})
    ('a b', 12)
    """
    found = _NAME.fullmatch(re.split(r"[/\\]", path)[-1])
    if found is None:
        return None
    stem = found["stem"]
    told = stem if stem in volumes else _without_upload(stem)
    return volumes.get(told, _CODE.sub(_decode, stem)), int(found["index"])


def _write(volume: str) -> str:
    """Write a name so that `_CODE` reads it back; a point or a dash only where it cannot mislead."""
    written = ""
    for place, character in enumerate(volume):
        is_code = _LIKE_CODE.match(volume, place) is not None
        is_inside = place > 0 and _PLAIN.fullmatch(volume[place - 1]) is not None
        is_plain = _PLAIN.fullmatch(character) if character != "-" else is_inside
        is_kept = is_inside if character == "." else is_plain and not is_code
        written += character if is_kept else _code(character)
    return written


def _code(character: str) -> str:
    return f"_x{ord(character):04X}_"


def _decode(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else found[0]


def _without_upload(stem: str) -> str:
    found = _UPLOAD.match(stem)
    return stem[found.end() :] if found else stem


def _shorten(stem: str, volume: str) -> str:
    if len(stem) <= LONGEST_STEM:
        return stem
    digest = hashlib.sha256(volume.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{stem[:N_TOLD]}_{digest}"
