"""Apart from step 1: whether slices may be skipped and filled in from their neighbours (paper §3.2)."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.analysis.claims import Finding
from simulator.analysis.study import Study
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.virtues import PROXIES, QUESTIONS, proxies_for

from ..common.escape import escape
from .curve import describe_curve, show_curve
from .findings import QualityFindings
from .layout import open_part, simulate_missing
from .question import Question

__all__ = ["show_filling"]

FILLED = (0.7, 0.8, 0.9)
"""Qualities that are offered where nothing was filled in yet."""

ANSWERS = {
    "supported": "Better not: a few labeled slices alone do better than with the rest filled in",
    "contradicted": "Yes: a few labeled slices do better with the rest filled in than alone",
    "undecided": "A few labeled slices do as well alone as with the rest filled in, as far as can be told",
}


def show_filling(
    card: DeltaGenerator,
    asked: Question,
    *,
    found: QualityFindings | None,
    settings: Settings,
) -> list[str]:
    """Show the question below step 1, never in one sentence with it; returns what its answer stands on."""
    card.divider()
    card.markdown(f"**{QUESTIONS['skipping']}**")
    left, right = open_part(card)
    findings = () if found is None else found.filling
    with left:
        st.header(_say_filling(findings, found), anchor=False)
        if not findings:
            simulate_missing(
                _wanted(found),
                what="with slices filled in and not",
                asked=asked,
                settings=settings,
            )
    with right:
        ways = [
            proxy for proxy in proxies_for("skipping") if found is not None and proxy.name in found.by_proxy
        ]
        if ways:
            shown = next((proxy for proxy in ways if proxy.name == asked.proxy), ways[0])
            st.markdown(f"{shown.title}:")
            show_curve(found, proxy=shown)
    return [
        "Filling in is another question than precision: here every labeled mask is exact. Green: the labeled slices "
        "alone, evenly spaced.",
        *(describe_curve(found, proxy=proxy) for proxy in ways),
        *(escape(finding.sentence) for finding in findings),
    ]


def _say_filling(findings: Sequence[Finding], found: QualityFindings | None) -> str:
    if not findings:
        lacking = "" if found is None else next(iter(found.by_proxy.values())).lacking
        return (
            f"Whether skipped slices may be filled in cannot be told without {lacking}."
            if lacking
            else "Whether skipped slices may be filled in has not been measured here."
        )
    said = {finding.part: ANSWERS[finding.verdict] for finding in findings}
    if len(set(said.values())) == 1:
        return f"{next(iter(said.values()))}."
    return " ".join(
        f"{PROXIES[part].title}: {answer[0].lower()}{answer[1:]}." for part, answer in said.items()
    )


def _wanted(found: QualityFindings | None) -> tuple[Virtues, ...]:
    """Name what is missing of slices filled in and, to compare these with, of the drawn slices alone."""
    if found is None:
        return ()
    measured = [(evidence, _find_filled(evidence)) for evidence in found.by_proxy.values()]
    if not any(filled for _, filled in measured):
        first, _ = measured[0]
        return first.missing(Virtues(diversity=1.0, completeness=1.0, quality=q) for q in FILLED)
    wanted: dict[Virtues, None] = {}
    for evidence, filled in measured:
        alone = [
            Virtues(diversity=1.0, completeness=1 / spacing, quality=1.0, sampling="equidistant")
            for spacing in filled.values()
        ]
        wanted |= dict.fromkeys(evidence.missing([Virtues.full(), *filled, *alone] if filled else []))
    return tuple(wanted)


def _find_filled(evidence: Study) -> dict[Virtues, float]:
    """Find the whole volumes in which slices were filled in, with the spacing of those that were drawn."""
    rows = evidence.combinations
    is_whole = (rows["diversity"] == 1) & (rows["completeness"] == 1)
    filled = rows.loc[is_whole & (rows["quality"] < 1) & rows["spacing"].notna(), ["quality", "spacing"]]
    return {
        Virtues(diversity=1.0, completeness=1.0, quality=quality, proxy=evidence.proxy): spacing
        for quality, spacing in filled.to_numpy().tolist()
    }
