"""Which gain a number of test volumes can show, before any is scored."""

from functools import lru_cache

import pandas as pd

from ...records import Virtues
from ...statistics.uncertainty import smallest_gain
from ..recommendation.strategies import virtues_of
from ..study import Study
from .diversity import distance_to, find_lines

__all__ = ["find_shown_gain"]


def find_shown_gain(study: Study, virtues: Virtues, *, n_test: int) -> float | None:
    """Find the least gain by more volumes that does not look like chance on so many test volumes.

    Parameters
    ----------
    study : Study
        Also one that is laid over other volumes: theirs are then taken to differ from each other as much.
    virtues : Virtues
        Of the strategy that is scored.
    n_test : int

    Returns
    -------
    float or None
        In Dice, for one training before and one after, as `smallest_gain` says of the two largest numbers of volumes
        that were measured at the nearest setting; None with fewer than two test volumes, here or there, or too few
        trainings.
    """
    if n_test < 2:
        return None
    line = min(
        _lines_of(study), key=lambda rows: distance_to(virtues_of(rows.iloc[0]), virtues), default=None
    )
    if line is None:
        return None
    pair = line.iloc[-2:]
    before, after = pair["combination"].astype(int).tolist()
    n_before, n_after = pair["n_seeds"].astype(float).tolist()
    return smallest_gain(
        study.uncertainty, before=before, after=after, n_seeds=(n_before, n_after), n_test=n_test
    )


@lru_cache(maxsize=8)
def _lines_of(study: Study) -> list[pd.DataFrame]:
    """Find the lines once for a study, of which each strategy asks."""
    return find_lines(study.combinations)
