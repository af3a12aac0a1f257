"""Claim 9: the order of the virtues does not hang on hyperparameters (paper §2.1, a hypothesis there)."""

from ...formats import format_count
from ..agreement import RANK_SLACK, Agreement
from ..study import Study
from .finding import Claim, Finding, Verdict, undecided

__all__ = ["SAME_ORDER"]

NAME = "same-order"

QUANTITY = "rank correlation of two protocols' mean Dice"


def judge(study: Study) -> tuple[Finding, ...]:
    """Compare another network and schedule with the paper's, and the paper's with itself."""
    agreement = study.agreement
    if agreement is None or agreement.dataset.name != study.dataset.name:
        why = "Two protocols have not been run on five configurations of these data in common."
        elsewhere = "" if agreement is None else f" On another data set: {_say(agreement)}."
        return (undecided(NAME, quantity=QUANTITY, why=why + elsewhere),)
    low, high = agreement.rank_interval
    # A bound that is missed names the reversals already.
    reversals = "; no pair measurably reversed" if agreement.n_reversals == 0 else ""
    return (
        Finding(
            claim=NAME,
            part=f"{agreement.protocol} and {agreement.reference}",
            estimate=agreement.rank,
            low=low,
            high=high,
            quantity=QUANTITY,
            form="number",
            share=None,
            verdict=_judge(agreement),
            sentence=f"{_say(agreement)}{reversals}.",
        ),
    )


def _say(agreement: Agreement) -> str:
    itself = agreement.rank_of_itself
    own = "not measured yet" if itself is None else f"{itself:.2f}"
    difference = agreement.difference_of_itself
    spread = "" if difference is None else f" (itself {difference:.3f})"
    low, high = agreement.rank_interval
    missed = f"; bounds missed: {', '.join(agreement.missed)}" if agreement.missed else ""
    return (
        f"{agreement.protocol} orders {agreement.n_combinations} configurations of {agreement.dataset.name} as "
        f"{agreement.reference} does with rank correlation {agreement.rank:.2f} ({low:.2f} to {high:.2f}; "
        f"{agreement.reference} with itself {own}), at a mean difference of {agreement.difference:.3f}{spread} with "
        f"{format_count(len(agreement.seeds), 'seed')}{missed}"
    )


def _judge(agreement: Agreement) -> Verdict:
    if agreement.rank_of_itself is None or agreement.n_reversals is None:
        return "undecided"
    agrees = agreement.rank >= agreement.rank_of_itself - RANK_SLACK
    if agrees and agreement.n_reversals == 0:
        return "supported"
    return "contradicted" if not agrees and agreement.n_reversals > 0 else "undecided"


SAME_ORDER = Claim(
    name=NAME,
    title="The order of the virtues does not hang on hyperparameters",
    source="paper §2.1, hypothesized",
    judge=judge,
)
