"""What every export keeps to: a suite that an export of one's own can be checked with, too."""

import csv
import io
import re
from dataclasses import replace

from ..tables.csv import FORMULA
from .exports import Export, PlanContext
from .exports.export import SEVERAL
from .exports.files import is_safe
from .values import Plan

__all__ = ["check_export"]

HOSTILE = ("=1+1", "+1", "@sum", "../../up", "/etc/passwd", "a;=1+1", "a\\b", "nul:", "Müller, 3")
"""Names of volumes as a list from outside may hold them."""

_TEXT_ALONE = re.compile(r"""="(?:[^"]|"")*"(?:[;,\t].*)?""", re.DOTALL)
"""A formula that is nothing but text; where another sign separates cells, what follows makes it no formula at all."""


def check_export(export: Export, *, plan: Plan, context: PlanContext | None = None) -> None:
    """Check a format: same plan same bytes, one file or several as its suffix says, safe names, text defused.

    Parameters
    ----------
    export : Export
    plan : Plan
        With at least one row.
    context : PlanContext, default=None
        None: nothing but the plan is known, with which every format has to do.

    Raises
    ------
    AssertionError
        With what was broken.
    """
    context = context or PlanContext()
    assert export.name == export.name.strip().lower(), "a name is typed: lower case, no spaces around"
    assert export.title, "a title is shown"
    assert export.help, "help is shown"
    assert "\n" not in export.help, "help is one line"
    assert export.suffix.startswith("."), "a suffix has its point"
    before = plan.rows.copy()
    for made in (plan, _rename(plan)):
        files = export.write(made, context)
        assert dict(files) == dict(export.write(made, context)), "the same plan is the same bytes"
        assert files, "a plan is at least one file"
        assert export.suffix == SEVERAL or len(files) == 1, f"several files are a {SEVERAL}"
        for name, content in files.items():
            assert is_safe(name), f"{name!r} is no safe name inside a folder"
            assert isinstance(content, bytes), f"{name} is no bytes"
            if name.endswith(".csv"):
                _check_cells(content)
    assert before.equals(plan.rows), "the plan is not changed"


def _rename(plan: Plan) -> Plan:
    """Give a plan's volumes hostile names."""
    names = {name: f"{HOSTILE[i % len(HOSTILE)]}{i}" for i, name in enumerate(plan.rows["volume"].unique())}
    volumes = tuple(replace(v, name=names.get(v.name, v.name)) for v in plan.inventory.volumes)
    return replace(
        plan,
        rows=plan.rows.assign(volume=plan.rows["volume"].map(names)),
        inventory=replace(plan.inventory, volumes=volumes),
    )


def _check_cells(content: bytes) -> None:
    """Check that no text begins a formula, whichever sign separates cells; numbers may be negative."""
    text = content.decode("utf-8-sig")
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            bad = [cell for cell in row if cell.startswith(FORMULA) and not _is_harmless(cell)]
            assert not bad, f"{bad[0]!r} may be run by a spreadsheet"


def _is_harmless(cell: str) -> bool:
    """Tell whether a cell is a number, or a formula that is nothing but text: ``="007"``."""
    if _TEXT_ALONE.fullmatch(cell):
        return True
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
