"""The layout of the Medical Segmentation Decathlon (Antonelli et al. 2022): ``dataset.json`` lists every file."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import DatasetError
from ...records import explain
from ..problems import Problem
from .contents import (
    Contents,
    Layout,
    VolumeFiles,
    files_by_stem,
    inside,
    is_described_as,
    plain,
    read_description,
)

__all__ = ["DECATHLON"]


class _Pair(BaseModel):
    image: Annotated[str, Field(min_length=1, max_length=4096)]
    label: Annotated[str, Field(min_length=1, max_length=4096)]


class _Description(BaseModel):
    """The part of ``dataset.json`` that is used."""

    model_config = ConfigDict(strict=True)

    name: str | None = None
    modality: dict[str, str] | None = None
    labels: dict[Annotated[str, Field(pattern=r"^\d{1,9}$")], str] | None = None
    training: Annotated[list[_Pair], Field(max_length=100_000)]


class _Mark(BaseModel):
    """What tells the layout from others."""

    training: list[object]


def _is_decathlon(folder: Path) -> bool:
    return is_described_as(folder, _Mark)


def _read(folder: Path) -> Contents:
    try:
        description = _Description.model_validate_json(read_description(folder))
    except ValidationError as error:
        raise DatasetError(
            f"{folder / 'dataset.json'} is no description of the Medical Segmentation Decathlon: {explain(error)}"
        ) from None
    volumes = tuple(_files(folder, pair) for pair in description.training)
    labels = None
    if description.labels is not None:
        labels = {int(value): plain(name) for value, name in description.labels.items() if int(value) > 0}
    return Contents(
        volumes=volumes,
        title=description.name,
        channels=_channels(description.modality),
        label_names=labels,
        problems=_unlisted(folder, volumes),
    )


def _files(folder: Path, pair: _Pair) -> VolumeFiles:
    image = inside(folder, pair.image)
    name = image.name.removesuffix(".gz").removesuffix(".nii")
    return VolumeFiles(name=plain(name), images=(image,), label=inside(folder, pair.label))


def _channels(modality: dict[str, str] | None) -> tuple[str, ...] | None:
    if not modality:
        return None
    ordered = sorted(modality, key=lambda key: (len(key), key))
    return tuple(plain(modality[key]) for key in ordered)


def _unlisted(folder: Path, volumes: tuple[VolumeFiles, ...]) -> tuple[Problem, ...]:
    """Say which label maps lie beside the listed ones."""
    if not (folder / "labelsTr").is_dir():
        return ()
    listed = {files.label for files in volumes}
    extra = [stem for stem, path in files_by_stem(folder / "labelsTr").items() if path not in listed]
    if not extra:
        return ()
    return (
        Problem(
            volume=None,
            what=f"{len(extra)} files in labelsTr are not listed in dataset.json (first: {plain(extra[0])})",
            what_to_do="They are left out; list them under training to use them",
            is_blocking=False,
        ),
    )


DECATHLON = Layout(
    name="decathlon",
    title="Medical Segmentation Decathlon",
    listed=("labelsTr",),
    needs="a dataset.json that lists image and label under training",
    is_layout=_is_decathlon,
    read=_read,
)
