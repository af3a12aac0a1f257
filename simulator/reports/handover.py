"""What annotators get: one zip with a sheet to print, the plan as tables, and the files that their tool opens."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..effort import Prices
from ..formats import format_count, format_dice, format_hours, format_interval
from ..planning.annotators import share_out
from ..planning.exports.files import write_zip
from ..planning.progress import find_progress
from ..planning.tools import PassedOver, Tool
from ..planning.visit_table import write_visits_csv, write_visits_excel
from ..planning.visits import LeftOut, ProjectPlan, propose_stages
from ..wording.passed_over import say_passed_over
from ..wording.projects import (
    say_cost,
    say_plan,
    say_progress,
    say_project,
    say_project_hours,
    say_shown_gain,
)
from ..wording.spans import html, join

__all__ = ["CONTENTS", "name_left_out", "pack_handover", "write_handover", "write_sheet"]

CONTENTS = {
    "instructions.html": "one page to print",
    "plan.xlsx": "rows to tick off",
    "plan.csv": "the same for programs",
}
"""What every hand-over holds, and what it is for."""

MOST_NAMED = 200
"""Volumes that are named one by one on a page."""

REASONS = {
    "hours": "The hours end before",
    "not needed": "More volumes gain nothing that shows, so these can wait:",
}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def pack_handover(plan: ProjectPlan, *, tool: Tool | None) -> bytes:
    """Pack the hand-over of a plan as `write_handover` does."""
    packed = io.BytesIO()
    write_handover(packed, plan, tool=tool)
    return packed.getvalue()


def write_handover(file: BinaryIO, plan: ProjectPlan, *, tool: Tool | None) -> tuple[PassedOver, ...]:
    """Write the hand-over of a plan as a zip: the same plan is the same bytes.

    Parameters
    ----------
    file : BinaryIO
        To write to; one file of the zip at a time is in memory.
    plan : ProjectPlan
    tool : Tool or None
        None: sheet and tables are enough.

    Returns
    -------
    tuple of PassedOver
        Volumes without files for the tool; the sheet names them.

    Raises
    ------
    OSError
        If the place is full.
    """
    passed_over: list[PassedOver] = []
    write_zip(file, _files(plan, tool, passed_over))
    return tuple(passed_over)


def write_sheet(plan: ProjectPlan, *, tool: Tool | None, passed_over: Sequence[PassedOver] = ()) -> bytes:
    """Write the instruction sheet: one page of HTML without anything to load."""
    project = plan.answer.project
    by_order = {visit.order: visit for visit in plan.visits}
    has_files = len(passed_over) < len(plan.visits)
    text = _TEMPLATES.get_template("sheet.html.jinja").render(
        name=project.name,
        **_say_plan(plan),
        steps=_steps(plan, tool if has_files else None),
        milestones=[
            {
                "order": one.order,
                "n_volumes": one.n_volumes,
                "hours": format_hours(by_order[one.order].cumulative_hours),
                "dice": f"{format_dice(one.dice)}{format_interval(one.low, one.high)}",
            }
            for one in plan.milestones
        ],
        shares=_name_shares(plan),
        left_out=name_left_out(plan),
        tool="" if tool is None else tool.title,
        passed_over=say_passed_over(passed_over),
        basis=_say_basis(plan),
    )
    return text.encode()


def _say_plan(plan: ProjectPlan) -> dict[str, str]:
    """Say what is recommended, or where annotators go by another plan or are under way, that plan."""
    answer, project = plan.answer, plan.answer.project
    proposed = propose_stages(answer) if answer.strategy else None
    if not project.is_begun and project.stages in ((), proposed):
        return {"sentence": html(say_project(answer)), "hours": html(say_project_hours(answer))}
    hours = join([say_progress(find_progress(plan)), say_cost(plan.hours, project)])
    return {"sentence": html(say_plan(plan)), "hours": html(hours)}


def _files(
    plan: ProjectPlan, tool: Tool | None, passed_over: list[PassedOver]
) -> Iterator[tuple[str, bytes]]:
    # First, for what is passed over is known once the others are written, and the sheet names it.
    if tool is not None:
        for name, content in tool.write(plan, passed_over.append):
            yield f"{tool.name}/{name}", content
    yield "instructions.html", write_sheet(plan, tool=tool, passed_over=passed_over)
    yield "plan.xlsx", write_visits_excel(plan)
    yield "plan.csv", write_visits_csv(plan)


def _steps(plan: ProjectPlan, tool: Tool | None) -> list[str]:
    structure = plan.answer.project.structure or "the structure"
    rhythms = {visit.every for visit in plan.visits if visit.role == "train"}
    steps = ["Take the volumes in the order of plan.xlsx, and open each once."]
    if len(plan.answer.project.annotators) > 1:
        steps.append("Label the rows that have your name under annotator, and no others: filter that column.")
    if plan.answer.project.is_begun:
        steps.append("Rows with yes in done came back already; leave them.")
    if plan.answer.n_testing:
        steps.append(
            f"Rows marked test: outline {structure} on every slice. They are never trained on; they say how good the "
            "model is."
        )
    if max(rhythms, default=1) > 1:
        known = all(visit.slices is not None for visit in plan.visits)
        which = (
            "the slices that the row names"
            if known
            else f"one slice in {_count_rhythms(rhythms)} of those that show it{_say_least(plan)}"
        )
        steps.append(
            f"Rows marked train: outline {structure} exactly on {which}. Leave the slices between empty: they are not "
            "trained on, so an inexact mask there helps nobody."
        )
        steps.append(
            "Where they begin differs from volume to volume on purpose: together they show all of the structure."
        )
    else:
        steps.append(f"Rows marked train: outline {structure} exactly on every slice.")
    if any(visit.n_looks for visit in plan.visits):
        steps.append(f"A named slice without {structure} stays empty. It counts: a model learns from it too.")
    if any(visit.slices is None for visit in plan.visits):
        steps.append("Write the first and the last slice that show it into first_slice and last_slice.")
    if plan.answer.prices.review_seconds:
        steps.append("A second reader looks at every outlined slice, and mends what is wrong.")
    steps.append("Write yes into done, and the minutes that it took into minutes_spent.")
    return [*steps, *(tool.how if tool else ())]


def _count_rhythms(rhythms: set[int]) -> str:
    return str(max(rhythms)) if len(rhythms) == 1 else "as many as the column every says,"


def _say_least(plan: ProjectPlan) -> str:
    """Say how many slices a short structure gets, where an annotator counts them."""
    least = min(visit.least for visit in plan.visits if visit.every > 1)
    return f", {least} in each volume at least" if least > 1 else ""


def _name_shares(plan: ProjectPlan) -> list[dict[str, str]]:
    """Say who labels what, where there are several."""
    names = plan.answer.project.annotators
    shares = list(zip(share_out(plan), plan.visits, strict=True)) if len(names) > 1 else []
    found = {name: [visit for one, visit in shares if one == name] for name in names}
    return [
        {
            "name": name,
            "n_volumes": f"{len(visits):,}",
            "hours": format_hours(sum(visit.hours for visit in visits)),
            "volumes": _list_names(visit.volume.name for visit in visits),
        }
        for name, visits in found.items()
        if visits
    ]


def _list_names(names: Iterable[str]) -> str:
    """List names, or as many as fit on a page."""
    names = list(names)
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def name_left_out(plan: ProjectPlan) -> list[str]:
    """Name the volumes of a plan that nobody opens, a line a reason."""
    if not plan.answer.project.volumes:
        n = len(plan.left_out)
        return [f"{format_count(n, 'volume')} of {plan.answer.project.size:,}."] if n else []
    lines = []
    for why, group in groupby(sorted(plan.left_out, key=_why), key=_why):
        lines.append(f"{REASONS[why]} {_list_names(one.volume.name for one in group)}.")
    return lines


def _why(one: LeftOut) -> str:
    return one.why


def _say_basis(plan: ProjectPlan) -> list[str]:
    answer = plan.answer
    lines = []
    if answer.reference is None:
        lines.append(
            "The expected Dice is what other organs showed; nothing was measured on volumes like these."
        )
    else:
        lines.append(
            f"The expected Dice was measured on {answer.reference.title} and carried over by numbers of volumes and "
            "slices. In brackets: 90 % of what other volumes of that kind would give."
        )
    if shown := say_shown_gain(answer):
        lines.append(shown)
    lines.append(_say_work(answer.prices))
    if answer.is_estimated:
        lines.append(f"About {answer.n_slices:.0f} slices a volume show it: estimated, nobody counted them.")
    return lines


def _say_work(prices: Prices) -> str:
    """Say what the hours count: "The hours count 2 minutes to open a volume and 30 seconds to outline a slice."."""
    parts = [f"{prices.opening_minutes:g} minutes to open a volume"]
    if prices.finding_minutes:
        parts.append(f"{prices.finding_minutes:g} to find the structure in it")
    parts.append(f"{prices.drawing_seconds:g} seconds to outline a slice")
    if prices.review_seconds:
        parts.append(f"{prices.review_seconds:g} to review it")
    return f"The hours count {', '.join(parts[:-1])} and {parts[-1]}."
