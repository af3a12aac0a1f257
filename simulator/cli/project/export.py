"""``project export``: a project as one file."""

from pathlib import Path
from typing import Annotated

import typer

from ...files import write_output
from ...records import canonical_json
from ...settings import load_settings
from ..printing import say
from .finding import NameArgument, find_project

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def export(
    name: NameArgument,
    output: Annotated[Path, typer.Argument(metavar="FILE.json", help="File to write.")],
) -> None:
    """Write a project with all that came back as one JSON file."""
    project = find_project(name, settings=load_settings())
    write_output(output, f"{canonical_json(project.model_dump(mode='json'))}\n".encode())
    say(f"{output}: {project.name}.")
