"""A plan as CSV."""

import pandas as pd

from ...tables.csv import encode_csv
from ..values import Plan

__all__ = ["round_rows", "write_csv"]

DECIMALS = {
    "position_mm": 3,
    "target_quality": 3,
    "cumulative_effort": 6,
    "cumulative_effort_share": 6,
    "cumulative_hours": 6,
    "predicted_performance": 4,
}


def write_csv(plan: Plan) -> bytes:
    """Write a plan as CSV.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    bytes
        Lines end with CRLF. Numbers are numbers, with a point; what is unknown is empty. ``slice_index`` counts from 0
        along ``axis`` of the file as nibabel reads it; ``step`` is the pass; ``cumulative_effort`` has the measure's
        unit, ``cumulative_hours`` is the same work in hours.
    """
    return encode_csv(round_rows(plan))


def round_rows(plan: Plan) -> pd.DataFrame:
    """Round a plan's numbers to what they can tell."""
    return plan.rows.assign(**{name: plan.rows[name].round(n) + 0.0 for name, n in DECIMALS.items()})
