"""``datasets download``: a task of the Medical Segmentation Decathlon, and how to go on with it."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..datasets.download import download_task
from ..datasets.opening import downloads_folder, places_of_names
from ..datasets.tasks import LICENCE, get_task
from ..settings import expand_home, load_settings
from .options import JsonOption, print_json
from .printing import say
from .showing import is_terminal, showing_download

__all__ = ["download"]


def download(
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="Task01_BrainTumour to Task10_Colon; Task04 will do.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder to put it in; default the first of LABELWISE_DATA, else datasets/ in the cache.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Download a task of the Medical Segmentation Decathlon; after an interruption, the same command goes on."""
    settings, found, is_json = load_settings(), get_task(task), json or not is_terminal()
    folder = expand_home(output or downloads_folder(settings), named="--output").absolute()
    if not is_json:
        say(f"{found.name}: Medical Segmentation Decathlon (Antonelli et al. 2022), {LICENCE}")
    with showing_download(found.name, is_json=is_json) as on_progress:
        made = download_task(found, folder=folder, settings=settings, on_progress=on_progress)
    named = found.name if folder in places_of_names(settings) else shlex.quote(str(made))
    go_on = f"python -m simulator datasets inspect {named}"
    if is_json:
        print_json(
            {"event": "done", "task": found.name, "folder": str(made), "licence": LICENCE, "next": go_on}
        )
    else:
        say(f"It lies in {made}. Go on with: {go_on}")
        if made.with_name(f"{found.name}.tar").is_file():
            say(f"{found.name}.tar beside it is not needed any more.")
