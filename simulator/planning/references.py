"""What a project's answer can rest on: data sets that were measured, and what is known of their volumes."""

import re
from dataclasses import dataclass

import pandas as pd

from ..analysis import reference_of
from ..analysis.combinations import COMBINATION
from ..datasets import CATALOGUE
from ..protocols import FAST
from ..records import DatasetReference

__all__ = ["NO_REFERENCE", "OWN", "PHANTOM", "Reference", "find_references", "is_own_set", "own_set_name"]

NO_REFERENCE = "none"
"""What a project says that wants the law of all data sets."""

ENOUGH = 10
"""Configurations of a data set from which on an answer may rest on it."""

OWN = "your labeled volumes"

PHANTOM = "phantom"
"""It is no evidence about anatomy."""


def own_set_name(project_id: str) -> str:
    """Name a lab's labeled volumes, in records: these leave the machine, so it is not the lab's name for them."""
    return f"own {project_id}"


def is_own_set(name: str) -> bool:
    """Tell by its name whether a data set is a lab's labeled volumes.

    Examples
    --------
    >>> is_own_set("own 0123456789ab"), is_own_set("own")
    (True, False)
    """
    return re.fullmatch(r"own [0-9a-f]{12}", name) is not None


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A measured data set that a project's answer can rest on.

    Parameters
    ----------
    dataset : DatasetReference
    title : str
        As shown to people.
    modality : str
        ``CT``, ``MR``, or "" where it is not known.
    n_slices : float
        Slices that show the structure, in a volume, on average.
    share : float or None
        Of all slices along the axis these are; None where nobody counted the others.
    spacing_mm : float or None
        Distance of slices; None where it is not known.
    is_hers : bool, default=False
        True of the lab's own volumes that were labeled in full.
    """

    dataset: DatasetReference
    title: str
    modality: str
    n_slices: float
    share: float | None
    spacing_mm: float | None
    is_hers: bool = False

    @property
    def extent_mm(self) -> float | None:
        """Of the structure along the slicing axis, on average; None where the distance of slices is not known."""
        return None if self.spacing_mm is None else self.n_slices * self.spacing_mm


def find_references(
    table: pd.DataFrame, *, protocol: str = FAST.name, measured: str = ""
) -> tuple[Reference, ...]:
    """List what a project's answer can rest on: whatever was measured in many configurations.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    protocol : str, default="fast"
    measured : str, default=""
        Fingerprint of the lab's own volumes that were labeled in full.

    Returns
    -------
    tuple of Reference
        In order of title; the phantom last. Own volumes of another project are not among them.
    """
    runs_there = table[table["protocol"] == protocol]
    entries = {entry.name: entry for entry in CATALOGUE}
    found = []
    for _, runs in runs_there.groupby("fingerprint"):
        if runs.groupby(COMBINATION).ngroups < ENOUGH:
            continue
        dataset = reference_of(runs)
        is_hers = dataset.fingerprint == measured
        if is_own_set(dataset.name) and not is_hers:
            continue
        entry = entries.get(dataset.name)
        n_slices = float(runs["n_labeled_slices_pool"].iloc[0] / dataset.n_pool)
        found.append(
            Reference(
                dataset=dataset,
                title=OWN if is_hers else dataset.name if entry is None else entry.title,
                modality="" if entry is None else entry.modality,
                n_slices=n_slices,
                share=None if entry is None else n_slices / entry.n_slices,
                spacing_mm=None if entry is None else sum(entry.spacings_mm[dataset.axis]) / 2,
                is_hers=is_hers,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.dataset.name == PHANTOM, one.title)))
