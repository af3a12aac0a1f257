"""The layout of the Medical Segmentation Decathlon (Antonelli et al. 2022): ``dataset.json`` lists every file.

nnU-Net v1 lists volumes in the same way and stores each channel of ``case`` in a file of its own, ``case_0000``.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .contents import Contents, Layout, VolumeFiles, plain
from .describing import is_described_as, parse_description
from .files import find_channels, find_named, note_paths, split_ending
from .labels import Label

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
    description = parse_description(folder, _Description, title="the Medical Segmentation Decathlon")
    volumes = tuple(_files(folder, pair) for pair in description.training)
    named = [path for pair in description.training for path in (pair.image, pair.label)]
    taken = [path for files in volumes for path in (files.images[0], files.label)]
    return Contents(
        volumes=volumes,
        title=description.name,
        channels=_channels(description.modality),
        labels=_labels(description.labels),
        problems=note_paths(folder, zip(named, taken, strict=True)),
    )


def _files(folder: Path, pair: _Pair) -> VolumeFiles:
    image = find_named(folder, pair.image, home="imagesTr")
    return VolumeFiles(
        name=plain(split_ending(image.name)[0]),
        images=find_channels(image),
        label=find_named(folder, pair.label, home="labelsTr"),
    )


def _labels(labels: dict[str, str] | None) -> tuple[Label, ...] | None:
    if labels is None:
        return None
    return tuple(Label(name=plain(name), values=(int(value),)) for value, name in labels.items())


def _channels(modality: dict[str, str] | None) -> tuple[str, ...] | None:
    if not modality:
        return None
    ordered = sorted(modality, key=lambda key: (len(key), key))
    return tuple(plain(modality[key]) for key in ordered)


DECATHLON = Layout(
    name="decathlon",
    title="Medical Segmentation Decathlon",
    listed=("imagesTr", "labelsTr"),
    needs="dataset.json that lists image and label under training",
    is_layout=_is_decathlon,
    read=_read,
)
