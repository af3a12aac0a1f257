"""``project``: a lab's own volumes and hours, from the question to the files that its annotators open, and back."""

from collections.abc import Mapping
from types import MappingProxyType

import typer

from ..lazily import make_group

__all__ = ["COMMANDS", "app"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "new": "begin a project, and answer it",
        "show": "what to label, what is asked of it, and how far it is",
        "plan": "what annotators need, as one zip",
        "update": "read what came back, and say how to go on",
        "score": "train a model on what is labeled by now, and score it",
        "measure": "simulate on what is labeled in full, and answer by that",
        "use": "take the new plan that update proposes",
        "history": "what came back, in order",
        "list": "all projects",
        "export": "a project with all that came back, as one JSON file",
        "import": "a project that was exported",
        "delete": "delete a project",
    }
)
"""Command → what it does; the command is also the name of its file."""

app = typer.Typer(cls=make_group(__name__, COMMANDS), add_completion=False, no_args_is_help=True)


@app.callback()
def _project() -> None:
    """Go from volumes and hours of your own to the files that annotators open, and back."""
