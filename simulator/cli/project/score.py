"""``project score``: a model is trained on what is labeled by now, and scored."""

from pathlib import Path
from typing import Annotated

import typer

from ...planning.progress import find_progress
from ...planning.visits import plan_project
from ...settings import load_settings
from ..options import JsonOption
from ..scoring import score_project
from ..telling import print_progress
from .answering import answer_known
from .finding import NameArgument

__all__ = ["app"]

app = typer.Typer(add_completion=False)


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
    project, answer = answer_known(name, settings=settings)
    score_project(project, answer, labels=labels, settings=settings)
    _, answer = answer_known(name, settings=settings)
    print_progress(find_progress(plan_project(answer)), json=json)
