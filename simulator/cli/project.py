"""``project``: a lab's own volumes and hours, from the question to the files that its annotators open, and back."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..campaigns import require_writable
from ..effort import PRESETS, get_preset
from ..errors import ProjectError, RequestError
from ..files import open_output, write_output
from ..formats import format_hours
from ..planning.annotators import read_names
from ..planning.going_on import go_on
from ..planning.progress import find_progress
from ..planning.project import ProjectAnswer, answer_project
from ..planning.tools import NO_TOOL, TOOLS, get_tool
from ..planning.updates import follow_plan, take_back
from ..planning.visits import hold_to_plan, plan_project
from ..planning.volumes.folder import scan_folder
from ..planning.volumes.listing import read_volumes
from ..records import Project, canonical_json, parse_project
from ..reports.handover import write_handover
from ..settings import Settings, load_settings
from ..store import open_store
from ..tables import read_content
from ..wording.passed_over import say_passed_over
from ..wording.projects import say_next
from ..wording.spans import plain
from .asking import Asked, ask_all, findings_as_json, print_findings, with_questions
from .options import JsonOption, print_json
from .printing import print_table, say
from .returning import CameBack, add_what_came_back, print_history, update_as_json
from .scoring import score_project
from .telling import (
    describe_plan,
    handover_as_json,
    print_answer,
    print_progress,
    print_references,
    progress_as_json,
    project_as_json,
    references_as_json,
)

__all__ = ["app"]

app = typer.Typer(add_completion=False, no_args_is_help=True)

WageOption = Annotated[
    float | None, typer.Option(metavar="X", help="What an hour of work costs, in whatever money.")
]

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the project.")]


@app.command()
def new(
    name: NameArgument,
    *,
    hours: Annotated[float, typer.Option(help="Of work, in all.")],
    volumes: Annotated[int | None, typer.Option(help="How many volumes there are.")] = None,
    volume_list: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="CSV or Excel, one row a volume.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of images, one file a volume.")
    ] = None,
    slices: Annotated[
        float | None, typer.Option(help="Slices that show the structure, in each; estimated if not given.")
    ] = None,
    spacing: Annotated[float | None, typer.Option(help="Distance of slices, in mm.")] = None,
    modality: Annotated[str, typer.Option(help="CT or MR.")] = "",
    structure: Annotated[str, typer.Option(help="What is outlined.")] = "",
    reference: Annotated[
        str,
        typer.Option(metavar="DATASET", help="What the answer rests on; none: all. Proposed if not given."),
    ] = "",
    keep_for_testing: Annotated[
        int | None, typer.Option(metavar="T", help="Volumes labeled in full and never trained on.")
    ] = None,
    preset: Annotated[
        str, typer.Option(metavar="P", help=f"Prices of a way to label: {', '.join(filter(None, PRESETS))}.")
    ] = "",
    annotators: Annotated[
        str, typer.Option(metavar="NAMES", help='Who labels, as "Anna,Ben": each gets a share of the plan.')
    ] = "",
    wage: WageOption = None,
    json: JsonOption = False,
) -> None:
    """Begin a project, and answer it."""
    settings = load_settings()
    require_writable(settings)
    facts = {
        "id": secrets.token_hex(6),
        "name": name,
        "hours": hours,
        "n_slices": slices,
        "spacing_mm": spacing,
        "modality": modality,
        **_read_volumes(volumes, volume_list, folder, modality=modality),
        "structure": structure,
        "reference": reference,
        "n_testing": keep_for_testing,
        "preset": get_preset(preset).name,
        "wage": wage,
        "annotators": read_names(annotators),
    }
    project = parse_project(facts)
    with open_store(settings) as store:
        if any(known.name == name for known in store.projects().values()):
            raise ProjectError(f"there is a project {name!r} already; take another name, or delete it")
        answer = answer_project(project, store.table())
        store.save_project(project)
    print_answer(answer, json=json)


@app.command()
@with_questions
def show(
    name: NameArgument,
    *,
    asked: Asked,
    references: Annotated[
        bool, typer.Option("--references", help="Also what the answer could rest on, the most like first.")
    ] = False,
    wage: WageOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a project, and what is asked of it; say how far it is."""
    project, answer = _open(name, settings=load_settings())
    if wage is not None:
        answer = replace(answer, project=project.changed(wage=wage))
    findings = ask_all(asked, answer)
    if json:
        more = {"asked": findings_as_json(findings)} if findings else {}
        print_json(project_as_json(answer) | more | (references_as_json(answer) if references else {}))
        return
    print_answer(answer, json=False)
    print_findings(findings, answer)
    if references:
        print_references(answer)
    if project.is_begun:
        print_progress(find_progress(plan_project(answer)))


@app.command()
def plan(
    name: NameArgument,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.zip", help="File to write.")],
    tool: Annotated[
        str, typer.Option(help=f"What the annotators open: {', '.join([*TOOLS, NO_TOOL])}.")
    ] = NO_TOOL,
    json: JsonOption = False,
) -> None:
    """Write what annotators need as one zip, and hold to that plan from then on."""
    settings, found = load_settings(), get_tool(tool)
    _, answer = _open(name, settings=settings)
    held = hold_to_plan(answer, tool=found.name if found else "")
    if not settings.is_read_only:
        _save(held, settings=settings)
    made = plan_project(replace(answer, project=held))
    with open_output(output) as file:
        passed_over = write_handover(file, made, tool=found)
    if json:
        print_json(handover_as_json(made, passed_over, output=output, tool=tool))
        return
    for line in say_passed_over(passed_over):
        say(f"no files for {found.title if found else tool}: {line}", is_aside=True)
    say(f"{output}: {describe_plan(made)}.")


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
    project, answer = _open(name, settings=settings)
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
    _save(project, settings=settings)
    _, answer = _open(name, settings=settings)
    progress = find_progress(plan_project(answer))
    if json:
        print_json(progress_as_json(progress, go_on(progress)))
    else:
        print_progress(progress)


