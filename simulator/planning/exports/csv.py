"""A plan as CSV that opens right in a spreadsheet: RFC 4180, UTF-8 with a byte order mark, formulas defused."""

import csv
import io

import pandas as pd

from ..values import Plan

__all__ = ["write_csv"]

DECIMALS = {
    "position_mm": 3,
    "target_quality": 3,
    "cumulative_effort": 6,
    "cumulative_effort_share": 6,
    "predicted_performance": 4,
}

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text cell that begins so may be run by a spreadsheet (OWASP, CSV injection); an apostrophe makes it text."""


def write_csv(plan: Plan) -> bytes:
    """Write a plan as CSV.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    bytes
        Lines end with CRLF. Numbers are numbers, with a point; what is unknown is empty. ``slice_index`` counts from 0
        along ``axis`` of the file as nibabel reads it; ``step`` is the pass.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(plan.rows.columns)
    cells = [_cells(plan.rows[name], DECIMALS.get(name)) for name in plan.rows.columns]
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue().encode("utf-8-sig")


def _cells(column: pd.Series, n_decimals: int | None) -> list[str]:
    if n_decimals is not None:
        return ["" if pd.isna(value) else _number(value, n_decimals) for value in column]
    return [_defuse(value) if isinstance(value, str) else str(value) for value in column]


def _number(value: float, n_decimals: int) -> str:
    text = f"{value:.{n_decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _defuse(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
