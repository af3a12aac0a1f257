"""Published inventories: which slices of a data set show the structure, without its volumes or their names.

So a plan can be made for a published data set that is not on this machine. They lie beside the published records, as
``<dataset>.inventory.json``, and are found by the fingerprint that they hold.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from ..datasets.spans import slices_of_spans, spans_of_slices
from ..errors import InventoryError
from ..files import write_output
from ..records import DatasetReference, Frozen, VolumeId, canonical_json, explain
from .values import Inventory, InventoryVolume

__all__ = ["PublishedInventory", "find_published_inventory", "write_published_inventory"]

MAX_BYTES = 32 * 2**20
"""Largest file that is read: some hundred thousand volumes."""

Index = Annotated[int, Field(ge=0, lt=2**31)]


class PublishedVolume(Frozen):
    """One volume by its id.

    Parameters
    ----------
    volume : str
        Volume id.
    n_slices : int
    slices : tuple of int
        Those that show the structure, ascending.
    first_mm, step_mm : float
        Position of slice 0, and from one slice to the next, along the slicing direction.
    runs_by_label : tuple of tuples of (first, last), or None
        For each label of the data set, the runs of slices on which it occurs; None if it was not published.
    """

    volume: VolumeId
    n_slices: Annotated[int, Field(ge=1, lt=2**31)]
    slices: tuple[Index, ...]
    first_mm: float
    step_mm: float
    runs_by_label: tuple[tuple[tuple[Index, Index], ...], ...] | None = None

    @model_validator(mode="after")
    def _slices_ascend_inside(self) -> Self:
        if list(self.slices) != sorted(set(self.slices)) or any(
            index >= self.n_slices for index in self.slices
        ):
            raise ValueError(f"slices must ascend and be below n_slices ({self.n_slices})")
        return self

    @model_validator(mode="after")
    def _runs_join_to_slices(self) -> Self:
        runs = [run for label in self.runs_by_label or () for run in label]
        if any(first > last or last >= self.n_slices for first, last in runs):
            raise ValueError(f"runs_by_label must be runs of slices below n_slices ({self.n_slices})")
        if self.runs_by_label is not None and sorted(set(slices_of_spans(runs).tolist())) != list(
            self.slices
        ):
            raise ValueError("runs_by_label must join to slices")
        return self


class PublishedInventory(Frozen):
    """The pool of a data set."""

    format: Literal["labelwise-inventory-1"] = "labelwise-inventory-1"
    dataset: DatasetReference
    volumes: tuple[PublishedVolume, ...] = Field(min_length=1)


def write_published_inventory(inventory: Inventory, *, folder: Path) -> Path:
    """Write the inventory of a data set's pool, ids only.

    Parameters
    ----------
    inventory : Inventory
        Of a data set (`take_inventory`).
    folder : Path
        Of the published records.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InventoryError
        If the inventory is not that of a data set.
    """
    if inventory.reference is None:
        raise InventoryError(
            f"only the inventory of a data set can be published; {inventory.name} is a list of volumes"
        )
    published = PublishedInventory(
        dataset=inventory.reference, volumes=tuple(_publish(volume) for volume in inventory.volumes)
    )
    path = folder / f"{inventory.reference.name}.inventory.json"
    content = canonical_json(published.model_dump(mode="json", exclude_none=True))
    write_output(path, f"{content}\n".encode())
    return path


def find_published_inventory(reference: DatasetReference, *, folder: Path) -> Inventory | None:
    """Find the published inventory of a data set by its fingerprint.

    Parameters
    ----------
    reference : DatasetReference
    folder : Path
        Of the published records.

    Returns
    -------
    Inventory or None
        None if none is published. Volumes are named by their ids.

    Raises
    ------
    InventoryError
        If a published inventory does not validate.
    """
    for path in sorted(folder.glob("*.inventory.json")):
        published = _read(path)
        if published.dataset.fingerprint == reference.fingerprint:
            return Inventory(
                name=published.dataset.name,
                reference=published.dataset,
                volumes=tuple(_restore(volume, axis=published.dataset.axis) for volume in published.volumes),
            )
    return None


def _read(path: Path) -> PublishedInventory:
    if path.stat().st_size > MAX_BYTES:
        raise InventoryError(
            f"{path.name} has more than {MAX_BYTES} bytes; it is no published inventory, remove it"
        )
    try:
        return PublishedInventory.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InventoryError(
            f"{path.name} is no published inventory: {explain(error)}; restore or remove it"
        ) from None


def _publish(volume: InventoryVolume) -> PublishedVolume:
    positions = np.zeros(1) if volume.positions_mm is None else volume.positions_mm
    step = (positions[-1] - positions[0]) / max(1, len(positions) - 1)
    return PublishedVolume(
        volume=volume.id,
        n_slices=volume.n_slices,
        slices=tuple(volume.slices.tolist()),
        first_mm=round(float(positions[0]), 4),
        step_mm=round(float(step), 6),
        runs_by_label=None if volume.by_label is None else tuple(map(spans_of_slices, volume.by_label)),
    )


def _restore(volume: PublishedVolume, *, axis: int) -> InventoryVolume:
    return InventoryVolume(
        id=volume.volume,
        name=volume.volume,
        axis=axis,
        n_slices=volume.n_slices,
        slices=np.array(volume.slices, dtype=np.int64),
        positions_mm=volume.first_mm + volume.step_mm * np.arange(volume.n_slices),
        by_label=None if volume.runs_by_label is None else tuple(map(slices_of_spans, volume.runs_by_label)),
    )
