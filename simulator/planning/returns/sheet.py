"""The plan's own table that came back: rows ticked off, where the structure was found, and the minutes that it took.

A tick says "as planned": it counts as the planned slices. Where these are counted from where the annotator finds the
structure, they follow from its first and last slice; where nobody wrote these down, the volume counts as done, on
slices that nobody knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import InventoryError
from ...records import Project
from ...tables import Table, parse_number, read_table
from ...tables.csv import defuse
from ...tables.workbook import is_workbook, read_workbook
from ..progress import labeled_so_far, ticked_so_far
from ..project import named_volumes
from ..rhythm import still_to_draw
from ..times.log import LONGEST, TimeRow
from ..visit_table import FILLED_IN, SHEET
from ..visits import ProjectPlan, Visit
from ..volumes.row import COUNTED, MAX_SLICES, ListRow
from .returned import Returned

__all__ = ["read_sheet"]

NEEDED = ("volume", "done")

_YES = "yes y x 1 true done ok ja j wahr erledigt oui vrai si sí s vero verdadero sim verdadeiro tak prawda да ✓ ✔ ☑"
_NO = "no n 0 false open nein falsch offen non faux falso não nao nie fałsz нет - – — ✗ ☐"

YES, NO = frozenset(_YES.split()), frozenset(["", *_NO.split()])
"""As people write it, and as Excel in their language saves TRUE and FALSE."""

MOST_MINUTES = int(LONGEST // 60)

MOST_NAMED = 3


def read_sheet(content: bytes, *, name: str, plan: ProjectPlan) -> Returned:
    """Read a plan's table that annotators filled in.

    Parameters
    ----------
    content : bytes
        The Excel sheet of the hand-over, its CSV with the columns that are filled in, or the sheet saved as CSV by any
        spreadsheet. Rows in any order; further columns and missing rows do no harm.
    name : str
        Of the file, for messages.
    plan : ProjectPlan
        That it came from.

    Returns
    -------
    Returned
        With hours only where minutes are known for everything that is labeled by then.

    Raises
    ------
    TableError
        If it is no table, lacks the columns ``volume`` and ``done``, names a volume twice, or a cell is wrong; the
        message names it.
    """
    table = _read(content, name=name)
    titles = {title.casefold(): title for title in reversed(table.columns)}
    missing = next((field for field in NEEDED if field not in titles), None)
    if missing is not None:
        raise InventoryError(
            f"{name}: column {missing} is missing; expected the sheet {SHEET} of the hand-over with its columns "
            f"volume, {', '.join(FILLED_IN)}, got {', '.join(map(repr, table.columns))[:200]}"
        )
    rows = [ListRow(table=table, row=row, columns=titles) for row in table.rows]
    notes = list(table.notes)
    entries = tuple(_read_entries(rows, plan, notes))
    return _sum_up(entries, plan, notes, name=name)


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One row that names a volume of the plan; `span` only where the plan waits for it."""

    visit: Visit
    is_done: bool
    is_counted_there: bool
    span: tuple[int, int] | None
    seconds: float
    annotator: str

    @property
    def slices(self) -> tuple[int, ...] | None:
        """That were planned, as far as is known."""
        if not self.is_counted_there:
            return self.visit.slices
        if self.span is None:
            return self.visit.slices  # as an earlier sheet told
        return still_to_draw(self.visit.volume, *self.span, every=self.visit.every, least=self.visit.least)


def _read(content: bytes, *, name: str) -> Table:
    if is_workbook(content):
        return read_workbook(content, name=name, is_header=_is_header)
    return read_table(content, name=name)


def _is_header(titles: Sequence[str]) -> bool:
    return set(NEEDED) <= {title.casefold() for title in titles}


def _read_entries(rows: Sequence[ListRow], plan: ProjectPlan, notes: list[str]) -> Iterator[_Entry]:
    visits = _by_written_name(plan)
    waits = {
        one.name for one in named_volumes(plan.answer.project) if one.span is None and one.n_slices is None
    }
    lines: dict[str, ListRow] = {}
    strangers: list[str] = []
    unclear: list[str] = []
    for row in rows:
        written = row.text("volume")
        visit = visits.get(written) or visits.get(_without_zeros(written))
        if visit is None:
            strangers += [written] if written else []
            continue
        known = visit.volume.name
        if known in lines:
            raise InventoryError(
                f"{row.where('volume')}: {known!r} stands there twice, first in line {lines[known].row.line}; keep one "
                "of them"
            )
        lines[known] = row
        is_done = _read_tick(row, unclear)
        yield _Entry(
            visit=visit,
            is_done=is_done,
            is_counted_there=known in waits,
            span=_read_span(row, unclear) if known in waits else None,
            seconds=_read_seconds(row) if is_done else 0.0,
            annotator=row.text("annotator"),
        )
    if strangers:
        notes.append(f"not in the plan, so not read: {_name(strangers)}")
    notes += unclear[:MOST_NAMED]
    if len(unclear) > MOST_NAMED:
        notes.append(f"and {len(unclear) - MOST_NAMED} more cells like these")


