"""A project's answer: the law of a reference laid over a lab's own volumes and hours (docs/method.md, "Her volumes").

Performance is carried over by counts: so many volumes, so many slices in each. Effort is counted on her volumes, at her
prices. Some volumes are kept for testing and labeled in full first; what they take is no longer there to label with.
"""

import hashlib
import math
from dataclasses import dataclass, replace

import pandas as pd

from ..analysis import Recommendation, Strategy, Study, make_study
from ..analysis.law.space import Space
from ..analysis.others import learn_from_others
from ..analysis.runs import choose_runs
from ..effort import MEASURES, Prices, prices_of
from ..errors import NotMeasuredError, ProjectError
from ..protocols import FAST
from ..records import DatasetReference, LabVolume, Project
from .references import NO_REFERENCE, Reference, find_references, propose_reference

__all__ = [
    "ProjectAnswer",
    "answer_project",
    "count_slices",
    "lay_over",
    "propose_testing",
    "work_hours",
]

USUAL_SLICES = 40.0
"""Slices that show a structure where neither the lab nor a reference says how many: a guess."""

TESTED = 10
"""One volume in so many is kept for testing, if nobody says otherwise."""

MOST_TESTED = 20
"""More show a smaller difference, but take what could be learned from."""

LEAST_LEFT = 0.05
"""Of the hours; less is not worth a word."""

EXACT_ONLY = pd.DataFrame({"quality": [], "proxy": [], "achieved_quality": [], "spacing": []}).astype(
    {"proxy": str}
)
"""No way to lose quality: which spacing of slices loses how much on other volumes is not known."""

