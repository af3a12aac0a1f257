"""What is found about a claim: an estimate, how sure it is, a verdict, and the sentence that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...formats import format_gain, format_gain_interval
from ...statistics.uncertainty import SURE, interval_of
from ..study import Study

__all__ = ["Claim", "Finding", "Verdict", "estimate_contrast", "format_drawn", "undecided", "verdict_of"]

Verdict = Literal["supported", "contradicted", "undecided"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the records of one data set say about a claim, or a part of it.

    Parameters
    ----------
    claim : str
        Name of the claim.
    part : str
        What of it: the effort measure by which it was priced, the proxy, or "" if it has one part.
    estimate, low, high : float or None
        With its 90 % interval; None where nothing could be estimated.
    quantity : str
        What the estimate is, with its unit.
    form : {"gain", "share", "number"}
        How it is written.
    share : float in [0, 1] or None
        Share of draws in which the claim holds.
    verdict : {"supported", "contradicted", "undecided"}
    sentence : str
        The finding in words, with its figures.
    """

    claim: str
    part: str
    estimate: float | None
    low: float | None
    high: float | None
    quantity: str
    form: Literal["gain", "share", "number"] = "gain"
    share: float | None
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One conclusion of the paper, as a test.

    Parameters
    ----------
    name : str
    title : str
        The claim in the paper's sense, as a sentence.
    source : str
        Where the paper says it.
    judge : callable
        ``(study) -> tuple of Finding``: one for each effort measure or part that matters.
    is_by_proxy : bool, default=False
        Whether it is about ways to lose quality, and so judged by each of them.
    """

    name: str
    title: str
    source: str
    judge: Callable[[Study], tuple[Finding, ...]]
    is_by_proxy: bool = False


def verdict_of(share: float) -> Verdict:
    """Turn the share of draws in which a claim holds into a verdict.

    Of a claim that one number is above 0, a false one is supported, and a true one contradicted, in at most one of
    twenty campaigns.
    """
    if share >= SURE:
        return "supported"
    return "contradicted" if share <= 1 - SURE else "undecided"


def undecided(claim: str, *, part: str = "", quantity: str = "", why: str) -> Finding:
    """Say that the data are too thin, and what is missing."""
    return Finding(
        claim=claim,
        part=part,
        estimate=None,
        low=None,
        high=None,
        quantity=quantity,
        share=None,
        verdict="undecided",
        sentence=why,
    )


def estimate_contrast(claim: str, *, part: str, draws: np.ndarray, quantity: str, sentence: str) -> Finding:
    """Judge a claim that says that one number is above 0.

    Parameters
    ----------
    claim, part, quantity, sentence : str
    draws : ndarray of shape (n_draws,), dtype float64

    Returns
    -------
    Finding
    """
    estimate, (low, high) = float(np.mean(draws)), interval_of(draws)
    share = float(np.mean(draws > 0))
    return Finding(
        claim=claim,
        part=part,
        estimate=estimate,
        low=low,
        high=high,
        quantity=quantity,
        share=share,
        verdict=verdict_of(share),
        sentence=sentence,
    )


def format_drawn(draws: np.ndarray) -> str:
    """Write a gain that was drawn, with its 90 % interval: "+0.013 (+0.004 to +0.022)"."""
    return f"{format_gain(float(np.mean(draws)))}{format_gain_interval(*interval_of(draws))}"
