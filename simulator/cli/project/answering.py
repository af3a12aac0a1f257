"""A project is answered by all that is measured."""

from typing import Annotated

import typer

from ...planning.project import ProjectAnswer, answer_project
from ...records import Project
from ...settings import Settings
from ...store import open_store
from .finding import find_project

__all__ = ["WageOption", "answer_known"]

WageOption = Annotated[
    float | None, typer.Option(metavar="X", help="What an hour of work costs, in whatever money.")
]


def answer_known(name: str, *, settings: Settings) -> tuple[Project, ProjectAnswer]:
    """Find a project by its name, and answer it by all that is measured."""
    project = find_project(name, settings=settings)
    with open_store(settings, is_read_only=True) as store:
        return project, answer_project(project, store.table())
