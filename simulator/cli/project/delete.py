"""``project delete``: a project is there no more."""

import typer

from ...settings import load_settings
from ...store import open_store
from ..printing import say
from .finding import NameArgument, find_project

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def delete(name: NameArgument) -> None:
    """Delete a project."""
    settings = load_settings()
    project = find_project(name, settings=settings)
    with open_store(settings) as store:
        store.delete_project(project.id)
    say(f"{project.name} is deleted.")
