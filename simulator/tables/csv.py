"""Tables as CSV that opens right in a spreadsheet: RFC 4180, UTF-8 with a byte order mark, formulas defused."""

import re
from collections.abc import Callable

import pandas as pd

__all__ = ["defuse", "encode_csv"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text cell that begins so may be run by a spreadsheet (OWASP, CSV injection); an apostrophe makes it text."""

_INNER_FORMULA = re.compile(r"""(?<=[;\t\r\n])(?=[\s"']*[=+\-@])""")
"""Where text would begin a cell of its own in a spreadsheet whose language separates cells by semicolon or tab: there
quotes around the text do not help, for to it they stand in the middle of a cell."""


def encode_csv(
    table: pd.DataFrame,
    *,
    separator: str = ",",
    decimal: str = ".",
    write_text: Callable[[str], str] | None = None,
) -> bytes:
    """Write a table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas.

    Parameters
    ----------
    table : DataFrame
    separator, decimal : str
        What stands between cells, and before decimals.
    write_text : callable, default=None
        What a cell of text is written as; None only defuses it.

    Returns
    -------
    bytes
    """
    flat, write = table.copy(), write_text or defuse
    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        flat[name] = [write(value) if isinstance(value, str) else value for value in flat[name]]
    text = flat.to_csv(
        index=False, lineterminator="\r\n", float_format="%.10g", sep=separator, decimal=decimal
    )
    return text.encode("utf-8-sig")


def defuse(text: str) -> str:
    """Write text so that no spreadsheet takes it, or a part of it, for a formula."""
    inside = _INNER_FORMULA.sub("'", text)
    return f"'{inside}" if text.startswith(FORMULA) else inside
