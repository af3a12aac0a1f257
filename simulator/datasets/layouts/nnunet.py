"""The raw layout of nnU-Net v2 (Isensee et al. 2021): ``CASE_0000.nii.gz`` for each channel, by name or listed."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...errors import DatasetError
from ...formats import format_count
from ..problems import Problem
from .contents import ENDINGS, Contents, Layout, VolumeFiles, plain
from .describing import is_described_as, parse_description
from .files import files_by_stem, find_named, note_paths
from .labels import Label

__all__ = ["NNUNET"]

_Value = Annotated[int, Field(ge=0, le=65535)]
_Path = Annotated[str, Field(min_length=1, max_length=4096)]


class _Case(BaseModel):
    images: Annotated[list[_Path], Field(min_length=1, max_length=16)]
    label: _Path


class _Description(BaseModel):
    """The part of ``dataset.json`` that is used. A label is a value, or a region made of several."""

    model_config = ConfigDict(strict=True)

    channel_names: Annotated[
        dict[Annotated[str, Field(pattern=r"^\d{1,4}$")], str], Field(min_length=1, max_length=16)
    ]
    labels: dict[str, _Value | list[_Value]]
    file_ending: str
    n_training: Annotated[int | None, Field(alias="numTraining")] = None
    name: str | None = None
    dataset: Annotated[dict[str, _Case] | None, Field(max_length=100_000)] = None


class _Mark(BaseModel):
    """What tells the layout from others."""

    channel_names: object
    file_ending: object


def _is_nnunet(folder: Path) -> bool:
    return is_described_as(folder, _Mark)


def _read(folder: Path) -> Contents:
    description = parse_description(folder, _Description, title="nnU-Net v2")
    path = folder / "dataset.json"
    _check_ending(path, description.file_ending)
    channels = _channels(path, description.channel_names)
    labels = tuple(
        Label(name=plain(name), values=(values,) if isinstance(values, int) else tuple(values))
        for name, values in description.labels.items()
    )
    cases = description.dataset
    found = _find(folder, description) if cases is None else _look_up(folder, cases)
    return Contents(
        volumes=found.volumes,
        title=description.name,
        channels=channels,
        labels=labels,
        problems=(*found.problems, *_count(description.n_training, n_found=len(found.volumes))),
        named=found.named,
    )


def _check_ending(path: Path, ending: str) -> None:
    if ending.lower() in ENDINGS:
        return
    hint = "convert the volumes to NIfTI"
    if f".{ending.lower()}" in ENDINGS:
        hint = f"write it with its dot, {'.' + ending!r}"
    raise DatasetError(f"{path} has file_ending {ending[:20]!r}, expected {' or '.join(ENDINGS)}; {hint}")


def _channels(path: Path, names: dict[str, str]) -> tuple[str, ...]:
    channels = sorted((int(key), plain(name)) for key, name in names.items())
    if [number for number, _ in channels] != list(range(len(channels))):
        raise DatasetError(
            f"{path}: channel_names must be numbered 0 to {len(channels) - 1}; got {', '.join(names)}"
        )
    return tuple(name for _, name in channels)


def _look_up(folder: Path, cases: dict[str, _Case]) -> Contents:
    """Take the files that ``dataset`` lists; what lies in imagesTr and labelsTr beside them does not count."""
    volumes = tuple(
        VolumeFiles(
            name=plain(case),
            images=tuple(find_named(folder, image, home="imagesTr") for image in files.images),
            label=find_named(folder, files.label, home="labelsTr"),
        )
        for case, files in cases.items()
    )
    named = [path for files in cases.values() for path in (*files.images, files.label)]
    taken = [path for files in volumes for path in files.paths]
    return Contents(volumes=volumes, problems=note_paths(folder, zip(named, taken, strict=True)))


def _find(folder: Path, description: _Description) -> Contents:
    """Find the files of each label map in labelsTr."""
    for needed in ("imagesTr", "labelsTr"):
        if not (folder / needed).is_dir():
            raise DatasetError(
                f"{folder} has no folder {needed}; nnU-Net v2 keeps its training volumes there, "
                f"unless dataset.json lists them under dataset"
            )
    ending, n_channels = description.file_ending, len(description.channel_names)
    images = files_by_stem(folder / "imagesTr", (ending.lower(),))
    volumes = tuple(
        VolumeFiles(
            name=plain(case),
            images=tuple(
                images.get(f"{case}_{channel:04d}", folder / "imagesTr" / f"{case}_{channel:04d}{ending}")
                for channel in range(n_channels)
            ),
            label=label,
        )
        for case, label in files_by_stem(folder / "labelsTr", (ending.lower(),)).items()
    )
    unused = sorted({*images.values()} - {path for files in volumes for path in files.images})
    return Contents(volumes=volumes, problems=_without_label(unused), named=frozenset(unused))


def _without_label(images: list[Path]) -> tuple[Problem, ...]:
    if not images:
        return ()
    return (
        Problem(
            volume=None,
            what=f"{format_count(len(images), 'image')} without a label map (first: {plain(images[0].name)})",
            what_to_do="Add the label maps to labelsTr, or move these images away",
            is_blocking=True,
        ),
    )


def _count(n_training: int | None, *, n_found: int) -> tuple[Problem, ...]:
    if n_training in (None, n_found):
        return ()
    return (
        Problem(
            volume=None,
            what=f"dataset.json says numTraining {n_training}, found are {n_found}",
            what_to_do="Nothing if the folder is complete: what lies there counts",
            is_blocking=False,
        ),
    )


NNUNET = Layout(
    name="nnunet",
    title="nnU-Net v2 raw",
    listed=("imagesTr", "labelsTr"),
    needs="dataset.json with channel_names and file_ending",
    is_layout=_is_nnunet,
    read=_read,
)
