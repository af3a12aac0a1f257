"""A project is found by its name, and saved as it is now."""

from typing import Annotated

import typer

from ...errors import ProjectError
from ...records import Project
from ...settings import Settings
from ...store import open_store

__all__ = ["NameArgument", "find_project", "save"]

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the project.")]


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


def save(project: Project, *, settings: Settings) -> None:
    """Store a project as it is now."""
    with open_store(settings) as store:
        store.save_project(project)
