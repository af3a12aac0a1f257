"""The paper's conclusions as tests: each is a function of records, one a file (paper §3, §4)."""

from collections.abc import Mapping
from types import MappingProxyType

from ..study import Study
from .act_differently import ACT_DIFFERENTLY
from .completeness_later import COMPLETENESS_LATER
from .diversity_before_completeness import DIVERSITY_BEFORE_COMPLETENESS
from .finding import Claim, Finding, Verdict
from .interpolating_badly import INTERPOLATING_BADLY
from .knee_of_quality import KNEE_OF_QUALITY
from .quality_before_completeness import QUALITY_BEFORE_COMPLETENESS
from .quality_before_diversity import QUALITY_BEFORE_DIVERSITY
from .same_order import SAME_ORDER
from .same_saturation import SAME_SATURATION

__all__ = ["CLAIMS", "Claim", "Finding", "Verdict", "judge_claims"]

CLAIMS: Mapping[str, Claim] = MappingProxyType(
    {
        claim.name: claim
        for claim in (
            QUALITY_BEFORE_DIVERSITY,
            KNEE_OF_QUALITY,
            INTERPOLATING_BADLY,
            DIVERSITY_BEFORE_COMPLETENESS,
            COMPLETENESS_LATER,
            SAME_SATURATION,
            ACT_DIFFERENTLY,
            QUALITY_BEFORE_COMPLETENESS,
            SAME_ORDER,
        )
    }
)
"""In the order of the paper."""


def judge_claims(by_proxy: Mapping[str, Study]) -> tuple[Finding, ...]:
    """Judge every claim of the paper on one data set.

    Parameters
    ----------
    by_proxy : mapping of str to Study
        From `make_studies`. A claim about ways to lose quality is judged by each, all others by the first.

    Returns
    -------
    tuple of Finding
        In the order of `CLAIMS`; at least one a claim.
    """
    main, *_ = by_proxy.values()
    return tuple(
        finding
        for claim in CLAIMS.values()
        for study in (by_proxy.values() if claim.is_by_proxy else (main,))
        for finding in claim.judge(study)
    )
