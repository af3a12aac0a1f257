"""What a cell of text says: numbers as spreadsheets of any language write them, and ids that one has spoiled."""

import math
import re

__all__ = ["is_mangled", "parse_number", "parse_whole"]

_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
"""Also ``140.0``, as tables with gaps write whole numbers; ``1.000`` may be a thousand."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{0,30})?(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_MANGLED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}")
"""As a spreadsheet shows a long number or what it took for one: ``1E5`` becomes ``1.00E+05``."""


def parse_whole(text: str) -> int | None:
    """Read a whole number that is not negative; None if it is none.

    Examples
    --------
    >>> parse_whole("140"), parse_whole("140.0"), parse_whole("140,0"), parse_whole("1,400")
    (140, 140, 140, None)
    """
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def parse_number(text: str, *, has_decimal_comma: bool) -> float:
    """Read a number with a decimal point or comma; NaN if it is none, or could be either of two.

    Parameters
    ----------
    text : str
    has_decimal_comma : bool
        True where the table's own separator shows that its language writes ``2,5``; else ``1,400`` may be a thousand.

    Examples
    --------
    >>> parse_number("2.5", has_decimal_comma=False), parse_number("2,5", has_decimal_comma=False)
    (2.5, 2.5)
    >>> parse_number("1,400", has_decimal_comma=True), parse_number("1,400", has_decimal_comma=False)
    (1.4, nan)
    """
    if not _NUMBER.fullmatch(text) or (_THOUSANDS.fullmatch(text) and not has_decimal_comma):
        return math.nan
    return float(text.replace(",", "."))


def is_mangled(text: str) -> bool:
    """Whether an id looks as if a spreadsheet had taken it for a number.

    Examples
    --------
    >>> is_mangled("1.00E+05"), is_mangled("1,23457E+16"), is_mangled("1E5"), is_mangled("007")
    (True, True, False, False)
    """
    return _MANGLED.fullmatch(text) is not None