@app.command()
def score(
    name: NameArgument,
    *,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of label maps; that of the last update if not given."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Train a model on what is labeled by now, and score it on the test volumes; it counts as an update."""
    settings = load_settings()
    project, answer = _open(name, settings=settings)
    score_project(project, answer, labels=labels, settings=settings)
    _, answer = _open(name, settings=settings)
    progress = find_progress(plan_project(answer))
    if json:
        print_json(progress_as_json(progress, go_on(progress)))
    else:
        print_progress(progress)


@app.command()
def use(name: NameArgument) -> None:
    """Take the new plan that update proposes; the next project plan writes it."""
    settings = load_settings()
    require_writable(settings)
    _, answer = _open(name, settings=settings)
    progress = find_progress(plan_project(answer))
    following = go_on(progress)
    if following is None:
        raise ProjectError(
            f"{name} has no new plan yet: one follows once a volume to train on came back, while hours are left"
        )
    if following.is_same:
        say(plain(say_next(following, progress)))
        return
    _save(follow_plan(following, progress), settings=settings)
    _, answer = _open(name, settings=settings)
    say(f"{name} goes by the new plan: {describe_plan(plan_project(answer))}. project plan writes it.")


@app.command()
def history(name: NameArgument, *, json: JsonOption = False) -> None:
    """Print what came back, in order."""
    project = find_project(name, settings=load_settings())
    if not json:
        print_history(project)
        return
    for one in project.updates:
        print_json(update_as_json(one))


@app.command(name="list")
def list_projects(*, json: JsonOption = False) -> None:
    """List all projects."""
    with open_store(load_settings(), is_read_only=True) as store:
        projects = list(store.projects().values())
    if json:
        for project in projects:
            print_json({"name": project.name, "hours": project.hours, "n_volumes": project.size})
        return
    if not projects:
        say("There is no project yet; project new begins one.")
        return
    rows = [(project.name, f"{project.size:,}", format_hours(project.hours)) for project in projects]
    print_table("", ("Project", "Volumes", "Hours"), rows)


@app.command()
def export(
    name: NameArgument,
    output: Annotated[Path, typer.Argument(metavar="FILE.json", help="File to write.")],
) -> None:
    """Write a project with all that came back as one JSON file."""
    project = find_project(name, settings=load_settings())
    write_output(output, f"{canonical_json(project.model_dump(mode='json'))}\n".encode())
    say(f"{output}: {project.name}.")


@app.command(name="import")
def import_project(
    path: Annotated[Path, typer.Argument(metavar="FILE.json", help="As export wrote it.")],
) -> None:
    """Read a project that was exported; one of the same name gets a number."""
    settings = load_settings()
    project = parse_project(read_content(path))
    with open_store(settings) as store:
        known = store.projects()
        if known.get(project.id) == project:
            say(f"{project.name} is here already.")
            return
        if project.id in known:
            project = project.changed(id=secrets.token_hex(6))
        names, base, number = {one.name for one in known.values()}, project.name, 2
        while project.name in names:
            project = project.changed(name=f"{base[:74]} ({number})")
            number += 1
        store.save_project(project)
    say(f"{project.name} is here.")


@app.command()
def delete(name: NameArgument) -> None:
    """Delete a project."""
    settings = load_settings()
    project = find_project(name, settings=settings)
    with open_store(settings) as store:
        store.delete_project(project.id)
    say(f"{project.name} is deleted.")


def _read_volumes(
    n_volumes: int | None, volume_list: Path | None, folder: Path | None, *, modality: str
) -> dict[str, object]:
    """Read the volumes in the one way that was asked for."""
    if sum(way is not None for way in (n_volumes, volume_list, folder)) != 1:
        raise RequestError("say which volumes: --volumes N --slices M, --list FILE or --folder DIR")
    if volume_list is not None:
        listed = read_volumes(read_content(volume_list), name=volume_list.name)
        for note in listed.notes:
            say(note, is_aside=True)
        return {"volumes": listed.volumes}
    if folder is not None:
        scan = scan_folder(folder, modality="CT" if modality == "CT" else "MR" if modality == "MR" else "")
        for one in scan.left_out:
            say(f"left out: {one.file}: {one.why}; {one.what_to_do}", is_aside=True)
        return {"volumes": scan.volumes, "folder": str(scan.folder), "modality": modality or scan.modality}
    return {"n_volumes": n_volumes}


def find_project(name: str, *, settings: Settings) -> Project:
    """Find a project by its name.

    Raises
    ------
    ProjectError
        If there is none.
    """
    with open_store(settings, is_read_only=True) as store:
        projects = list(store.projects().values())
    found = next((project for project in projects if project.name == name), None)
    if found is None:
        names = ", ".join(project.name for project in projects[-10:]) or "none yet; project new begins one"
        raise ProjectError(f"there is no project {name[:80]!r}; there is {names}")
    return found


def _open(name: str, *, settings: Settings) -> tuple[Project, ProjectAnswer]:
    project = find_project(name, settings=settings)
    with open_store(settings, is_read_only=True) as store:
        return project, answer_project(project, store.table())


def _save(project: Project, *, settings: Settings) -> None:
    with open_store(settings) as store:
        store.save_project(project)
