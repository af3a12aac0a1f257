"""A project's plan as a table: one row a visit, as CSV for programs and as an Excel sheet to tick off.

The sheet's last columns are the annotator's; `simulator.planning.returns.sheet` reads them back.
"""

import io
import re
import zipfile
from datetime import datetime

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ..datasets.spans import spans_of_slices
from ..formats import format_ordinal
from ..tables.csv import defuse, encode_csv
from .annotators import share_out
from .exports.files import MADE, zip_files
from .progress import VolumeProgress, find_progress
from .rhythm import every_nth, offset_of
from .visits import ProjectPlan, Visit

__all__ = ["FILLED_IN", "SHEET", "VISIT_COLUMNS", "visit_rows", "write_visits_csv", "write_visits_excel"]

VISIT_COLUMNS = (
    "order",
    "volume",
    "group",
    "annotator",
    "role",
    "every",
    "slices",
    "n_slices",
    "axis",
    "minutes",
    "cumulative_hours",
    "instruction",
)
"""Of a plan, one row a visit. Slices count from 0."""

FILLED_IN = ("done", "first_slice", "last_slice", "minutes_spent", "remark")
"""Columns that the annotator fills in, in the Excel sheet."""

SHEET = "Plan"
_SAVED, SETTLED = (
    re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:modified>)"),
    b"1980-01-01T00:00:00Z",
)
WIDTHS = {"volume": 24, "slices": 32, "instruction": 48, "remark": 32}
USUAL_WIDTH = 11


def visit_rows(plan: ProjectPlan) -> pd.DataFrame:
    """Lay a plan out as rows.

    Returns
    -------
    DataFrame
        Columns `VISIT_COLUMNS`; `slices` is ``"3;7;11"`` or ``"0-64"``; empty where they are counted from where the
        structure begins.
    """
    return pd.DataFrame(
        [
            {
                "order": visit.order,
                "volume": visit.volume.name,
                "group": visit.volume.group,
                "annotator": annotator,
                "role": visit.role,
                "every": visit.every,
                "slices": "" if visit.slices is None else write_slices(visit.slices),
                "n_slices": round(visit.n_slices + visit.n_looks),
                "axis": visit.volume.axis,
                "minutes": round(60 * visit.hours, 1),
                "cumulative_hours": round(visit.cumulative_hours, 2),
                "instruction": instruct(visit, structure=plan.answer.project.structure),
            }
            for visit, annotator in zip(plan.visits, share_out(plan), strict=True)
        ],
        columns=list(VISIT_COLUMNS),
    ).astype({"axis": "Int64"})


def write_slices(slices: tuple[int, ...]) -> str:
    """Write slices, runs of them by their ends.

    Examples
    --------
    >>> write_slices((3, 7, 11, 20, 21, 22))
    '3;7;11;20-22'
    """
    ends = spans_of_slices(np.array(slices, dtype=np.int64))
    return ";".join(str(first) if first == last else f"{first}-{last}" for first, last in ends)


def instruct(visit: Visit, *, structure: str) -> str:
    """Say what to do in one volume, for someone who sees no more than this row."""
    what = structure or "the structure"
    if visit.every == 1:
        return f"Outline {what} exactly on every slice"
    least = f", {visit.least} at least" if visit.least > 1 else ""
    begin, *_ = every_nth(1, visit.every, every=visit.every, offset=offset_of(visit.volume.name))
    rhythm = (
        f"on the {format_ordinal(begin)} slice that shows it, then every {format_ordinal(visit.every)}{least}"
    )
    where = rhythm if visit.slices is None else "on the slices named"
    look = "; a slice without it stays empty" if visit.n_looks else ""
    return f"Outline {what} exactly {where}; leave the others alone{look}"


def write_visits_csv(plan: ProjectPlan) -> bytes:
    """Write a plan as CSV: RFC 4180, text defused against formulas."""
    return encode_csv(visit_rows(plan))


def write_visits_excel(plan: ProjectPlan) -> bytes:
    """Write a plan as an Excel sheet with filters, and columns to tick off: the same plan is the same bytes."""
    rows = visit_rows(plan)
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(*MADE)
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append([*rows.columns, *FILLED_IN])
    ticks_before = [_tick(one) for one in find_progress(plan).volumes]
    for row, tick in zip(rows.itertuples(index=False), ticks_before, strict=True):
        sheet.append([*(_cell(value) for value in row), tick])
    titles = [*rows.columns, *FILLED_IN]
    for place, title in enumerate(titles, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(title, USUAL_WIDTH)
        sheet[f"{letter}1"].font = Font(bold=True)
        if title in FILLED_IN:
            sheet[f"{letter}1"].fill = PatternFill("solid", fgColor="E6F2EC")
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"
    ticks = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    sheet.add_data_validation(ticks)
    done = get_column_letter(titles.index("done") + 1)
    ticks.add(f"{done}2:{done}{len(rows) + 1}")
    return _settle_times(book)


def _tick(one: VolumeProgress) -> str | None:
    """Say "yes" of a volume that came back already: a later plan holds it too."""
    return "yes" if one.state in ("done", "elsewhere") else None


def _cell(value: object) -> object:
    if isinstance(value, str):
        return defuse(value)
    return None if pd.isna(value) else value  # type: ignore[call-overload]


def _settle_times(book: Workbook) -> bytes:
    """Save a workbook whose files all bear one time."""
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as archive:
        # The library writes the time of saving, whatever the properties say.
        return zip_files((name, _SAVED.sub(SETTLED, archive.read(name))) for name in archive.namelist())
