"""Which measured data set a lab's volumes are most like, and why: modality, structure, and how far that extends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..analysis import reference_of
from ..analysis.combinations import COMBINATION
from ..datasets import CATALOGUE
from ..protocols import FAST
from ..records import DatasetReference, Project

__all__ = ["NO_REFERENCE", "PHANTOM", "Reference", "find_references", "propose_reference"]

NO_REFERENCE = "none"
"""What a project says that wants the law of all data sets."""

ENOUGH = 10
"""Configurations of a data set from which on an answer may rest on it."""

SIMILAR = math.log(1.5)
"""Structures are of similar size whose extents differ by less than this factor, or its inverse."""

PHANTOM = "phantom"


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
    extent_mm : float or None
        Of the structure along the slicing axis, on average; None where the distance of slices is not known.
    """

    dataset: DatasetReference
    title: str
    modality: str
    n_slices: float
    extent_mm: float | None


def find_references(table: pd.DataFrame, *, protocol: str = FAST.name) -> tuple[Reference, ...]:
    """List what a project's answer can rest on: whatever was measured in many configurations.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    protocol : str, default="fast"

    Returns
    -------
    tuple of Reference
        In order of title; the phantom last, which is no evidence about anatomy.
    """
    measured = table[table["protocol"] == protocol]
    entries = {entry.name: entry for entry in CATALOGUE}
    found = []
    for _, runs in measured.groupby("fingerprint"):
        if runs.groupby(COMBINATION).ngroups < ENOUGH:
            continue
        dataset = reference_of(runs)
        entry = entries.get(dataset.name)
        n_slices = float(runs["n_labeled_slices_pool"].iloc[0] / dataset.n_pool)
        spacing = None if entry is None else sum(entry.spacings_mm[dataset.axis]) / 2
        found.append(
            Reference(
                dataset=dataset,
                title=dataset.name if entry is None else entry.title,
                modality="" if entry is None else entry.modality,
                n_slices=n_slices,
                extent_mm=None if spacing is None else n_slices * spacing,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.dataset.name == PHANTOM, one.title)))


def propose_reference(project: Project, references: Sequence[Reference]) -> tuple[Reference | None, str]:
    """Propose what a project's answer should rest on.

    Parameters
    ----------
    project : Project
    references : sequence of Reference

    Returns
    -------
    reference : Reference or None
        The one of the same structure, else of the same modality and a similar size; None where none is like it.
    reason : str
        "the same structure", "similar size", "the same modality"; "" for None.
    """
    known = [one for one in references if one.dataset.name != PHANTOM]
    structure = project.structure.strip().lower()
    for one in known:
        if structure and structure in one.title.lower():
            return one, "the same structure"
    alike = [one for one in known if project.modality and one.modality == project.modality]
    extent = _extent_of(project)
    similar = [
        (abs(math.log(one.extent_mm / extent)), one) for one in alike if one.extent_mm is not None and extent
    ]
    if similar:
        far, nearest = min(similar, key=lambda pair: pair[0])
        return (nearest, "similar size") if far <= SIMILAR else (None, "")
    return (alike[0], "the same modality") if alike else (None, "")


def _extent_of(project: Project) -> float | None:
    """How far the structure extends along the slicing axis, in millimetres; None where that is not known."""
    known = [
        (volume.span[1] - volume.span[0] + 1) * spacing
        for volume in project.volumes
        if volume.span and (spacing := volume.spacing_mm or project.spacing_mm)
    ]
    if known:
        return sum(known) / len(known)
    if project.n_slices and project.spacing_mm:
        return project.n_slices * project.spacing_mm
    return None
