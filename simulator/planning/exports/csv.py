"""A plan as CSV."""

import pandas as pd

from ...tables.csv import encode_csv
from ..values import Plan
from .export import Export, PlanContext

__all__ = ["CSV", "round_rows"]

DECIMALS = {
    "position_mm": 3,
    "target_quality": 3,
    "cumulative_effort": 6,
    "cumulative_effort_share": 6,
    "cumulative_hours": 6,
    "predicted_performance": 4,
}


def write_csv(plan: Plan, context: PlanContext) -> dict[str, bytes]:
    """Write a plan as CSV.

    Parameters
    ----------
    plan : Plan
    context : PlanContext
        Not needed.

    Returns
    -------
    dict of str to bytes
        ``plan.csv``. Lines end with CRLF. Numbers are numbers, with a point; what is unknown is empty.
        ``slice_index`` counts from 0 along ``axis`` of the file as nibabel reads it; ``step`` is the pass;
        ``cumulative_effort`` has the measure's unit, ``cumulative_hours`` is the same work in hours.
    """
    return {"plan.csv": encode_csv(round_rows(plan))}


def round_rows(plan: Plan) -> pd.DataFrame:
    """Round a plan's numbers to what they can tell."""
    return plan.rows.assign(**{name: plan.rows[name].round(n) + 0.0 for name, n in DECIMALS.items()})


CSV = Export(
    name="csv",
    title="CSV",
    suffix=".csv",
    help="a table, one row a slice, for spreadsheets and scripts",
    write=write_csv,
)
