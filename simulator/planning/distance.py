"""How far a lab's own scores are from what its reference let expect."""

from dataclasses import dataclass

import numpy as np

from .going_on import QUANTILE, inputs_of, learn_shift
from .progress import find_progress
from .project import ProjectAnswer
from .references import Reference
from .visits import plan_project

__all__ = ["Distance", "find_distance"]


@dataclass(frozen=True, kw_only=True)
class Distance:
    """By how much a lab's volumes give another Dice than was expected of them.

    Parameters
    ----------
    reference : Reference or None
        That it was expected by; None: the law of all.
    n_scores : int
    dice, low, high : float
        Hers minus what was expected, at the last score's number of volumes, with a 90 % interval.
    """

    reference: Reference | None
    n_scores: int
    dice: float
    low: float
    high: float


def find_distance(answer: ProjectAnswer) -> Distance | None:
    """Find how far the scores that came back are from what was expected.

    Parameters
    ----------
    answer : ProjectAnswer

    Returns
    -------
    Distance or None
        As `learn_shift` has it: what the scores say, as far as they are surer than what was thought before. None before
        there is a score, or a plan.
    """
    if answer.strategy is None or not any(update.scores for update in answer.project.updates):
        return None
    progress = find_progress(plan_project(answer))
    last = inputs_of(progress.scores[-1:], progress)
    shift, lacking = learn_shift(progress, last), 1 - float(answer.study.law.expect(last)[0])
    steps = np.array([0.0, QUANTILE, -QUANTILE]) * np.sqrt(shift.variance)
    dice, low, high = (lacking * (1 - np.exp(shift.mean + steps))).tolist()
    return Distance(reference=answer.reference, n_scores=len(progress.scores), dice=dice, low=low, high=high)
