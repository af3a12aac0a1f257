"""How far a project is: what of the plan is done, what is missing or was drawn elsewhere, and what it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..records import Project, Score
from .visits import ProjectPlan, Visit

__all__ = ["Progress", "State", "VolumeProgress", "find_progress", "labeled_so_far"]

State = Literal["done", "begun", "elsewhere", "to do"]


@dataclass(frozen=True, kw_only=True)
class VolumeProgress:
    """One volume of the plan.

    Parameters
    ----------
    visit : Visit
    labeled : tuple of int
        Slices that are labeled, counted from 0.
    missing : tuple of int
        Planned, but not labeled.
    extra : tuple of int
        Labeled, but not planned; they count.
    state : {"done", "begun", "elsewhere", "to do"}
        ``elsewhere`` where as many slices as planned are labeled, but others.
    """

    visit: Visit
    labeled: tuple[int, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]
    state: State


@dataclass(frozen=True, kw_only=True, eq=False)
class Progress:
    """How far a project is.

    Parameters
    ----------
    plan : ProjectPlan
    volumes : tuple of VolumeProgress
        In the order of the plan.
    hours : float
        Spent: as it was written down, else what is labeled at the plan's prices.
    is_measured : bool
        True if the hours were written down.
    planned_hours : float
        What is labeled should have taken.
    scores : tuple of Score
        In the order in which they came.
    """

    plan: ProjectPlan
    volumes: tuple[VolumeProgress, ...]
    hours: float
    is_measured: bool
    planned_hours: float
    scores: tuple[Score, ...]

    @property
    def n_done(self) -> int:
        """Volumes to train on that are labeled."""
        return sum(one.visit.role == "train" and one.state in ("done", "elsewhere") for one in self.volumes)

    @property
    def n_slices(self) -> int:
        """Slices that are labeled, test volumes and all."""
        return sum(len(one.labeled) for one in self.volumes)

    @property
    def to_look_at(self) -> tuple[VolumeProgress, ...]:
        """Volumes that were begun but not ended, or labeled on other slices than planned."""
        return tuple(one for one in self.volumes if one.state in ("begun", "elsewhere"))


def labeled_so_far(project: Project) -> dict[str, tuple[int, ...]]:
    """Say which slices of which volume came back; what came later of a volume replaces what came before."""
    labeled: dict[str, tuple[int, ...]] = {}
    for update in project.updates:
        labeled |= update.labeled
    return labeled


def find_progress(plan: ProjectPlan) -> Progress:
    """Hold what came back against the plan.

    Parameters
    ----------
    plan : ProjectPlan
        Of a project with its updates.

    Returns
    -------
    Progress
    """
    project = plan.answer.project
    labeled = labeled_so_far(project)
    volumes = tuple(_compare(visit, labeled) for visit in plan.visits)
    prices = plan.answer.prices
    opened = [one for one in volumes if one.labeled]
    planned = prices.hours(
        n_volumes=float(len(opened)),
        n_slices_drawn=float(sum(len(one.labeled) for one in opened)),
        n_slices_copied=0.0,
    )
    written = [update.hours for update in project.updates if update.hours is not None]
    return Progress(
        plan=plan,
        volumes=volumes,
        hours=written[-1] if written else planned,
        is_measured=bool(written),
        planned_hours=planned,
        scores=tuple(score for update in project.updates for score in update.scores),
    )


def _compare(visit: Visit, labeled: Mapping[str, tuple[int, ...]]) -> VolumeProgress:
    found = labeled.get(visit.volume.name, ())
    planned = set(found) if visit.slices is None else set(visit.slices)
    missing, extra = sorted(planned - set(found)), sorted(set(found) - planned)
    return VolumeProgress(
        visit=visit,
        labeled=found,
        missing=tuple(missing),
        extra=tuple(extra),
        state=_judge(found, missing, extra),
    )


def _judge(found: tuple[int, ...], missing: list[int], extra: list[int]) -> State:
    if not found:
        return "to do"
    if not missing:
        return "done"
    return "elsewhere" if len(extra) >= len(missing) else "begun"
