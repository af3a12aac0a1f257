"""What came back becomes an update of a project: once, whole, and so that it can be taken back."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from ..errors import ProjectError
from ..records import Project, Score, Update, canonical_json, utc_now
from ..records.project import MOST_HOURS
from .going_on import NextPlan, price_anew
from .progress import Progress, labeled_so_far, ticked_so_far
from .project import ProjectAnswer, spans_so_far
from .returns.returned import Returned
from .times.calibration import Calibration, calibrate_prices
from .times.log import TimeRow

__all__ = [
    "NOTHING",
    "add_update",
    "calibrate_update",
    "follow_plan",
    "join_returned",
    "keep_known",
    "make_update",
    "take_back",
]

NOTHING = Returned(labeled={})
"""Where only hours, scores or times came back."""

NEW_PLAN = "the new plan"
"""Source of the step that takes it, for display."""

MOST_SOURCE = 200
MOST_NAMED = 3


def join_returned(parts: Sequence[Returned]) -> Returned:
    """Join what came back in several ways at one time.

    Parameters
    ----------
    parts : sequence of Returned
        The surest first: of a volume that several tell of, it counts.

    Returns
    -------
    Returned
    """
    joined = NOTHING
    for part in parts:
        told = {*joined.labeled, *joined.done}
        labeled = {name: slices for name, slices in part.labeled.items() if name not in told}
        joined = Returned(
            labeled={**joined.labeled, **labeled},
            done=(*joined.done, *(name for name in part.done if name not in told)),
            seconds=(*joined.seconds, *part.seconds),
            visits=(*joined.visits, *part.visits),
            hours=part.hours if joined.hours is None else joined.hours,
            spans={**part.spans, **joined.spans},
            notes=(*joined.notes, *part.notes),
        )
    return joined


def keep_known(project: Project, returned: Returned) -> Returned:
    """Let what is known only grow: an older export that is sent once more, or half a one, takes nothing away.

    Parameters
    ----------
    project : Project
        Before.
    returned : Returned
        As it was read.

    Returns
    -------
    Returned
        With the slices that were read before, the structure as far as it was found before, and without hours that are
        fewer than before; a note says what was kept. A tick is left alone: it takes nothing away.
    """
    read, spans = _read_so_far(project), spans_so_far(project)
    labeled = {
        name: slices if name in returned.done else tuple(sorted({*read.get(name, ()), *slices}))
        for name, slices in returned.labeled.items()
    }
    grown = {name: _join_spans(span, spans.get(name, span)) for name, span in returned.spans.items()}
    less = {name for name, slices in returned.labeled.items() if len(labeled[name]) > len(set(slices))}
    less |= {name for name, span in returned.spans.items() if grown[name] != span}
    hours = next((one.hours for one in reversed(project.updates) if one.hours is not None), 0.0)
    is_shorter = returned.hours is not None and 0 <= returned.hours < hours
    kept = [
        *([f"fewer slices of {_name(sorted(less))}"] if less else []),
        *(["fewer hours"] if is_shorter else []),
    ]
    if not kept:
        return returned
    note = (
        f"{' and '.join(kept)} than before, so what was known is kept; if that is a correction, add it again and "
        "choose to replace what came back before"
    )
    return replace(
        returned,
        labeled=labeled,
        spans=grown,
        hours=None if is_shorter else returned.hours,
        notes=(*returned.notes, note),
    )


def make_update(
    project: Project,
    returned: Returned = NOTHING,
    *,
    source: str,
    hours: float | None = None,
    scores: Sequence[Score] = (),
    folder: str = "",
) -> Update:
    """Make an update of what came back, as far as it is new.

    Parameters
    ----------
    project : Project
        Before.
    returned : Returned, default=NOTHING
    source : str
        What it was read from, for display.
    hours : float or None, default=None
        Spent on all that is labeled by then; None takes what `returned` says.
    scores : sequence of Score, default=()
        Those that are known already are left out: a table of scores may be sent again with more rows.
    folder : str, default=""
        Of the label maps, where some were read: a model can be trained on them.

    Returns
    -------
    Update
        Made now; `add_update` finds out whether anything of it is new.

    Raises
    ------
    ProjectError
        If a score is of more volumes than the project has, or the hours are no number from 0 to `MOST_HOURS`.
    """
    hours = returned.hours if hours is None else hours
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise ProjectError(f"hours spent are a number from 0 to {MOST_HOURS:,}, got {hours:g}; correct them")
    beyond = next((score for score in scores if score.n_volumes > project.size), None)
    if beyond is not None:
        raise ProjectError(
            f"a score is of {beyond.n_volumes:,} volumes, but {project.name} has {project.size:,}; correct that number"
        )
    return Update(
        created=utc_now(),
        source="".join(letter for letter in source if letter.isprintable())[:MOST_SOURCE],
        labeled=dict(returned.labeled),
        hours=hours,
        scores=_without_known(scores, project),
        done=returned.done,
        spans=dict(returned.spans),
        folder=folder,
    )


def calibrate_update(
    project: Project, answer: ProjectAnswer, update: Update, rows: Sequence[TimeRow]
) -> tuple[Update, Calibration | None]:
    """Let a log of times set the project's prices.

    Parameters
    ----------
    project : Project
        Before the update.
    answer : ProjectAnswer
        Of it.
    update : Update
    rows : sequence of TimeRow
        In the order of the work.

    Returns
    -------
    update : Update
        With the prices.
    calibration : Calibration or None
        What the log told; None where the same log was read before, since reading it twice tells no more.

    Raises
    ------
    RequestError
        If the log tells too little.
    """
    fingerprint = hashlib.sha256(canonical_json([asdict(row) for row in rows]).encode()).hexdigest()
    if any(one.time_log == fingerprint for one in project.updates):
        return update, None
    labeled = labeled_so_far(project) | update.labeled
    n_slices = {name: float(len(slices)) for name, slices in labeled.items() if slices}
    found = calibrate_prices(rows, usual=answer.prices, n_slices=n_slices)
    prices = {name: one.value for name, one in found.limits.items()}
    told = {"prices": prices, "former_prices": dict(project.prices), "time_log": fingerprint}
    return update.model_copy(update=told), found


def add_update(project: Project, update: Update) -> Project:
    """Add an update to a project.

    Raises
    ------
    ProjectError
        If it says nothing that is not known already.
    """
    if not _is_news(update, project):
        raise ProjectError(
            f"{update.source}: nothing in it is new, all of it came back before; {project.name} stays as it is"
        )
    return project.changed(updates=(*project.updates, update), prices={**project.prices, **update.prices})


def take_back(project: Project) -> Project:
    """Take the last update back, and the plan and the prices that it brought where nobody changed them since.

    Raises
    ------
    ProjectError
        If there is none.
    """
    if not project.updates:
        raise ProjectError(f"nothing has come back for {project.name} yet, so nothing can be taken back")
    last, prices = project.updates[-1], dict(project.prices)
    for name, value in last.prices.items():
        if prices.get(name) == value:
            del prices[name]
            prices |= {name: last.former_prices[name]} if name in last.former_prices else {}
    stages = last.former_stages if last.stages and last.stages == project.stages else project.stages
    return project.changed(updates=project.updates[:-1], prices=prices, stages=stages)


def follow_plan(following: NextPlan, progress: Progress) -> Project:
    """Take the plan that follows: from then on annotators work by it, at the prices that it was made with.

    Without these a plan whose slices turned out to be quicker would be cut where the old prices end the hours. It
    stands among what came back, so that it is taken back as that is.
    """
    project = progress.plan.answer.project
    before, after = asdict(progress.plan.answer.prices), asdict(price_anew(progress))
    found = {name: value for name, value in after.items() if value != before[name]}
    step = Update(
        created=utc_now(),
        source=NEW_PLAN,
        prices=found,
        former_prices=dict(project.prices),
        stages=following.stages,
        former_stages=project.stages,
    )
    return project.changed(
        stages=following.stages, prices={**project.prices, **found}, updates=(*project.updates, step)
    )


def _read_so_far(project: Project) -> dict[str, tuple[int, ...]]:
    """Say which slices were read of which volume; what was only ticked off stands aside."""
    return {
        name: slices
        for update in project.updates
        for name, slices in update.labeled.items()
        if name not in update.done
    }


def _join_spans(span: tuple[int, int], known: tuple[int, int]) -> tuple[int, int]:
    return min(span[0], known[0]), max(span[1], known[1])


def _name(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(name[:40] for name in names[:MOST_NAMED])}{more}"


def _is_news(update: Update, project: Project) -> bool:
    """Tell whether a project with the update differs from the one without."""
    after = project.model_copy(update={"updates": (*project.updates, update)})
    hours = [one.hours for one in project.updates if one.hours is not None]
    return bool(
        labeled_so_far(after) != labeled_so_far(project)
        or ticked_so_far(after) - labeled_so_far(after).keys()
        != ticked_so_far(project) - labeled_so_far(project).keys()
        or spans_so_far(after) != spans_so_far(project)
        or update.scores
        or update.time_log
        or (update.hours is not None and update.hours not in hours[-1:])
    )


def _without_known(scores: Iterable[Score], project: Project) -> tuple[Score, ...]:
    """Leave out as many of equal scores as are known: two trainings may score the same."""
    known = Counter((one.n_volumes, one.dice) for update in project.updates for one in update.scores)
    new: list[Score] = []
    for score in scores:
        if known[score.n_volumes, score.dice]:
            known[score.n_volumes, score.dice] -= 1
        else:
            new.append(score)
    return tuple(new)
