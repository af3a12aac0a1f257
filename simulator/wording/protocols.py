"""How well one protocol stands in for another, in one line."""

from ..analysis.agreement import REFERENCE, STAND_IN, TRIAL, Agreement
from ..formats import format_count

__all__ = ["describe_agreement", "describe_protocol"]


def describe_protocol(protocol: str, agreement: Agreement | None) -> str:
    """Name the protocol of results; of the stand-in, with how well it stands in; of a trial, that it is one.

    Returns
    -------
    str
        "paper", "fast against paper: rank correlation 0.98 (0.93 to 0.99; paper with itself 0.99), …", or that this was
        not measured yet.
    """
    if protocol == TRIAL:
        return f"{protocol}: a trial, no answer can be read off it"
    if protocol != STAND_IN:
        return protocol
    if agreement is None:
        return f"{protocol}: agreement with {REFERENCE} not measured yet"
    return describe_agreement(agreement)


def describe_agreement(agreement: Agreement) -> str:
    """Say in one line how well a protocol stands in for the paper's."""
    itself = (
        f"{agreement.reference} with itself not measured yet"
        if agreement.rank_of_itself is None
        else f"{agreement.reference} with itself {agreement.rank_of_itself:.2f}"
    )
    own = "" if agreement.difference_of_itself is None else f" (itself {agreement.difference_of_itself:.3f})"
    low, high = agreement.rank_interval
    missed = agreement.missed
    if missed is None:
        verdict = "preliminary"
    else:
        verdict = f"not within all bounds ({', '.join(missed)})" if missed else "a fair stand-in"
    return (
        f"{agreement.protocol} against {agreement.reference}: rank correlation {agreement.rank:.2f} ({low:.2f} to "
        f"{high:.2f}; {itself}), mean difference {agreement.difference:.3f}{own} of full performance, over "
        f"{agreement.n_combinations} configurations of {agreement.dataset.name} with "
        f"{format_count(len(agreement.seeds), 'seed')}: {verdict}"
    )