def _by_written_name(plan: ProjectPlan) -> Mapping[str, Visit]:
    """Map names to visits, also as a spreadsheet spoils them: with an apostrophe, or a number without its zeros."""
    visits = {visit.volume.name: visit for visit in plan.visits}
    spoiled: dict[str, Visit | None] = {}
    for name, visit in visits.items():
        for written in (defuse(name), _without_zeros(name)):
            if written != name:
                spoiled[written] = None if written in spoiled else visit
    return {name: visit for name, visit in spoiled.items() if visit is not None} | visits


def _without_zeros(name: str) -> str:
    return str(int(name)) if name.isascii() and name.isdigit() else name


def _read_tick(row: ListRow, unclear: list[str]) -> bool:
    text = row.text("done")
    if text.casefold() in YES:
        return True
    if text.casefold() not in NO:
        unclear.append(f"{row.where('done')}: {text[:40]!r} is neither yes nor no, and counts as not done")
    return False


def _read_span(row: ListRow, unclear: list[str]) -> tuple[int, int] | None:
    texts = row.text("first_slice"), row.text("last_slice")
    if not any(texts):
        return None
    if not all(texts):
        lacking = "first_slice" if texts[1] else "last_slice"
        unclear.append(f"{row.where(lacking)}: empty, so the other one is not used; fill in both")
        return None
    first = row.count("first_slice", least=0, most=MAX_SLICES - 1, why=COUNTED)
    return first, row.count(
        "last_slice", least=first, most=MAX_SLICES - 1, why=f", not before first_slice{COUNTED}"
    )


def _read_seconds(row: ListRow) -> float:
    """Read what a visit took; 0 where nobody wrote it down."""
    text = row.text("minutes_spent")
    minutes = parse_number(text, has_decimal_comma=row.table.has_decimal_comma) if text else 0.0
    if not 0 <= minutes <= MOST_MINUTES:
        expected = f"minutes from 0 to {MOST_MINUTES:,}, as 12 or 12.5"
        raise row.error("minutes_spent", expected, repr(text[:40]))
    return 60 * minutes


def _sum_up(entries: Sequence[_Entry], plan: ProjectPlan, notes: list[str], *, name: str) -> Returned:
    done = [entry for entry in entries if entry.is_done]
    labeled = {entry.visit.volume.name: entry.slices for entry in done if entry.slices is not None}
    unknown = [entry.visit.volume.name for entry in done if entry.slices is None]
    if unknown:
        notes.append(
            "done, but first_slice and last_slice are empty, so which slices are labeled is not known: "
            f"{_name(unknown)}"
        )
    if not done:
        notes.append(f"{name}: no row is done yet; write yes into done")
    hours, note = _sum_hours(done, plan)
    return Returned(
        labeled=labeled,
        done=tuple(entry.visit.volume.name for entry in done),
        visits=tuple(_time(entry) for entry in done if entry.seconds),
        hours=hours,
        spans={entry.visit.volume.name: entry.span for entry in entries if entry.span is not None},
        notes=(*notes, *note),
    )


def _sum_hours(done: Sequence[_Entry], plan: ProjectPlan) -> tuple[float | None, tuple[str, ...]]:
    """Add the minutes up, if they are of all that is labeled by then: what is not written down is not made up."""
    timed = {entry.visit.volume.name: entry.seconds for entry in done if entry.seconds}
    if not timed:
        return None, ()
    project = plan.answer.project
    labeled = _labeled_in(project) | {entry.visit.volume.name for entry in done}
    if labeled <= timed.keys():
        return sum(timed.values()) / 3600, ()
    counted, hours = _measured_by(project)
    if labeled <= timed.keys() | counted:
        return hours + sum(seconds for name, seconds in timed.items() if name not in counted) / 3600, ()
    return None, (
        f"minutes_spent is filled in for {len(timed)} of {len(labeled)} volumes that are labeled, so the hours in all "
        "are not known; fill in the others, or give the hours by hand",
    )


def _labeled_in(project: Project) -> set[str]:
    return {name for name, slices in labeled_so_far(project).items() if slices} | ticked_so_far(project)


def _measured_by(project: Project) -> tuple[set[str], float]:
    """Say which volumes were labeled when hours were last written down, and these."""
    measured = [n for n, update in enumerate(project.updates, start=1) if update.hours is not None]
    until = project.updates[: measured[-1]] if measured else ()
    hours = (until[-1].hours or 0.0) if until else 0.0
    return _labeled_in(project.model_copy(update={"updates": until})), hours


def _time(entry: _Entry) -> TimeRow:
    slices = entry.slices
    n_slices = entry.visit.n_slices if slices is None else float(len(slices))
    return TimeRow(
        volume=entry.visit.volume.name,
        seconds=entry.seconds,
        n_slices=max(1.0, n_slices),
        annotator=entry.annotator,
    )


def _name(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(name[:40] for name in names[:MOST_NAMED])}{more}"
