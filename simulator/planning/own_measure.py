"""What measuring on a lab's own labeled volumes would bring: how sure its answer gets, and how long that takes."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ..analysis import Study
from ..analysis.law.choosing import Outlook
from ..analysis.law.pool import estimate_volume_variance, pool_variance
from ..analysis.prospect import look_ahead
from ..analysis.recommendation.recommend import find_near_optimal
from ..campaigns import estimate_seconds
from ..campaigns.adaptive import DEFAULT_TRAININGS
from ..datasets.split import TEST_SHARE
from ..errors import NotMeasuredError
from ..protocols import FAST
from ..records import DatasetReference, LabVolume, Project, SimulationRequest, Virtues
from ..statistics.uncertainty import LEVEL
from .likeness import TOLD, rank_references
from .progress import labeled_so_far
from .project import HOURS, ProjectAnswer, lay_over, volumes_of
from .references import find_references

__all__ = [
    "FEWEST",
    "OwnMeasure",
    "count_labeled_in_full",
    "foresee_own_measure",
    "is_labeled_in_full",
    "rest_on_hers",
]

FEWEST = 10
"""Volumes labeled in full from which on trainings on them tell something."""


@dataclass(frozen=True, kw_only=True)
class OwnMeasure:
    """What trainings on a lab's own labeled volumes would bring.

    Parameters
    ----------
    n_labeled : int
        Volumes that are labeled in full.
    n_trainings : int
    halfwidth : float or None
        Half the 90 % interval of the expected Dice then; None where they are too few, or nothing is known to expect.
    seconds : float or None
        That the trainings take; None where no record says.
    """

    n_labeled: int
    n_trainings: int
    halfwidth: float | None
    seconds: float | None

    @property
    def is_offered(self) -> bool:
        """True if enough volumes are labeled."""
        return self.n_labeled >= FEWEST


def count_labeled_in_full(project: Project) -> int:
    """Count the volumes that are labeled on each slice that shows the structure, before the project or since.

    Where nobody wrote down on which slices that is, those between the first and the last labeled one are taken.
    """
    came_back = labeled_so_far(project)
    return sum(
        is_labeled_in_full(volume, {*volume.labeled_slices, *came_back.get(volume.name, ())})
        for volume in volumes_of(project)
    )


def rest_on_hers(project: Project, measured: DatasetReference) -> Project:
    """Let a project's answer rest on its own labeled volumes, whatever else was chosen: who measures means that."""
    return project.changed(measured=measured.fingerprint, reference="")


def is_labeled_in_full(volume: LabVolume, labeled: Collection[int]) -> bool:
    """Tell whether these slices are all that show the structure of a volume; one alone never is."""
    if len(labeled) < 2:
        return False
    first, last = volume.span or (min(labeled), max(labeled))
    return set(labeled).issuperset(range(first, last + 1))


def foresee_own_measure(answer: ProjectAnswer, table: pd.DataFrame, *, n_workers: int) -> OwnMeasure:
    """Foresee what trainings on the volumes that are labeled in full would bring.

    Parameters
    ----------
    answer : ProjectAnswer
    table : DataFrame
        The store's run table.
    n_workers : int
        Trainings at once.

    Returns
    -------
    OwnMeasure
        Its width is that of an answer that rests on these volumes, a fifth of them to test on: what trainings leave
        open of the law of all, then the chance of that small pool, and of those few test volumes. Time is that of
        trainings on the reference, or on what is most like these volumes.
    """
    n_labeled = count_labeled_in_full(answer.project)
    enough = n_labeled >= FEWEST
    return OwnMeasure(
        n_labeled=n_labeled,
        n_trainings=DEFAULT_TRAININGS,
        halfwidth=_foresee_halfwidth(answer, table, n_labeled=n_labeled) if enough else None,
        seconds=_estimate_seconds(answer, table, n_workers=n_workers) if enough else None,
    )


def _foresee_halfwidth(answer: ProjectAnswer, table: pd.DataFrame, *, n_labeled: int) -> float | None:
    n_test = max(1, round(TEST_SHARE * n_labeled))
    n_pool = n_labeled - n_test
    offers = answer.study.at(HOURS).offers
    offers = offers[offers["n_volumes"] <= TOLD * n_pool]
    if not (offers["effort"] <= answer.training_hours).any():
        return None
    try:
        there = lay_over(
            table, reference=None, n_pool=n_pool, n_slices=answer.n_slices, prices=answer.study.prices
        )
    except NotMeasuredError:
        return None
    after = _look_after(there)
    best = find_near_optimal(offers, budget=answer.training_hours).iloc[0]
    quantiles = stdtrit([np.inf, max(1, n_test - 1)], (1 + LEVEL) / 2)
    of_pool = pool_variance(
        estimate_volume_variance(answer.study.runs),
        n_volumes=np.array([best["n_volumes"]]),
        n_measured=n_pool,
    )
    of_tests = answer.study.law.volume_variance / n_test
    chance = np.hypot(quantiles[0] * np.sqrt(of_pool[0]), quantiles[1] * np.sqrt(of_tests))
    return float(np.hypot(after.halfwidth, (1 - best["expected"]) * chance))


@lru_cache(maxsize=16)
def _look_after(study: Study) -> Outlook:
    return look_ahead(study).after(DEFAULT_TRAININGS)


def _estimate_seconds(answer: ProjectAnswer, table: pd.DataFrame, *, n_workers: int) -> float | None:
    ranked = rank_references(answer.project, find_references(table, measured=answer.project.measured))
    reference = answer.reference or (ranked[0].reference if ranked else None)
    if reference is None:
        return None
    one = SimulationRequest(dataset=reference.dataset, virtues=Virtues.full(), protocol=FAST, seed=0)
    return estimate_seconds(table, [one] * DEFAULT_TRAININGS, n_workers=n_workers)
