"""Claim 6: whatever the other virtues, diversity saturates at the same point (paper §3.4, figure 6)."""

from collections.abc import Sequence

import numpy as np

from ..evidence import Evidence
from ..saturation import SaturationLine, find_saturation
from ..uncertainty import SURE, interval_of
from ..words import format_share
from .finding import Claim, Finding, Verdict, undecided

__all__ = ["SAME_SATURATION"]

NAME = "same-saturation"

FACTOR = 1.5
"""Numbers of volumes within this factor are the same point."""

QUANTITY = "largest factor between volumes at saturation; what lies beyond the last number counts as there"


def judge(evidence: Evidence) -> tuple[Finding, ...]:
    """Compare the saturation of every setting with that of exact masks on every slice."""
    lines = find_saturation(evidence) if evidence.can_tell else ()
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

    A line that has not saturated where measuring ended does so somewhere beyond: outside the factor only if even that
    is too far.
    """
    known = np.isfinite(first.counts) & np.isfinite(other.counts)
    largest = [float(line.n_volumes[-1]) for line in (first, other)]
    # Counts beyond the end are at least the end.
    a, b = np.minimum(first.counts, largest[0]), np.minimum(other.counts, largest[1])
    factor = np.maximum(a, b) / np.minimum(a, b)
    is_longer_unknown = np.where(a >= b, ~np.isfinite(first.counts), ~np.isfinite(other.counts))
    is_outside = (factor > FACTOR) & (known | is_longer_unknown)
    return float(np.mean(known & (factor <= FACTOR))), float(np.mean(is_outside)), factor


def _judge(within: float, outside: float, *, n: int) -> Verdict:
    # All settings have to be within; one of the farthest outside is enough, with n chances to be wrong about it.
    if within >= SURE:
        return "supported"
    return "contradicted" if outside >= 1 - (1 - SURE) / n else "undecided"


def _say(first: SaturationLine, others: list[SaturationLine], *, within: float, outside: float) -> str:
    counts = [line.count for line in (first, *others)]
    beyond = sum(not np.isfinite(count) for count in counts)
    known = [count for count in counts if np.isfinite(count)]
    seen = f"between {min(known):.0f} and {max(known):.0f} volumes" if known else "nowhere"
    more = f"; {beyond} had not saturated with all volumes" if beyond else ""
    return (
        f"Of {len(counts)} settings, performance reaches its plateau {seen}{more}. Each lies within a "
        f"factor of {FACTOR:g} of every slice drawn exactly in {format_share(within)} of the resamples at least; the "
        f"sparsest or the least exact lies outside in {format_share(outside)}."
    )


SAME_SATURATION = Claim(
    name=NAME,
    title="All settings saturate at the same diversity",
    source="paper §3.4, figure 6",
    judge=judge,
)
