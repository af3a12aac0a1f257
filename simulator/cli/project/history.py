"""``project history``: what came back, in order."""

import typer

from ...formats import format_dice, format_hours
from ...records import Project, Score, Update
from ...settings import load_settings
from ..options import JsonOption, print_json
from ..printing import print_table, say
from .finding import NameArgument, find_project

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def history(name: NameArgument, *, json: JsonOption = False) -> None:
    """Print what came back, in order."""
    project = find_project(name, settings=load_settings())
    if not json:
        _print(project)
        return
    for one in project.updates:
        print_json(_as_json(one))


def _print(project: Project) -> None:
    """Print what came back, in order."""
    if not project.updates:
        say(f"Nothing has come back for {project.name} yet.")
        return
    rows = [
        (
            update.created.replace("T", " ").removesuffix("Z"),
            update.source,
            f"{len(_volumes_of(update)):,}",
            "" if update.hours is None else format_hours(update.hours),
            ", ".join(_describe(score) for score in update.scores),
        )
        for update in project.updates
    ]
    print_table("", ("When (UTC)", "What", "Volumes", "Hours", "Dice (volumes)"), rows)


def _as_json(update: Update) -> dict[str, object]:
    """Lay an update out as scripts read it."""
    return {
        "created": update.created,
        "source": update.source,
        "volumes": sorted(_volumes_of(update)),
        "n_slices": sum(len(slices) for slices in update.labeled.values()),
        "hours": update.hours,
        "scores": [{"n_volumes": score.n_volumes, "dice": score.dice} for score in update.scores],
        "prices": update.prices,
        "stages": [{"n_volumes": stage.n_volumes, "every": stage.every} for stage in update.stages],
    }


def _volumes_of(update: Update) -> set[str]:
    return {*update.labeled, *update.done}


def _describe(score: Score) -> str:
    return f"{format_dice(score.dice)} ({score.n_volumes:,})"
