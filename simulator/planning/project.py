"""A project's answer: the law of a reference laid over a lab's own volumes and hours (docs/method.md, "Her volumes").

Performance is carried over by counts: so many volumes, so many slices in each. Effort is counted on her volumes, at her
prices. Some volumes are kept for testing and labeled in full first; what they take is no longer there to label with.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandas as pd

from ..analysis import Recommendation, Strategy, Study, make_study
from ..analysis.law.space import Space
from ..analysis.others import learn_from_others
from ..analysis.recommendation.recommend import find_near_optimal
from ..analysis.runs import RunsByKey
from ..analysis.saturation.held_out import find_shown_gain
from ..effort import MEASURES, Prices, prices_of
from ..effort.prices import LARGEST_PRICE
from ..errors import NotMeasuredError, ProjectError
from ..protocols import FAST
from ..records import DatasetReference, LabVolume, Project
from ..records.project import MAX_SLICES
from .likeness import rank_references, spacing_of
from .references import NO_REFERENCE, Reference, find_references

__all__ = [
    "ProjectAnswer",
    "answer_by",
    "answer_project",
    "count_looks",
    "count_slices",
    "lay_over",
    "named_volumes",
    "propose_testing",
    "spans_so_far",
    "volumes_of",
    "with_looks",
    "work_hours",
]

USUAL_SLICES = 40.0
"""Slices that show a structure where neither the lab nor a reference says how many: a guess."""

TESTED = 10
"""One volume in so many is kept for testing, if nobody says otherwise."""

MOST_TESTED = 20
"""More show a smaller difference, but take what could be learned from."""

ENOUGH_FOUND = 5
"""Volumes in which annotators found the structure that say more of its slices than what was typed."""

LEAST_LEFT = 0.05
"""Of the hours; less is not worth a word."""

EXACT_ONLY = pd.DataFrame({"quality": [], "proxy": [], "achieved_quality": [], "spacing": []}).astype(
    {"proxy": str}
)
"""No way to lose quality: which spacing of slices loses how much on other volumes is not known."""

HERS = DatasetReference(name="her volumes", fingerprint="0" * 64, axis=2, labels=(1,), n_pool=1, n_test=2)
"""What a law is laid over has no fingerprint: nothing was, or will be, measured on it by this reference."""

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
    n_looks : float
        Slices that are planned and do not show it, for each that does: where nobody knows yet on which slices it is.
    n_testing : int
        Volumes that are kept for testing.
    testing_hours : float
        What labeling these in full takes.
    table : DataFrame
        The run table that it was read from, for what else may be asked of it.
    """

    project: Project
    study: Study
    reference: Reference | None
    reason: str
    prices: Prices
    n_slices: float
    is_estimated: bool
    n_looks: float
    n_testing: int
    testing_hours: float
    table: pd.DataFrame

    @property
    def training_hours(self) -> float:
        """What testing leaves of the hours; may be negative."""
        return self.project.hours - self.testing_hours

    @cached_property
    def recommendation(self) -> Recommendation:
        """For the hours that testing leaves."""
        if self.training_hours <= 0:
            return Recommendation(effort=HOURS.name, budget=0.0, status="too-cheap", suggestions=())
        return self.study.recommend(measure=HOURS, budget=self.training_hours)

    @property
    def halfwidth(self) -> float | None:
        """Half the 90 % interval of what is recommended, by the law alone, without a draw; None where nothing is."""
        offers = self.study.at(HOURS).offers
        if "expected_low" not in offers or offers["effort"].min() > max(0.0, self.training_hours):
            return None
        best = find_near_optimal(offers, budget=self.training_hours).iloc[0]
        return float(best["expected_high"] - best["expected_low"]) / 2

    @property
    def strategy(self) -> Strategy | None:
        """What is recommended; None where the hours do not pay for anything."""
        return self.recommendation.strategy

    @cached_property
    def shown_gain(self) -> float | None:
        """The least gain in Dice that the test volumes can show; None where no reference says how much they differ."""
        if self.strategy is None:
            return None
        return find_shown_gain(self.study, self.strategy.virtues, n_test=self.n_testing)

    @property
    def hours_used(self) -> float:
        """For testing and training together."""
        return self.testing_hours + (0.0 if self.strategy is None else self.strategy.effort)

    @property
    def hours_left(self) -> float:
        """Hours that nothing is recommended for."""
        return max(0.0, self.project.hours - self.hours_used)

    @property
    def leaves_hours(self) -> bool:
        """True if what is left of the hours is worth a word."""
        return self.hours_left >= LEAST_LEFT * self.project.hours

    @property
    def hours_of_all(self) -> float:
        """For labeling everything in full."""
        return self.hours_in_full(self.project.size)

    def hours_in_full(self, n_volumes: int) -> float:
        """For labeling some volumes in full."""
        return work_hours(
            n_volumes, n_slices=self.n_slices, prices=with_looks(self.prices, n_looks=self.n_looks)
        )

    @property
    def is_at_limit(self) -> bool:
        """True if more volumes could be labeled, but so many were never measured, nor half as many."""
        offers = self.recommendation.offers
        if self.strategy is None or offers.empty:
            return False
        most = math.floor(offers["n_volumes"].max())
        return bool(self.strategy.n_volumes >= most and most < self.study.pool[0])

    @property
    def n_more_testing(self) -> int:
        """Volumes that the hours left could keep for testing besides, where that loses nothing; 0 if none."""
        if self.strategy is None or not self.leaves_hours:
            return 0
        if self.is_at_limit:
            return 0
        each = self.hours_in_full(1)
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
    references = find_references(table, measured=project.measured)
    reference, reason = _choose_reference(project, references)
    try:
        return answer_by(project, table, reference=reference, reason=reason)
    except NotMeasuredError:
        # Where nobody asked for the law of all, and there is none, what was measured has to do.
        if project.reference or reference is not None or not references:
            raise
        return answer_by(project, table, reference=references[0], reason="all that was measured")


