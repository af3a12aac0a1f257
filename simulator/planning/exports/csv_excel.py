"""A plan as CSV that a double click opens right in an Excel whose language writes ``2,5``: German, French and others.

There ``;`` separates cells, and ``2.5`` would become the second of May. Where Excel writes ``2.5``, the plain CSV opens
right, and this one stays in one column, which is seen at once.
"""

import re

from ...tables.csv import encode_csv
from ..values import Plan
from .csv import round_rows
from .export import Export, PlanContext

__all__ = ["CSV_EXCEL"]

MAX_LITERAL = 255
"""Longest text, in characters, that Excel takes in a formula."""

_INNER_FORMULA = re.compile(r"""(?<=[,;\t\r\n])(?=[\s"']*[=+\-@])""")
"""Where text would begin a cell of its own in an Excel that separates cells by something else."""


def write_csv_excel(plan: Plan, context: PlanContext) -> dict[str, bytes]:
    """Write a plan as CSV with semicolons and decimal commas.

    Parameters
    ----------
    plan : Plan
    context : PlanContext
        Not needed.

    Returns
    -------
    dict of str to bytes
        ``plan.csv``. UTF-8 with a byte order mark, lines end with CRLF, columns as in the plain CSV. Text is
        written ``="007"``, so that Excel takes it for no number and no day.
    """
    return {"plan.csv": encode_csv(round_rows(plan), separator=";", decimal=",", write_text=_write_text)}


def _write_text(text: str) -> str:
    safe = _INNER_FORMULA.sub("'", text)
    quoted = safe.replace('"', '""')
    return f'="{quoted}"' if len(safe) <= MAX_LITERAL and "\n" not in safe else f"'{safe}"


CSV_EXCEL = Export(
    name="csv-excel",
    title="CSV for an Excel that writes 2,5",
    suffix=".csv",
    help="a table that a double click opens in an Excel that writes 2,5",
    write=write_csv_excel,
)
