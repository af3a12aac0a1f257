"""The raw layout of nnU-Net v2 (Isensee et al. 2021): ``CASE_0000.nii.gz`` for each channel, found by name."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import DatasetError
from ...records import explain
from ..problems import Problem
from .contents import (
    ENDINGS,
    Contents,
    Layout,
    VolumeFiles,
    files_by_stem,
    is_described_as,
    plain,
    read_description,
)

__all__ = ["NNUNET"]

_Value = Annotated[int, Field(ge=0, le=65535)]


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


class _Mark(BaseModel):
    """What tells the layout from others."""

    channel_names: object
    file_ending: object


def _is_nnunet(folder: Path) -> bool:
    return is_described_as(folder, _Mark)


def _read(folder: Path) -> Contents:
    try:
        description = _Description.model_validate_json(read_description(folder))
    except ValidationError as error:
        raise DatasetError(
            f"{folder / 'dataset.json'} is no description of nnU-Net v2: {explain(error)}"
        ) from None
    if description.file_ending not in ENDINGS:
        raise DatasetError(
            f"{folder / 'dataset.json'} has file_ending {description.file_ending[:20]!r}, expected "
            f"{' or '.join(ENDINGS)}; convert the volumes to NIfTI"
        )
    for needed in ("imagesTr", "labelsTr"):
        if not (folder / needed).is_dir():
            raise DatasetError(
                f"{folder} has no folder {needed}; nnU-Net v2 keeps its training volumes there"
            )
    channels = sorted((int(key), plain(name)) for key, name in description.channel_names.items())
    if [number for number, _ in channels] != list(range(len(channels))):
        raise DatasetError(
            f"{folder / 'dataset.json'}: channel_names must be numbered 0 to {len(channels) - 1}; "
            f"got {', '.join(description.channel_names)}"
        )
    volumes = _find_volumes(folder, ending=description.file_ending, n_channels=len(channels))
    return Contents(
        volumes=volumes,
        title=description.name,
        channels=tuple(name for _, name in channels),
        label_names=_label_names(description.labels),
        ignored=_ignored(description.labels),
        problems=_find_problems(folder, volumes, description),
    )


def _find_volumes(folder: Path, *, ending: str, n_channels: int) -> tuple[VolumeFiles, ...]:
    return tuple(
        VolumeFiles(
            name=plain(case),
            images=tuple(
                folder / "imagesTr" / f"{case}_{channel:04d}{ending}" for channel in range(n_channels)
            ),
            label=label,
        )
        for case, label in files_by_stem(folder / "labelsTr", (ending,)).items()
    )


def _label_names(labels: dict[str, int | list[int]]) -> dict[int, str]:
    """Name each value above 0; a value that is only part of a region gets the region's name."""
    names: dict[int, str] = {}
    for name, values in labels.items():
        if name != "ignore":
            for value in [values] if isinstance(values, int) else values:
                names.setdefault(value, plain(name))
    return {value: name for value, name in sorted(names.items()) if value > 0}


def _ignored(labels: dict[str, int | list[int]]) -> int | None:
    value = labels.get("ignore")
    return value if isinstance(value, int) else None


def _find_problems(
    folder: Path, volumes: tuple[VolumeFiles, ...], description: _Description
) -> tuple[Problem, ...]:
    used = {path for files in volumes for path in files.images}
    listed = files_by_stem(folder / "imagesTr", (description.file_ending,))
    unused = [plain(path.name) for path in listed.values() if path not in used]
    problems = []
    if unused:
        problems.append(
            Problem(
                volume=None,
                what=f"{len(unused)} files in imagesTr belong to no label map (first: {unused[0]})",
                what_to_do="Add the label maps to labelsTr, or move these images away",
                is_blocking=True,
            )
        )
    if description.n_training not in (None, len(volumes)):
        problems.append(
            Problem(
                volume=None,
                what=f"dataset.json says numTraining {description.n_training}, labelsTr has {len(volumes)} volumes",
                what_to_do="Nothing if the folder is complete: what lies there counts",
                is_blocking=False,
            )
        )
    return tuple(problems)


NNUNET = Layout(
    name="nnunet",
    title="nnU-Net v2 raw",
    listed=("imagesTr", "labelsTr"),
    needs="a dataset.json with channel_names and file_ending beside imagesTr and labelsTr",
    is_layout=_is_nnunet,
    read=_read,
)
