"""Which of two virtues pays more where little has been labeled: gains per doubling of effort, side by side.

Along lines on which only one virtue changes, performance is regressed on the logarithm of effort, with an own level for
every line. A doubling of the effort is the same whatever the effort's unit, so units do not decide; prices do.
"""

import numpy as np

from ...effort import get_measure
from ..combinations import VIRTUES
from ..runs import is_of_proxy
from ..study import Study
from .finding import Finding, estimate_contrast, format_drawn, undecided

__all__ = ["compare_early", "early_rows", "gain_per_doubling"]


MIN_LINES = 2
"""Lines that the gain of a virtue needs: one might be an odd one."""


def compare_early(
    claim: str, study: Study, *, first: str, second: str, measures: tuple[str, ...], proxy: str
) -> tuple[Finding, ...]:
    """Judge whether a doubling of effort gains more by the first virtue than by the second, early on.

    Parameters
    ----------
    claim : str
    study : Study
    first, second : str
        Names of two virtues; the third one is full.
    measures : tuple of str
        Names of effort measures that price both.
    proxy : str

    Returns
    -------
    tuple of Finding
        One a measure.
    """
    return tuple(_compare(claim, study, first, second, measure, proxy) for measure in measures)


def _compare(claim: str, study: Study, first: str, second: str, measure: str, proxy: str) -> Finding:
    quantity = "normalized performance per doubling of effort"
    title = get_measure(measure).title.lower()
    rows = early_rows(study, third=_third(first, second), measure=measure, proxy=proxy)
    by_first = gain_per_doubling(study, rows, varied=first, measure=measure)
    by_second = gain_per_doubling(study, rows, varied=second, measure=measure)
    if not study.can_tell or by_first is None or by_second is None:
        why = (
            f"Priced as {title}: too few configurations of {first} and {second} were measured early on; "
            f"at least {MIN_LINES} lines of each are needed, with two seeds."
        )
        return undecided(claim, part=measure, quantity=quantity, why=why)
    difference = by_first - by_second
    sentence = (
        f"Priced as {title}, a doubling of early effort gains {format_drawn(by_first)} of full performance by more "
        f"{first} and {format_drawn(by_second)} by more {second}: a difference of {format_drawn(difference)}."
    )
    return estimate_contrast(claim, part=measure, draws=difference, quantity=quantity, sentence=sentence)


def early_rows(study: Study, *, third: str, measure: str, proxy: str) -> np.ndarray:
    """Choose the cheaper half, on a scale of doublings, where the third virtue is full: numbers, dtype int64."""
    combinations, effort = study.combinations, study.efforts[measure]
    is_meant = (combinations[third] == 1) & is_of_proxy(combinations, proxy)
    is_meant &= (combinations["sampling"] == "random") & np.isfinite(effort)
    if not is_meant.any():
        return np.array([], dtype=np.int64)
    middle = np.sqrt(effort[is_meant].min() * effort[is_meant].max())
    return np.flatnonzero(is_meant & (effort <= middle))


def gain_per_doubling(study: Study, rows: np.ndarray, *, varied: str, measure: str) -> np.ndarray | None:
    """Gain of performance per doubling of effort along lines on which one virtue changes.

    Parameters
    ----------
    study : Study
    rows : ndarray of shape (n_rows,), dtype int64
        Numbers of combinations.
    varied : str
        The virtue that changes.
    measure : str

    Returns
    -------
    ndarray of shape (n_draws,), dtype float64, or None
        None with fewer than `MIN_LINES` lines of two efforts.
    """
    fixed = [name for name in VIRTUES if name != varied]
    doublings = np.log2(study.efforts[measure])
    above, below, n_lines = np.zeros(study.performance.shape[1]), 0.0, 0
    for _, line in study.combinations.iloc[rows].groupby(fixed):
        numbers = line["combination"].to_numpy()
        centred = doublings[numbers] - doublings[numbers].mean()
        if np.ptp(centred) > 0:
            above += centred @ study.performance[numbers]
            below += float(centred @ centred)
            n_lines += 1
    return above / below if n_lines >= MIN_LINES else None


def _third(first: str, second: str) -> str:
    (third,) = {*VIRTUES} - {first, second}
    return third
