"""``project new``: volumes and hours become a project with an answer."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from ...campaigns import require_writable
from ...effort import PRESETS, get_preset
from ...errors import ProjectError, RequestError
from ...planning.annotators import read_names
from ...planning.project import answer_project
from ...planning.volumes.folder import scan_folder
from ...planning.volumes.listing import read_volumes
from ...records import parse_project
from ...settings import load_settings
from ...store import open_store
from ...tables import read_content
from ..options import JsonOption
from ..printing import say
from ..telling import print_answer
from .answering import WageOption
from .finding import NameArgument

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def new(
    name: NameArgument,
    *,
    hours: Annotated[float, typer.Option(help="Of work, in all.")],
    volumes: Annotated[int | None, typer.Option(help="How many volumes there are.")] = None,
    volume_list: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="CSV or Excel, one row a volume.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of images, one file a volume.")
    ] = None,
    slices: Annotated[
        float | None, typer.Option(help="Slices that show the structure, in each; estimated if not given.")
    ] = None,
    spacing: Annotated[float | None, typer.Option(help="Distance of slices, in mm.")] = None,
    modality: Annotated[str, typer.Option(help="CT or MR.")] = "",
    structure: Annotated[str, typer.Option(help="What is outlined.")] = "",
    reference: Annotated[
        str,
        typer.Option(metavar="DATASET", help="What the answer rests on; none: all. Proposed if not given."),
    ] = "",
    keep_for_testing: Annotated[
        int | None, typer.Option(metavar="T", help="Volumes labeled in full and never trained on.")
    ] = None,
    preset: Annotated[
        str, typer.Option(metavar="P", help=f"Prices of a way to label: {', '.join(filter(None, PRESETS))}.")
    ] = "",
    annotators: Annotated[
        str, typer.Option(metavar="NAMES", help='Who labels, as "Anna,Ben": each gets a share of the plan.')
    ] = "",
    wage: WageOption = None,
    json: JsonOption = False,
) -> None:
    """Begin a project, and answer it."""
    settings = load_settings()
    require_writable(settings)
    facts = {
        "id": secrets.token_hex(6),
        "name": name,
        "hours": hours,
        "n_slices": slices,
        "spacing_mm": spacing,
        "modality": modality,
        **_read_volumes(volumes, volume_list, folder, modality=modality),
        "structure": structure,
        "reference": reference,
        "n_testing": keep_for_testing,
        "preset": get_preset(preset).name,
        "wage": wage,
        "annotators": read_names(annotators),
    }
    project = parse_project(facts)
    with open_store(settings) as store:
        if any(known.name == name for known in store.projects().values()):
            raise ProjectError(f"there is a project {name!r} already; take another name, or delete it")
        answer = answer_project(project, store.table())
        store.save_project(project)
    print_answer(answer, json=json)


def _read_volumes(
    n_volumes: int | None, volume_list: Path | None, folder: Path | None, *, modality: str
) -> dict[str, object]:
    """Read the volumes in the one way that was asked for."""
    if sum(way is not None for way in (n_volumes, volume_list, folder)) != 1:
        raise RequestError("say which volumes: --volumes N --slices M, --list FILE or --folder DIR")
    if volume_list is not None:
        listed = read_volumes(read_content(volume_list), name=volume_list.name)
        for note in listed.notes:
            say(note, is_aside=True)
        return {"volumes": listed.volumes}
    if folder is not None:
        scan = scan_folder(folder, modality="CT" if modality == "CT" else "MR" if modality == "MR" else "")
        for one in scan.left_out:
            say(f"left out: {one.file}: {one.why}; {one.what_to_do}", is_aside=True)
        return {"volumes": scan.volumes, "folder": str(scan.folder), "modality": modality or scan.modality}
    return {"n_volumes": n_volumes}
