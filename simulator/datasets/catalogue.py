"""Data sets that Labelwise knows by name, and what it knows about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["CATALOGUE", "CatalogueEntry", "get_entry"]

_ORIENTATION = "RAS"  # of all that are listed


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """One data set that is known by name.

    Parameters
    ----------
    name : str
        As it is asked for, and as its folder is called.
    title : str
        As shown to people.
    modality : {"CT", "MR"}
    axis : int
        Array axis it is sliced across.
    spacings_mm : tuple of (low, high)
        For each array axis, within what its volumes' median spacing lies.
    n_slices : float
        Along that axis, on average over volumes.
    described_as : str
        The name in its ``dataset.json``, by which a folder of any name is recognised.
    about : str
        What it is, and under which licence.
    """

    name: str
    title: str
    modality: Literal["CT", "MR"]
    axis: int
    spacings_mm: tuple[tuple[float, float], ...]
    n_slices: float
    described_as: str
    about: str

    def fits(self, *, orientation: str, spacing_mm: Sequence[float]) -> bool:
        """Tell whether volumes lie as those of the data set do: another one can have the same name."""
        return orientation == _ORIENTATION and all(
            low <= side <= high for side, (low, high) in zip(spacing_mm, self.spacings_mm, strict=True)
        )


CATALOGUE: tuple[CatalogueEntry, ...] = (
    CatalogueEntry(
        name="phantom",
        title="Phantom, CT",
        modality="CT",
        axis=2,
        spacings_mm=((5.99, 6.01), (5.99, 6.01), (4.99, 5.01)),
        n_slices=24.0,
        described_as="Labelwise phantom",
        about="made from a seed on this machine: it shows the tool, it is no evidence",
    ),
    CatalogueEntry(
        name="Task04_Hippocampus",
        title="Hippocampus, MR",
        modality="MR",
        axis=1,
        spacings_mm=((0.99, 1.01), (0.99, 1.01), (0.99, 1.01)),
        n_slices=49.5,
        described_as="Hippocampus",
        about="Medical Segmentation Decathlon (Antonelli et al. 2022), CC-BY-SA 4.0",
    ),
    CatalogueEntry(
        name="OpenKBP_Mandible",
        title="Mandible, CT",
        modality="CT",
        axis=2,
        spacings_mm=((3.9, 5.5), (3.9, 5.5), (1.9, 3.1)),
        n_slices=61.9,
        described_as="OpenKBP_Mandible",
        about="OpenKBP challenge (Babier et al. 2021); the licence of the images is not settled",
    ),
)


def get_entry(described_as: str | None) -> CatalogueEntry | None:
    """Look up what the catalogue knows about a data set, by the name in its ``dataset.json``."""
    return next((entry for entry in CATALOGUE if entry.described_as == described_as), None)
