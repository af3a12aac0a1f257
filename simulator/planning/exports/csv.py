"""A plan as CSV that opens right in a spreadsheet: RFC 4180, UTF-8 with a byte order mark, formulas defused."""

import pandas as pd

from ..values import Plan

__all__ = ["encode_csv", "write_csv"]

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
    return encode_csv(
        plan.rows.assign(**{name: plan.rows[name].round(n) + 0.0 for name, n in DECIMALS.items()})
    )


def encode_csv(table: pd.DataFrame) -> bytes:
    """Write a table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas."""
    flat = table.copy()
    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        flat[name] = [f"'{text}" if str(text).startswith(FORMULA) else text for text in flat[name]]
    return flat.to_csv(index=False, lineterminator="\r\n", float_format="%.10g").encode("utf-8-sig")
