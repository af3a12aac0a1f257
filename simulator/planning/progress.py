"""How far a project is: what of the plan is done, what is missing or was drawn elsewhere, and what it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..effort import Prices
from ..records import Project, Score
from .visits import ProjectPlan, Visit

__all__ = ["Progress", "State", "VolumeProgress", "find_progress", "labeled_so_far", "ticked_so_far"]

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
    n_labeled : float
        Slices that are labeled; more than `labeled` names where a volume was ticked off on slices that nobody wrote
        down: then as many as planned.
    state : {"done", "begun", "elsewhere", "to do"}
        ``elsewhere`` where as many slices as planned are labeled, but others.
    """

    visit: Visit
    labeled: tuple[int, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]
    n_labeled: float
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
        Spent: as it was written down, and at the plan's prices what was labeled since.
    is_measured : bool
        True if hours were written down.
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
        return round(sum(one.n_labeled for one in self.volumes))

    @property
    def to_look_at(self) -> tuple[VolumeProgress, ...]:
        """Volumes that were begun but not ended, or labeled on other slices than planned."""
        return tuple(one for one in self.volumes if one.state in ("begun", "elsewhere"))


def labeled_so_far(project: Project) -> dict[str, tuple[int, ...]]:
    """Say which slices of which volume came back; what came later of a volume replaces what came before.

    Where slices were read, no tick beside a volume's name replaces them.
    """
    read: dict[str, tuple[int, ...]] = {}
    ticked: dict[str, tuple[int, ...]] = {}
    for update in project.updates:
        done = set(update.done)
        for name, slices in update.labeled.items():
            (ticked if name in done else read)[name] = slices
    return ticked | read


def ticked_so_far(project: Project) -> frozenset[str]:
    """Say which volumes were ticked off, by name, whether or not it is known on which slices."""
    return frozenset(name for update in project.updates for name in update.done)


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
    volumes = _hold_against(project, plan)
    planned = _price(volumes, plan.answer.prices)
    measured = [n for n, update in enumerate(project.updates, start=1) if update.hours is not None]
    hours = planned
    if measured:
        until = project.model_copy(update={"updates": project.updates[: measured[-1]]})
        # What came back since then was measured by nobody.
        since = planned - _price(_hold_against(until, plan), plan.answer.prices)
        hours = (until.updates[-1].hours or 0.0) + max(0.0, since)
    return Progress(
        plan=plan,
        volumes=volumes,
        hours=hours,
        is_measured=bool(measured),
        planned_hours=planned,
        scores=tuple(score for update in project.updates for score in update.scores),
    )


def _hold_against(project: Project, plan: ProjectPlan) -> tuple[VolumeProgress, ...]:
    labeled, ticked = labeled_so_far(project), ticked_so_far(project)
    return tuple(_compare(visit, labeled, ticked=ticked) for visit in plan.visits)


def _price(volumes: tuple[VolumeProgress, ...], prices: Prices) -> float:
    """Hours that what is labeled should have taken."""
    opened = [one.n_labeled for one in volumes if one.n_labeled]
    return prices.hours(n_volumes=float(len(opened)), n_slices_drawn=sum(opened), n_slices_copied=0.0)


def _compare(
    visit: Visit, labeled: Mapping[str, tuple[int, ...]], *, ticked: frozenset[str]
) -> VolumeProgress:
    found = labeled.get(visit.volume.name, ())
    if not found and visit.volume.name in ticked:
        return _take_at_word(visit)
    planned = set(found) if visit.slices is None else set(visit.slices)
    missing, extra = sorted(planned - set(found)), sorted(set(found) - planned)
    return VolumeProgress(
        visit=visit,
        labeled=found,
        missing=tuple(missing),
        extra=tuple(extra),
        n_labeled=float(len(found)),
        state=_judge(found, missing, extra),
    )


def _take_at_word(visit: Visit) -> VolumeProgress:
    """Count a volume as labeled as planned."""
    slices = visit.slices or ()
    return VolumeProgress(
        visit=visit,
        labeled=slices,
        missing=(),
        extra=(),
        n_labeled=float(len(slices)) if slices else visit.n_slices,
        state="done",
    )


def _judge(found: tuple[int, ...], missing: list[int], extra: list[int]) -> State:
    if not found:
        return "to do"
    if not missing:
        return "done"
    return "elsewhere" if len(extra) >= len(missing) else "begun"
