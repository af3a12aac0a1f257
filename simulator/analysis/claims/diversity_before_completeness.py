"""Claim 4: diversity matters more than completeness early; a few whole volumes are much worse than all (§3.3)."""

from ...records import Virtues
from ..study import Study
from .early import compare_early
from .finding import Claim, Finding, estimate_contrast, format_drawn, undecided

__all__ = ["DIVERSITY_BEFORE_COMPLETENESS"]

NAME = "diversity-before-completeness"

CORNER = 0.2
"""The portion at which the paper compares (§3.3)."""

MUCH = 0.01
""""Much worse" means by more than this, of normalized performance."""


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare the two early gains, and the two corners."""
    early = compare_early(
        NAME,
        study,
        first="diversity",
        second="completeness",
        # With exact masks, slices drawn are diversity × completeness.
        measures=("diversity-x-completeness", "hours"),
        proxy="interpolation",
    )
    return (*early, judge_corner(study))


def judge_corner(study: Study) -> Finding:
    """Compare all volumes sparsely with few volumes wholly, at the same number of slices."""
    sparse = Virtues(diversity=1.0, completeness=CORNER, quality=1.0)
    whole = Virtues(diversity=CORNER, completeness=1.0, quality=1.0)
    better, worse = study.row_of(sparse), study.row_of(whole)
    quantity = (
        f"normalized performance of d = 1, c = {CORNER:g} less that of d = {CORNER:g}, c = 1, less {MUCH:g}"
    )
    if not study.can_tell or better is None or worse is None:
        why = f"The corners d = {CORNER:g}, c = 1 and d = 1, c = {CORNER:g} were not both measured with two seeds."
        return undecided(NAME, part="corner", quantity=quantity, why=why)
    gain = study.performance[better["combination"]] - study.performance[worse["combination"]]
    sentence = (
        f"A fifth of the slices in all volumes gives {format_drawn(gain)} of full performance over all slices in a "
        f"fifth of the volumes; much means more than {MUCH:g}."
    )
    return estimate_contrast(NAME, part="corner", draws=gain - MUCH, quantity=quantity, sentence=sentence)


DIVERSITY_BEFORE_COMPLETENESS = Claim(
    name=NAME,
    title="Diversity matters more than completeness early on",
    source="paper §3.3, figures 4 and 5",
    judge=judge,
)
