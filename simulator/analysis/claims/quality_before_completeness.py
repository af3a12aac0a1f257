"""Claim 8: quality comes before completeness, an order that the paper states without having measured it (§3.2, §4)."""

from ..study import Study
from .early import compare_early
from .finding import Claim, Finding

__all__ = ["QUALITY_BEFORE_COMPLETENESS"]

NAME = "quality-before-completeness"


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare the two early gains where all volumes are labeled; no measure of the paper prices both."""
    return compare_early(
        NAME,
        study,
        first="quality",
        second="completeness",
        measures=("hours", "slices-drawn"),
        proxy="interpolation",
    )


QUALITY_BEFORE_COMPLETENESS = Claim(
    name=NAME,
    title="Quality matters more than completeness early on",
    source="paper §3.2 and §4, stated, not measured",
    judge=judge,
)
