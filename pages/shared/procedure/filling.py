"""Apart from step 1: whether slices may be skipped and filled in from their neighbours (paper §3.2)."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.analysis.claims import Finding
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.virtues import PROXIES

from ..escape import escape
from ..question import Question
from ..theme import small_print
from .curve import show_curve
from .findings import WAYS, QualityFindings
from .layout import open_part, simulate_missing

__all__ = ["show_filling"]

ANSWERS = {
    "supported": "Better not: where few slices are drawn, these alone are better than filling in between them",
    "contradicted": "Yes: even where few slices are drawn, filling in between them is better than these alone",
    "undecided": "It makes no difference that can be told: filled in, or the drawn slices alone",
}


def show_filling(
    card: DeltaGenerator,
    asked: Question,
    *,
    found: QualityFindings | None,
    settings: Settings,
) -> None:
    """Show the question below step 1, never in one sentence with it: here every drawn mask is exact."""
    card.divider()
    card.markdown(
        "**May slices be skipped and filled in?** This is another question: here every drawn mask is exact."
    )
    left, right = open_part(card)
    findings = () if found is None else found.filling
    with left:
        st.header(_say_filling(findings), anchor=False)
        for finding in findings:
            small_print(escape(finding.sentence))
        if not findings:
            simulate_missing(_wanted_alone(found), what="ways to skip", asked=asked, settings=settings)
    with right:
        for proxy in WAYS:
            show_curve(found, proxy=proxy, note=f"{PROXIES[proxy].title}.")


def _say_filling(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Whether skipped slices may be filled in has not been measured here."
    said = {finding.part: ANSWERS[finding.verdict] for finding in findings}
    if len(set(said.values())) == 1:
        return f"{next(iter(said.values()))}."
    return " ".join(
        f"{PROXIES[part].title}: {answer[0].lower()}{answer[1:]}." for part, answer in said.items()
    )


def _wanted_alone(found: QualityFindings | None) -> tuple[Virtues, ...]:
    """Name the drawn slices alone that interpolated combinations have to be compared with."""
    if found is None:
        return ()
    wanted = [
        Virtues(diversity=1.0, completeness=1 / float(spacing), quality=1.0, sampling="equidistant")
        for evidence in found.by_proxy.values()
        for spacing in _spacings(evidence.combinations)
    ]
    if not wanted:
        wanted = [Virtues(diversity=1.0, completeness=1.0, quality=q) for q in (0.7, 0.8, 0.9)]
    first, *_ = found.by_proxy.values()
    return first.missing(dict.fromkeys(wanted))


def _spacings(rows: pd.DataFrame) -> "pd.Series[float]":
    is_whole = (rows["diversity"] == 1) & (rows["completeness"] == 1)
    return rows.loc[is_whole & (rows["quality"] < 1), "spacing"].dropna()
