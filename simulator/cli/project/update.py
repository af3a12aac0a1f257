"""``project update``: what came back, and how to go on."""

from pathlib import Path
from typing import Annotated

import typer

from ...campaigns import require_writable
from ...errors import RequestError
from ...planning.progress import find_progress
from ...planning.updates import take_back
from ...planning.visits import hold_to_plan, plan_project
from ...settings import load_settings
from ..options import JsonOption
from ..printing import say
from ..returning import CameBack, add_what_came_back
from ..telling import print_progress
from .answering import answer_known
from .finding import NameArgument, save

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def update(
    name: NameArgument,
    *,
    labels: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of label maps that came back.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The plan's table, filled in: Excel or CSV.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Export of Label Studio or CVAT.")
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table of your own scores: columns n_volumes and dice."),
    ] = None,
    time_log: Annotated[
        Path | None,
        typer.Option(
            "--time-log",
            metavar="FILE",
            help="Log of times, as a table or of Label Studio: it sets the prices.",
        ),
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Let the times in table or export set the prices.")
    ] = False,
    hours: Annotated[float | None, typer.Option(help="Spent so far, in all.")] = None,
    replace_known: Annotated[
        bool,
        typer.Option("--replace", help="It is a correction: it counts, where it says less than before, too."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last update back, or the new plan if that came last.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Read what came back, and say how to go on; several ways at once make one update."""
    settings = load_settings()
    require_writable(settings)
    project, answer = answer_known(name, settings=settings)
    ways = (labels, table, export, scores, time_log, hours)
    if undo and (calibrate or replace_known or any(way is not None for way in ways)):
        raise RequestError("--undo stands alone: take the last update back first, then say what came back")
    if undo:
        project, undone = take_back(project), project.updates[-1:]
        say(f"taken back: {undone[0].source}", is_aside=True)
    else:
        if not project.stages:
            # What comes back is held against the plan of the day on which the first of it came.
            project = hold_to_plan(answer, tool=project.tool)
        came = CameBack(
            labels=labels,
            export=export,
            table=table,
            scores=scores,
            time_log=time_log,
            hours=hours,
            is_calibrating=calibrate,
            is_replacing=replace_known,
        )
        project = add_what_came_back(project, answer, came)
    save(project, settings=settings)
    _, answer = answer_known(name, settings=settings)
    print_progress(find_progress(plan_project(answer)), json=json)
