"""Claim 6: whatever the other virtues, diversity saturates at the same point (paper §3.4, figure 6)."""

from collections.abc import Sequence

import numpy as np

from ...formats import format_share
from ...statistics.uncertainty import SURE, interval_of
from ..saturation.diversity import SaturationLine, estimate_saturation
from ..study import Study
from .finding import Claim, Finding, Verdict, undecided

__all__ = ["SAME_SATURATION"]

NAME = "same-saturation"

FACTOR = 1.5
"""Numbers of volumes within this factor are the same point."""

QUANTITY = (
    "largest factor between volumes at which curves bend; what lies beyond the last number counts as there"
)


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare the saturation of every setting with that of exact masks on every slice."""
    lines = estimate_saturation(study) if study.can_tell else ()
    if len(lines) < 2 or not lines[0].is_full:
        why = (
            "Every slice drawn exactly, and one more setting, have to be measured at four numbers of volumes, with two "
            "seeds."
        )
        return (undecided(NAME, quantity=QUANTITY, why=why),)
    first, *others = lines
    compared = [_compare(first, other) for other in others]
    within = min(share for share, _, _ in compared)
    farthest = _farthest(others)
    outside = max(_compare(first, other)[1] for other in farthest)
    factor = np.max([factors for _, _, factors in compared], axis=0)
    low, high = interval_of(factor)
    return (
        Finding(
            claim=NAME,
            part="",
            estimate=float(np.median(factor)),
            low=low,
            high=high,
            quantity=QUANTITY,
            form="number",
            share=within,
            verdict=_judge(within, outside, n=len(farthest)),
            sentence=_say(first, others, within=within, outside=outside),
        ),
    )


def _farthest(others: Sequence[SaturationLine]) -> tuple[SaturationLine, ...]:
    """Choose, without looking at counts, what differs most from full virtues: the sparsest and the least exact."""
    sparse = min(others, key=lambda line: (line.quality < 1, line.sampling != "random", line.completeness))
    inexact = min(others, key=lambda line: (line.completeness < 1, line.quality))
    return tuple({id(line): line for line in (sparse, inexact)}.values())


def _compare(first: SaturationLine, other: SaturationLine) -> tuple[float, float, np.ndarray]:
    """Shares of draws within and outside the factor, and the factor of each draw.

    A line without a bend where measuring ended has it somewhere beyond: outside the factor only if even the end is too
    far from the other line's, which must then be known.
    """
    is_known = np.isfinite(first.counts), np.isfinite(other.counts)
    largest = [float(line.n_volumes[-1]) for line in (first, other)]
    # Counts beyond the end are at least the end.
    a, b = np.minimum(first.counts, largest[0]), np.minimum(other.counts, largest[1])
    factor = np.maximum(a, b) / np.minimum(a, b)
    is_outside = (factor > FACTOR) & np.where(a >= b, is_known[1], is_known[0])
    is_within = (factor <= FACTOR) & is_known[0] & is_known[1]
    return float(np.mean(is_within)), float(np.mean(is_outside)), factor


def _judge(within: float, outside: float, *, n: int) -> Verdict:
    # All settings have to be within; one of the farthest outside is enough, with n chances to be wrong about it.
    if within >= SURE:
        return "supported"
    return "contradicted" if outside >= 1 - (1 - SURE) / n else "undecided"


def _say(first: SaturationLine, others: list[SaturationLine], *, within: float, outside: float) -> str:
    lines = (first, *others)
    bends = [round(line.count) for line in lines if np.isfinite(line.count)]
    at = (
        f"at {bends[0]}"
        if len(set(bends)) == 1
        else f"from {min(bends, default=0)} to {max(bends, default=0)}"
    )
    seen = f"{len(bends)} bend {at} volumes" if bends else "none bends"
    n_growing = sum(line.state == "growing" for line in lines)
    growing = f"; by the gain of their last doubling, {n_growing} still grow there" if n_growing else ""
    return (
        f"Of {len(lines)} curves over volumes, one a setting, {seen}, {len(lines) - len(bends)} not before all were "
        f"used{growing}. Each bend lies within a factor of {FACTOR:g} of that with every slice drawn exactly in "
        f"{format_share(within)} of the simulated draws at least; the sparsest or the least exact lies outside in "
        f"{format_share(outside)}."
    )


SAME_SATURATION = Claim(
    name=NAME,
    title="All settings saturate at the same diversity",
    source="paper §3.4, figure 6",
    judge=judge,
)
