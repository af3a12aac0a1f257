"""``project list``: all projects of a cache folder."""

import typer

from ...formats import format_given_hours
from ...settings import load_settings
from ...store import open_store
from ..options import JsonOption, print_json
from ..printing import print_table, say

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
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
    rows = [(project.name, f"{project.size:,}", format_given_hours(project.hours)) for project in projects]
    print_table("", ("Project", "Volumes", "Hours"), rows)
