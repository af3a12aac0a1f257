"""``project import``: a project of another cache folder."""  # noqa: N999

import secrets
from pathlib import Path
from typing import Annotated

import typer

from ...records import parse_project
from ...settings import load_settings
from ...store import open_store
from ...tables import read_content
from ..printing import say

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
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