HOURS = MEASURES["hours"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectAnswer:
    """What a project should label, in its own terms.

    Parameters
    ----------
    project : Project
    study : Study
        The law, laid over the volumes that are not kept for testing.
    reference : Reference or None
        What it rests on; None: on all data sets.
    reason : str
        Why that was proposed; "" where it was asked for.
    prices : Prices
    n_slices : float
        Slices that show the structure, in a volume, on average.
    is_estimated : bool
        True if nobody said how many slices that are.
    n_testing : int
        Volumes that are kept for testing.
    testing_hours : float
        What labeling these in full takes.
    recommendation : Recommendation
        For the hours that are left then.
    """

    project: Project
    study: Study
    reference: Reference | None
    reason: str
    prices: Prices
    n_slices: float
    is_estimated: bool
    n_testing: int
    testing_hours: float
    recommendation: Recommendation

    @property
    def strategy(self) -> Strategy | None:
        """What is recommended; None where the hours do not pay for anything."""
        return self.recommendation.strategy

    @property
    def hours_used(self) -> float:
        """For testing and training together."""
        return self.testing_hours + (0.0 if self.strategy is None else self.strategy.effort)

    @property
    def hours_left(self) -> float:
        """Hours that nothing is recommended for."""
        return max(0.0, self.project.hours - self.hours_used)

    @property
    def hours_of_all(self) -> float:
        """For labeling everything in full."""
        return work_hours(self.project.size, n_slices=self.n_slices, prices=self.prices)

    @property
    def n_more_testing(self) -> int:
        """Volumes that the hours left could keep for testing besides, where that loses nothing; 0 if none."""
        if self.strategy is None or self.hours_left < LEAST_LEFT * self.project.hours:
            return 0
        each = work_hours(1, n_slices=self.n_slices, prices=self.prices)
        spare = self.project.size - self.n_testing - int(self.recommendation.near_optimal["n_volumes"].min())
        return max(0, min(math.floor(self.hours_left / each), spare))


def answer_project(project: Project, table: pd.DataFrame) -> ProjectAnswer:
    """Answer a project.

    Parameters
    ----------
    project : Project
    table : DataFrame
        The store's run table.

    Returns
    -------
    ProjectAnswer
        Its recommendation has no strategy where test volumes leave too few hours or volumes.

    Raises
    ------
    ProjectError
        If the reference is unknown, or more volumes are kept for testing than there are.
    RequestError
        If the preset or one of the prices is none.
    """
    references = find_references(table)
    reference, reason = _choose_reference(project, references)
    prices = prices_of(project.preset, project.prices)
    n_slices, is_estimated = count_slices(project, reference)
    n_testing = propose_testing(project.size) if project.n_testing is None else project.n_testing
    if n_testing >= project.size:
        raise ProjectError(
            f"{n_testing} of {project.size} volumes are kept for testing, so none is left to label; keep fewer"
        )
    study = lay_over(
        table, project, reference=reference, n_slices=n_slices, n_testing=n_testing, prices=prices
    )
    testing_hours = work_hours(n_testing, n_slices=n_slices, prices=prices)
    for_training = project.hours - testing_hours
    recommendation = (
        study.recommend(measure=HOURS, budget=for_training)
        if for_training > 0
        else Recommendation(effort=HOURS.name, budget=0.0, status="too-cheap", suggestions=())
    )
    return ProjectAnswer(
        project=project,
        study=study,
        reference=reference,
        reason=reason,
        prices=prices,
        n_slices=n_slices,
        is_estimated=is_estimated,
        n_testing=n_testing,
        testing_hours=testing_hours,
        recommendation=recommendation,
    )


def lay_over(
    table: pd.DataFrame,
    project: Project,
    *,
    reference: Reference | None,
    n_slices: float,
    n_testing: int,
    prices: Prices,
) -> Study:
    """Lay the law over the volumes of a project that are not kept for testing.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    project : Project
    reference : Reference or None
        None takes what all data sets showed.
    n_slices : float
        Slices that show the structure, in a volume.
    n_testing : int
    prices : Prices

    Returns
    -------
    Study

    Raises
    ------
    NotMeasuredError
        If nothing is known that a law could be made of.
    """
    here = DatasetReference(
        name=project.name,
        fingerprint=hashlib.sha256(project.id.encode()).hexdigest(),
        axis=2,
        labels=(1,),
        n_pool=project.size - n_testing,
        n_test=max(1, n_testing),
    )
    space = Space(reference=here, protocol=FAST.name, n_slices=round(here.n_pool * n_slices), ways=EXACT_ONLY)
    if reference is None:
        prior = learn_from_others(table, reference=here, protocol=FAST.name, proxy="interpolation")
        study = make_study(table.iloc[:0], prices=prices, prior=prior, space=space)
        if not study.can_answer:
            raise NotMeasuredError(
                "no data sets are published here that a law of all could be made of; measure one on Simulate"
            )
        return replace(study, is_carried=True)
    runs = choose_runs(table, dataset=reference.dataset.fingerprint, protocol=FAST.name)
    return replace(make_study(runs, prices=prices, space=space), is_carried=True)


def count_slices(project: Project, reference: Reference | None) -> tuple[float, bool]:
    """Count the slices that show the structure, in a volume, on average.

    Returns
    -------
    n_slices : float, at least 1
        As the volumes say; else as the project does; else as many as the reference's structure extends over at the
        distance of these slices.
    is_estimated : bool
        True for the last.
    """
    spans = [volume.span for volume in project.volumes if volume.span]
    if spans:
        return sum(last - first + 1 for first, last in spans) / len(spans), False
    if project.n_slices is not None:
        return project.n_slices, False
    if reference is None:
        return USUAL_SLICES, True
    spacing = _spacing_of(project)
    if spacing is None or reference.extent_mm is None:
        return reference.n_slices, True
    return max(1.0, reference.extent_mm / spacing), True


def propose_testing(n_volumes: int) -> int:
    """Propose how many volumes to keep for testing: one in ten, at least two of four or more.

    Examples
    --------
    >>> [propose_testing(n) for n in (1, 2, 4, 20, 60)]
    [0, 1, 2, 2, 6]
    """
    if n_volumes < 4:
        return int(n_volumes > 1)
    return min(MOST_TESTED, max(2, round(n_volumes / TESTED)))


def work_hours(n_volumes: int, *, n_slices: float, prices: Prices) -> float:
    """Hours to open volumes and to draw some slices in each."""
    return prices.hours(n_volumes=float(n_volumes), n_slices_drawn=n_volumes * n_slices, n_slices_copied=0.0)


def _spacing_of(project: Project) -> float | None:
    known = [volume.spacing_mm for volume in project.volumes if volume.spacing_mm]
    return sum(known) / len(known) if known else project.spacing_mm


def _choose_reference(project: Project, references: tuple[Reference, ...]) -> tuple[Reference | None, str]:
    """Take the reference that a project asks for, or propose one."""
    asked = project.reference
    if not asked:
        return propose_reference(project, references)
    if asked == NO_REFERENCE:
        return None, ""
    for one in references:
        if one.dataset.name == asked or (len(asked) >= 8 and one.dataset.fingerprint.startswith(asked)):
            return one, ""
    names = ", ".join(one.dataset.name for one in references)
    raise ProjectError(f"the reference must be one of {names} or {NO_REFERENCE}; got {asked!r}")


def volumes_of(project: Project) -> tuple[LabVolume, ...]:
    """List the volumes of a project, by number where they have no names."""
    if project.volumes:
        return project.volumes
    width = len(str(project.size))
    return tuple(LabVolume(name=f"volume {n:0{width}d}") for n in range(1, project.size + 1))
