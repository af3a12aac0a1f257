"""Claim 9: the order of the virtues does not hang on hyperparameters (paper §2.1, a hypothesis there)."""

from ..agreement import RANK_SLACK, Agreement, describe_agreement
from ..evidence import Evidence
from .finding import Claim, Finding, Verdict, undecided

__all__ = ["SAME_ORDER"]

NAME = "same-order"

QUANTITY = "rank correlation of two protocols' mean Dice"


def judge(evidence: Evidence) -> tuple[Finding, ...]:
    """Compare another network and schedule with the paper's, and the paper's with itself."""
    agreement = evidence.agreement
    if agreement is None:
        why = "Two protocols have not been run on five combinations in common."
        return (undecided(NAME, quantity=QUANTITY, why=why),)
    low, high = agreement.rank_interval
    reversals = (
        "" if agreement.n_reversals is None else f"; {agreement.n_reversals} pairs measurably reversed"
    )
    return (
        Finding(
            claim=NAME,
            part=f"{agreement.protocol} and {agreement.reference} on {agreement.dataset.name}",
            estimate=agreement.rank,
            low=low,
            high=high,
            quantity=QUANTITY,
            form="number",
            share=None,
            verdict=_judge(agreement),
            sentence=f"Protocol {describe_agreement(agreement)}{reversals}.",
        ),
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
