"""Claim 1: quality matters more than diversity early on the trajectory (paper §3.1, figures 1 and 2)."""

from ..study import Study
from .early import compare_early
from .finding import Claim, Finding

__all__ = ["QUALITY_BEFORE_DIVERSITY"]

NAME = "quality-before-diversity"


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare the two early gains, by every measure that prices both."""
    measures = ("diversity-x-quality", "hours", "slices-drawn")
    return compare_early(
        NAME, study, first="quality", second="diversity", measures=measures, proxy="interpolation"
    )


QUALITY_BEFORE_DIVERSITY = Claim(
    name=NAME,
    title="Quality matters more than diversity early on",
    source="paper §3.1, figures 1 and 2",
    judge=judge,
)
