"""What ``project update`` reads: each option is one way in which something comes back, and several make one update."""

from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import ProjectError, RequestError
from ..formats import format_count
from ..planning.project import ProjectAnswer
from ..planning.returns.label_maps import read_label_maps
from ..planning.returns.reading import read_returned
from ..planning.returns.returned import Returned
from ..planning.returns.scores import read_scores
from ..planning.returns.sheet import read_sheet
from ..planning.returns.tallying import MAX_BYTES
from ..planning.returns.times import read_times, time_rows
from ..planning.times.log import TimeRow
from ..planning.updates import (
    NOTHING,
    add_update,
    calibrate_update,
    join_returned,
    keep_known,
    make_update,
)
from ..planning.visits import ProjectPlan, plan_project
from ..records import Project
from ..tables import read_content
from ..wording.prices import say_calibration
from ..wording.spans import plain
from .printing import say

__all__ = ["CameBack", "add_what_came_back"]


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """What the options of a command name.

    Parameters
    ----------
    labels, export, table, scores, time_log : Path or None
    hours : float or None
    is_calibrating : bool
        True to let the times that came back set the prices.
    is_replacing : bool
        True to take it as a correction, also where it says less than what came back before.
    """

    labels: Path | None
    export: Path | None
    table: Path | None
    scores: Path | None
    time_log: Path | None
    hours: float | None
    is_calibrating: bool
    is_replacing: bool

    @property
    def source(self) -> str:
        """What it is, for display."""
        named = (
            ("label maps in ", self.labels),
            ("", self.export),
            ("", self.table),
            ("scores in ", self.scores),
            ("times in ", self.time_log),
        )
        files = [f"{what}{path.resolve().name}" for what, path in named if path is not None]
        return ", ".join(files or ["hours"])


def add_what_came_back(project: Project, answer: ProjectAnswer, came: CameBack) -> Project:
    """Read all that came back, and add it to a project as one update; what is to be said of it goes to stderr.

    Raises
    ------
    RequestError
        If nothing is named, or prices are to be set without times.
    ProjectError
        If nothing of it is new, or it does not fit.
    TableError
        If a file cannot be read.
    """
    _require_something(came)
    made = plan_project(answer, keeps_all=True)
    returned = join_returned([replace(NOTHING, hours=came.hours), *_read_all(came, made)])
    if not came.is_replacing:
        returned = keep_known(project, returned)
    scores = () if came.scores is None else read_scores(read_content(came.scores), name=came.scores.name)
    for note in returned.notes:
        say(note, is_aside=True)
    update = make_update(
        project,
        returned,
        source=came.source,
        scores=scores,
        folder="" if came.labels is None else str(came.labels.resolve()),
    )
    if n_known := len(scores) - len(update.scores):
        say(
            f"{format_count(n_known, 'score')} of {len(scores)} came back before, and counts once",
            is_aside=True,
        )
    rows = _find_times(came, returned)
    if rows:
        update, found = calibrate_update(project, answer, update, rows)
        said = "these times came back before; prices stay" if found is None else plain(say_calibration(found))
        say(said, is_aside=True)
    return add_update(project, update)


def _require_something(came: CameBack) -> None:
    ways = (came.labels, came.export, came.table, came.scores, came.time_log, came.hours)
    if all(way is None for way in ways):
        raise RequestError(
            "say what came back: --labels DIR, --table FILE, --export FILE, --scores FILE, --time-log FILE or --hours X"
        )


def _read_all(came: CameBack, made: ProjectPlan) -> list[Returned]:
    """Read what tells of slices, the surest first: what was drawn, what was exported, what was ticked off."""
    parts = []
    if came.labels is not None:
        parts.append(read_label_maps(came.labels, plan=made))
    if came.export is not None:
        parts.append(read_returned(came.export, plan=made))
    if came.table is not None:
        parts.append(read_sheet(read_content(came.table), name=came.table.name, plan=made))
    return parts


def _find_times(came: CameBack, returned: Returned) -> tuple[TimeRow, ...]:
    rows = time_rows(returned) if came.is_calibrating else ()
    if came.is_calibrating and not rows and came.time_log is None:
        raise ProjectError(
            "nothing that came back says what a slice or a volume took; fill in minutes_spent, export from Label "
            "Studio, or give --time-log FILE"
        )
    if came.time_log is None:
        return rows
    log = read_times(read_content(came.time_log, max_bytes=MAX_BYTES), name=came.time_log.name)
    for note in log.notes:
        say(note, is_aside=True)
    return (*rows, *log.rows)
