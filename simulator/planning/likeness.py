"""What a lab's volumes have in common with those of a measured data set, and what not."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..records import Project
from .references import PHANTOM, Reference

__all__ = ["Likeness", "Trait", "What", "compare_volumes", "rank_references", "spacing_of"]

What = Literal["structure", "modality", "size", "share", "distance", "volumes"]

SIMILAR = 1.5
"""Sizes and distances are similar that differ by less than this factor."""

TOLD = 2
"""Of so many times the volumes that were measured something is told."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """One thing that is known of two sets of volumes.

    Parameters
    ----------
    what : {"structure", "modality", "size", "share", "distance", "volumes"}
        Size is how far the structure extends along the slicing axis, in mm; share, on how many of the slices it is;
        distance, that of slices, in mm; volumes, how many there are to learn from.
    theirs, hers : str or float
        Of the measured data set, and of the lab.
    """

    what: What
    theirs: str | float
    hers: str | float

    @property
    def is_alike(self) -> bool:
        """True if they agree, or differ by little."""
        if isinstance(self.theirs, str):
            return self.theirs == self.hers
        return float(self.hers) <= TOLD * self.theirs if self.what == "volumes" else self.factor < SIMILAR

    @property
    def factor(self) -> float:
        """By which two numbers differ, at least 1."""
        return math.exp(abs(math.log(float(self.theirs) / float(self.hers))))


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like a lab's volumes are to those of a reference.

    Parameters
    ----------
    reference : Reference
    traits : tuple of Trait
        What is known of both.
    """

    reference: Reference
    traits: tuple[Trait, ...]

    def alike(self, what: What) -> bool | None:
        """Tell whether they agree in something; None where that is not known."""
        return next((trait.is_alike for trait in self.traits if trait.what == what), None)

    @property
    def is_like(self) -> bool:
        """True if an answer may rest on it unasked: the same structure, or the same modality and no other size."""
        if self.reference.is_hers:
            return True
        if self.reference.dataset.name == PHANTOM:
            return False
        return bool(self.alike("structure") or (self.alike("modality") and self._has_size is not False))

    @property
    def reason(self) -> str:
        """What speaks for it most, in two words or three; "" where nothing does."""
        if self.reference.is_hers:
            return ""
        if self.alike("structure"):
            return "the same structure"
        if not self.is_like:
            return ""
        return "similar size" if self._has_size else "the same modality"

    @property
    def _has_size(self) -> bool | None:
        in_mm = self.alike("size")
        return self.alike("share") if in_mm is None else in_mm

    @property
    def _rank(self) -> tuple[object, ...]:
        factors = [trait.factor for trait in self.traits if trait.what in ("size", "share")]
        return (
            not self.reference.is_hers,
            self.reference.dataset.name == PHANTOM,
            not self.alike("structure"),
            not self.is_like,
            not self.alike("modality"),
            *(factors[:1] or [math.inf]),
            self.reference.title,
        )


def rank_references(project: Project, references: Sequence[Reference]) -> tuple[Likeness, ...]:
    """Hold a project against all that its answer could rest on.

    Parameters
    ----------
    project : Project
    references : sequence of Reference

    Returns
    -------
    tuple of Likeness
        The most like first: the same structure, the same modality, the size that is nearest. The phantom is last.
    """
    return tuple(sorted((compare_volumes(project, one) for one in references), key=lambda found: found._rank))


def compare_volumes(project: Project, reference: Reference) -> Likeness:
    """Compare a lab's volumes with those of a measured data set, in all that is known of both."""
    return Likeness(reference=reference, traits=tuple(_find_traits(project, reference)))


def spacing_of(project: Project) -> float | None:
    """Distance of slices in mm: mean of the volumes that say so, else as the project says; None where neither does."""
    known = [volume.spacing_mm for volume in project.volumes if volume.spacing_mm]
    return sum(known) / len(known) if known else project.spacing_mm


def _find_traits(project: Project, reference: Reference) -> Iterator[Trait]:
    structure = project.structure.strip().lower()
    # Words that differ may mean the same.
    if structure and structure in reference.title.lower():
        yield Trait(what="structure", theirs=structure, hers=structure)
    known: tuple[tuple[What, str | float | None, str | float | None], ...] = (
        ("modality", reference.modality, project.modality),
        ("size", reference.extent_mm, _extent_of(project)),
        ("share", reference.share, _share_of(project)),
        ("distance", reference.spacing_mm, spacing_of(project)),
        ("volumes", reference.dataset.n_pool, project.size),
    )
    for what, theirs, hers in known:
        if theirs and hers:
            yield Trait(what=what, theirs=theirs, hers=hers)


def _extent_of(project: Project) -> float | None:
    """How far the structure extends along the slicing axis, in millimetres; None where that is not known."""
    known = [
        (volume.span[1] - volume.span[0] + 1) * spacing
        for volume in project.volumes
        if volume.span and (spacing := volume.spacing_mm or project.spacing_mm)
    ]
    if known:
        return sum(known) / len(known)
    spacing = spacing_of(project)
    return project.n_slices * spacing if project.n_slices and spacing else None


def _share_of(project: Project) -> float | None:
    """On which share of the slices the structure is; None where that is not known."""
    spans = [(volume.span, volume.n_slices) for volume in project.volumes if volume.n_slices]
    known = [(span[1] - span[0] + 1) / n for span, n in spans if span]
    if known:
        return sum(known) / len(known)
    return project.n_slices * len(spans) / sum(n for _, n in spans) if spans and project.n_slices else None
