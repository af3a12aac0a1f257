"""All that is known about a data set before any training, as one value that the command line shows."""

from typing import Literal

import numpy as np

from ..records import DatasetReference, Frozen
from .axis import name_plane
from .layouts import plain
from .problems import Problem
from .scanning import VolumeScan
from .source import DatasetSource

__all__ = ["Inspection", "LabelFacts", "VolumeFacts", "inspect_dataset"]


Role = Literal["pool", "test", "left out"]
"""What a volume is for; `left out` by ``--pool``."""


class LabelFacts(Frozen):
    """One label value: its name, how much of it there is, and whether it belongs to the foreground."""

    value: int
    name: str | None
    n_voxels: int
    n_volumes: int
    is_foreground: bool


class VolumeFacts(Frozen):
    """One volume; ``role`` is None while a problem stops simulations, the rest if the volume cannot be read."""

    name: str
    id: str | None
    role: Role | None
    shape: tuple[int, ...]
    spacing_mm: tuple[float, ...]
    orientation: str
    n_slices: int | None
    labeled: tuple[int, ...]


class Inspection(Frozen):
    """What a look at a data set found. All texts are plain: who shows them escapes them.

    Parameters
    ----------
    name, folder, layout, modality : str
    channels : tuple of str
    axis : int or None
        Slicing axis; None if no volume can be read.
    axis_why : str
        Where the axis comes from.
    plane : str
        axial, coronal or sagittal.
    labels : tuple of LabelFacts
        In order of value.
    volumes : tuple of VolumeFacts
        In the order of the data set.
    problems : tuple of Problem
        Those that stop a simulation first.
    reference : DatasetReference or None
        None while a problem stops simulations.
    """

    name: str
    folder: str
    layout: str
    modality: str
    channels: tuple[str, ...]
    axis: int | None
    axis_why: str
    plane: str
    labels: tuple[LabelFacts, ...]
    volumes: tuple[VolumeFacts, ...]
    problems: tuple[Problem, ...]
    reference: DatasetReference | None

    @property
    def n_blocking(self) -> int:
        """Number of problems that stop a simulation."""
        return sum(problem.is_blocking for problem in self.problems)


def inspect_dataset(source: DatasetSource) -> Inspection:
    """Look at a data set, whatever is wrong with it.

    Parameters
    ----------
    source : DatasetSource

    Returns
    -------
    Inspection

    Raises
    ------
    DatasetError
        If a label that is asked for occurs nowhere.
    RequestError
        If more pool volumes are asked for than there are.
    """
    choice = source.axis
    is_blocked = any(problem.is_blocking for problem in source.problems)
    reference = None if is_blocked else source.reference
    return Inspection(
        name=source.name,
        folder=plain(str(source.folder)),
        layout=source.layout.title,
        modality=source.modality,
        channels=source.channels,
        axis=choice.axis if choice else None,
        axis_why=choice.why if choice else "no volume can be read",
        plane=name_plane(source.orientation, choice.axis) if choice else "",
        labels=_label_facts(source),
        volumes=_volume_facts(source, is_blocked=is_blocked),
        problems=source.problems,
        reference=reference,
    )


def _label_facts(source: DatasetSource) -> tuple[LabelFacts, ...]:
    names = {**source.contents.label_names, **source.contents.no_structures}
    found = [label for scan in source.readable for label in scan.labels]
    values = sorted({label.value for label in found})
    return tuple(
        LabelFacts(
            value=value,
            name=names.get(value) or _name_part(source, value),
            n_voxels=sum(label.n_voxels for label in found if label.value == value),
            n_volumes=sum(label.value == value for label in found),
            is_foreground=value in source.labels,
        )
        for value in values
    )


def _name_part(source: DatasetSource, value: int) -> str | None:
    regions = [label.name for label in source.contents.labels or () if value in label.values]
    return f"part of {', '.join(regions)}" if regions else None


def _volume_facts(source: DatasetSource, *, is_blocked: bool) -> tuple[VolumeFacts, ...]:
    roles: dict[str | None, Role] = {}
    if not is_blocked:
        split = source.split
        roles |= dict.fromkeys(split.pool, "pool")
        roles |= dict.fromkeys(split.test, "test")
        roles |= dict.fromkeys(split.left_out, "left out")
    axis = source.axis.axis if source.axis else None
    return tuple(
        VolumeFacts(
            name=files.name,
            id=scan.id,
            role=roles.get(scan.id),
            shape=scan.shape,
            spacing_mm=scan.spacing_mm,
            orientation=scan.orientation,
            n_slices=sliced.shape[axis] if axis is not None and scan.id else None,
            labeled=tuple(_labeled(sliced, axis, source.labels).tolist()),
        )
        for files, scan, sliced in zip(source.contents.volumes, source.scans, source.sliced, strict=True)
    )


def _labeled(scan: VolumeScan, axis: int | None, labels: tuple[int, ...]) -> np.ndarray:
    return np.empty(0, dtype=np.int64) if axis is None else scan.labeled(axis=axis, labels=labels)
