"""The hours of a project."""

from functools import partial

from simulator.planning.project import ProjectAnswer
from simulator.settings import Settings

from ..common.hours import show_hours_of
from ..common.projects import change_project

__all__ = ["show_hours"]


def show_hours(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Show the hours, and let them be changed."""
    take = partial(_take, settings)
    show_hours_of("project_hours", answer.project.hours, full=answer.hours_of_all, take=take)


def _take(settings: Settings, hours: float) -> None:
    change_project(settings, hours=hours)