def answer_by(
    project: Project, table: pd.DataFrame, *, reference: Reference | None, reason: str = ""
) -> ProjectAnswer:
    """Answer a project by one data set, or by the law of all, whatever it asks for.

    Raises
    ------
    ProjectError, RequestError
        As `answer_project` does.
    NotMeasuredError
        If there is no law of all.
    """
    prices = prices_of(project.preset, project.prices)
    n_slices, is_estimated = count_slices(project, reference)
    n_looks = count_looks(project, n_slices=n_slices)
    paid = with_looks(prices, n_looks=n_looks)
    n_testing = propose_testing(project.size) if project.n_testing is None else project.n_testing
    if n_testing >= project.size:
        raise ProjectError(
            f"{n_testing} of {project.size} volumes are kept for testing, so none is left to label; keep fewer"
        )
    study = lay_over(
        table, reference=reference, n_pool=project.size - n_testing, n_slices=n_slices, prices=paid
    )
    return ProjectAnswer(
        project=project,
        study=study,
        reference=reference,
        reason=reason,
        prices=prices,
        n_slices=n_slices,
        is_estimated=is_estimated,
        n_looks=n_looks,
        n_testing=n_testing,
        testing_hours=work_hours(n_testing, n_slices=n_slices, prices=paid),
        table=table,
    )


def lay_over(
    table: pd.DataFrame,
    *,
    reference: Reference | None,
    n_pool: int,
    n_slices: float,
    prices: Prices,
    proxy: str = "interpolation",
) -> Study:
    """Lay the law over other volumes.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    reference : Reference or None
        None takes what all data sets showed.
    n_pool : int
        Volumes that may be labeled to train on.
    n_slices : float
        Slices that show the structure, in each.
    prices : Prices
    proxy : str, default="interpolation"
        How quality is lost in what the law is fitted to, beside exact outlines; `EXACT_ONLY` is recommended all the
        same.

    Returns
    -------
    Study
        The same one, with all that it computed, for the same question.

    Raises
    ------
    NotMeasuredError
        If nothing is known that a law could be made of.
    """
    is_wanted = table["protocol"] == FAST.name
    if reference is None:
        runs, make = table[is_wanted & (table["source"] == "published")], _law_of_all
    else:
        runs, make = table[is_wanted & (table["fingerprint"] == reference.dataset.fingerprint)], _law_of
    return _lay_over(RunsByKey(runs), make, proxy, n_pool, round(n_pool * n_slices), prices)


@lru_cache(maxsize=32)
def _lay_over(
    runs: RunsByKey,
    make: Callable[[RunsByKey, str], Study],
    proxy: str,
    n_pool: int,
    n_slices: int,
    prices: Prices,
) -> Study:
    here = HERS.model_copy(update={"n_pool": n_pool})
    space = Space(reference=here, protocol=FAST.name, n_slices=n_slices, ways=EXACT_ONLY)
    return make(runs, proxy).lay_over(space, prices=prices)


