"""Claim 5: completeness grows later along the trajectory, and more steeply, than diversity (paper §3.3, figure 5)."""

import numpy as np

from ...effort import get_measure
from ...formats import format_share
from ...statistics.uncertainty import SURE, interval_of
from ..frontier.trajectory import find_hulls
from ..study import Study
from .finding import Claim, Finding, Verdict, format_drawn, undecided

__all__ = ["COMPLETENESS_LATER", "levels_reached"]

NAME = "completeness-later"

HALF, RISE = 0.5, (0.25, 0.75)
"""A virtue has come half way at 0.5; it rises between 0.25 and 0.75."""

MIN_POINTS, MIN_VALUES = 8, 3
"""Combinations, and values of each virtue among them."""

QUANTITY = "normalized performance at which completeness is half full, less that of diversity"


def judge(study: Study) -> tuple[Finding, ...]:
    """Judge the trajectory by both measures that price the two."""
    return tuple(judge_measure(study, measure) for measure in ("diversity-x-completeness", "hours"))


def judge_measure(study: Study, measure: str) -> Finding:
    """Compare, in every draw's own trajectory, where the two virtues rise."""
    title = get_measure(measure).title.lower()
    points = _exact_points(study, measure)
    varied = study.combinations.iloc[points][["diversity", "completeness"]].nunique()
    if not study.can_tell or study.full is None or len(points) < MIN_POINTS or varied.min() < MIN_VALUES:
        why = (
            f"Priced as {title}: at least {MIN_POINTS} configurations of {MIN_VALUES} diversities and completenesses "
            "are needed, with two seeds."
        )
        return undecided(NAME, part=measure, quantity=QUANTITY, why=why)
    effort = study.efforts[measure][points]
    points, effort = points[np.argsort(effort, kind="stable")], np.sort(effort, kind="stable")
    performance = study.draws.expected[points] / study.draws.expected[study.full]
    is_vertex = find_hulls(effort, performance)
    rows = study.combinations.iloc[points]
    reached = {
        name: levels_reached(rows[name].to_numpy(), performance, is_vertex, levels=(RISE[0], HALF, RISE[1]))
        for name in ("diversity", "completeness")
    }
    later = reached["completeness"][1] - reached["diversity"][1]
    widths = {name: found[2] - found[0] for name, found in reached.items()}
    is_steeper = widths["completeness"] < widths["diversity"]
    is_later = later > 0
    low, high = interval_of(later)
    where = [_format_where(reached[name][1]) for name in ("diversity", "completeness")]
    return Finding(
        claim=NAME,
        part=measure,
        estimate=float(np.mean(later)),
        low=low,
        high=high,
        quantity=QUANTITY,
        share=float(np.mean(is_later & is_steeper)),
        verdict=_judge(is_later, is_steeper),
        sentence=(
            f"Priced as {title}, along the trajectory diversity is half full at {where[0]} of full performance and "
            f"completeness at {where[1]}, {format_drawn(later)} later; it rises more steeply in "
            f"{format_share(float(np.mean(is_steeper)))} of the simulated draws."
        ),
    )


def _format_where(performance: np.ndarray) -> str:
    low, high = (format_share(limit) for limit in interval_of(performance))
    return f"{format_share(float(np.mean(performance)))} ({low} to {high})"


def _judge(is_later: np.ndarray, is_steeper: np.ndarray) -> Verdict:
    """Support both together; contradict only where one of the two is surely false by itself."""
    if np.mean(is_later & is_steeper) >= SURE:
        return "supported"
    return "contradicted" if min(np.mean(is_later), np.mean(is_steeper)) <= 1 - SURE else "undecided"


def levels_reached(
    virtue: np.ndarray, performance: np.ndarray, is_vertex: np.ndarray, *, levels: tuple[float, ...]
) -> np.ndarray:
    """Find, in every draw, the performance from which on the trajectory keeps a virtue at a level.

    Parameters
    ----------
    virtue : ndarray of shape (n_points,), dtype float64
        Of points in order of effort.
    performance : ndarray of shape (n_points, n_draws), dtype float64
    is_vertex : ndarray of shape (n_points, n_draws), dtype bool
    levels : tuple of float

    Returns
    -------
    ndarray of shape (n_levels, n_draws), dtype float64
        Between two vertices the virtue is interpolated over performance; the first vertex's performance if it begins
        at the level, the last one's if it never gets there.
    """
    n, draws = len(virtue), np.arange(performance.shape[1])
    # A virtue may fall on the way; what counts is what it does not fall below again.
    least = np.where(is_vertex, virtue[:, None], np.inf)
    least = np.minimum.accumulate(least[::-1])[::-1]
    last_vertex = np.maximum.accumulate(np.where(is_vertex, np.arange(n)[:, None], 0))
    first = is_vertex.argmax(axis=0)
    reached = np.empty((len(levels), len(draws)))
    for place, level in enumerate(levels):
        is_there = is_vertex & (least >= level)
        is_reached = is_there.any(axis=0)
        after = np.where(is_reached, is_there.argmax(axis=0), last_vertex[-1])
        before = np.where(is_reached & (after > first), last_vertex[after - 1, draws], after)
        x, y = least[before, draws], performance[before, draws]
        rise = least[after, draws] - x
        portion = np.divide(level - x, rise, out=np.ones(len(draws)), where=rise > 0)
        reached[place] = y + portion * (performance[after, draws] - y)
    return reached


def _exact_points(study: Study, measure: str) -> np.ndarray:
    rows = study.combinations
    is_meant = (rows["quality"] == 1) & (rows["sampling"] == "random") & np.isfinite(study.efforts[measure])
    return np.flatnonzero(is_meant)


COMPLETENESS_LATER = Claim(
    name=NAME,
    title="Completeness grows later than diversity, and more steeply",
    source="paper §3.3, figure 5",
    judge=judge,
)