@lru_cache(maxsize=8)
def _law_of(found: RunsByKey, proxy: str) -> Study:
    return make_study(found.runs, prices=Prices(), proxy=proxy)


@lru_cache(maxsize=2)
def _law_of_all(found: RunsByKey, proxy: str) -> Study:
    prior = learn_from_others(found.runs, reference=HERS, protocol=FAST.name, proxy=proxy)
    if prior.ranges is None:
        raise NotMeasuredError(
            "too few data sets are published here to say what all show; choose a reference, or measure one on Simulate"
        )
    space = Space(reference=HERS, protocol=FAST.name, n_slices=1, ways=EXACT_ONLY)
    return make_study(found.runs.iloc[:0], prices=Prices(), proxy=proxy, prior=prior, space=space)


def count_slices(project: Project, reference: Reference | None) -> tuple[float, bool]:
    """Count the slices that show the structure, in a volume, on average.

    Returns
    -------
    n_slices : float, at least 1
        As the volumes say; else as annotators found in some volumes; else as the project says; else as many as the
        reference's structure extends over at the distance of these slices.
    is_estimated : bool
        True for the last.
    """
    spans = [volume.span for volume in project.volumes if volume.span]
    found = [] if spans else list(spans_so_far(project).values())
    if spans or len(found) >= (1 if project.n_slices is None else ENOUGH_FOUND):
        known = spans or found
        return sum(last - first + 1 for first, last in known) / len(known), False
    if project.n_slices is not None:
        return project.n_slices, False
    if reference is None:
        return USUAL_SLICES, True
    spacing = spacing_of(project)
    if spacing is None or reference.extent_mm is None:
        return reference.n_slices, True
    return max(1.0, reference.extent_mm / spacing), True


def count_looks(project: Project, *, n_slices: float) -> float:
    """Count the slices that are planned and do not show the structure, for each that does.

    They are planned where the length of the axis is known, but not on which of its slices the structure is.
    """
    lengths = [volume.n_slices for volume in project.volumes if volume.n_slices and volume.span is None]
    beyond = sum(max(0.0, length - n_slices) for length in lengths)
    return beyond / (n_slices * project.size) if lengths else 0.0


def with_looks(prices: Prices, *, n_looks: float) -> Prices:
    """Charge a slice that is drawn with the looks at those that turn out to show nothing."""
    seconds = prices.drawing_seconds + n_looks * prices.checking_seconds
    return replace(prices, drawing_seconds=min(seconds, LARGEST_PRICE))


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


def _choose_reference(project: Project, references: tuple[Reference, ...]) -> tuple[Reference | None, str]:
    """Take the reference that a project asks for, or propose one."""
    asked = project.reference
    if not asked:
        best = next(iter(rank_references(project, references)), None)
        return (best.reference, best.reason) if best is not None and best.is_like else (None, "")
    if asked == NO_REFERENCE:
        return None, ""
    for one in references:
        if one.dataset.name == asked or (len(asked) >= 8 and one.dataset.fingerprint.startswith(asked)):
            return one, ""
    names = ", ".join(one.dataset.name for one in references)
    raise ProjectError(f"the reference must be one of {names} or {NO_REFERENCE}; got {asked!r}")


def volumes_of(project: Project) -> tuple[LabVolume, ...]:
    """List the volumes of a project, each with the slices on which an annotator found the structure by now."""
    found = spans_so_far(project)
    return tuple(_learn_span(volume, found.get(volume.name)) for volume in named_volumes(project))


def spans_so_far(project: Project) -> dict[str, tuple[int, int]]:
    """Say on which slices annotators found the structure: volume's name → first and last; the latest word counts."""
    return {name: span for update in project.updates for name, span in update.spans.items()}


def _learn_span(volume: LabVolume, span: tuple[int, int] | None) -> LabVolume:
    if span is None or volume.span is not None or span[1] >= (volume.n_slices or MAX_SLICES):
        return volume
    return volume.model_copy(update={"first_slice": span[0], "last_slice": span[1]})


def named_volumes(project: Project) -> tuple[LabVolume, ...]:
    """List the volumes of a project as it began, by number where they have no names."""
    if project.volumes:
        return project.volumes
    width = len(str(project.size))
    return tuple(LabVolume(name=f"volume {n:0{width}d}") for n in range(1, project.size + 1))
