"""What the steps read, found once for the same records and prices: a decision changes none of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from simulator.analysis.claims import CLAIMS, Finding
from simulator.analysis.runs import RunsByKey
from simulator.analysis.saturation.diversity import SaturationLine, estimate_saturation
from simulator.analysis.saturation.quality import Knee, estimate_knee
from simulator.analysis.study import Study, make_studies
from simulator.effort import Prices
from simulator.virtues import PROXIES

from ..common.kept import kept
from .question import Question

__all__ = ["GrowthFindings", "QualityFindings", "find_growth", "find_quality"]

N_KEPT = 4
"""Questions whose findings are kept: those of a few people, or of one who changes the proxy to and fro."""


@dataclass(frozen=True, kw_only=True, eq=False)
class QualityFindings:
    """What is known of quality, whichever way it was lost.

    Parameters
    ----------
    by_proxy : mapping of str to Study
        Of every proxy that was measured.
    knees : mapping of str to Knee or None
        Proxy → where performance bends as quality rises; None where too little was measured.
    filling : tuple of Finding
        How well filling in does, for every way that was measured.
    """

    by_proxy: Mapping[str, Study]
    knees: Mapping[str, Knee | None]
    filling: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class GrowthFindings:
    """What is known of more volumes and more slices.

    Parameters
    ----------
    evidence : Study
        Of the proxy that is asked for.
    lines : tuple of SaturationLine
    """

    evidence: Study
    lines: tuple[SaturationLine, ...]


def find_quality(asked: Question) -> QualityFindings | None:
    """Find what step 1 reads, over all ways of losing quality; None without records."""
    runs = asked.measured
    return None if runs.empty else _find_quality(kept(RunsByKey, runs), asked.prices)


def find_growth(asked: Question) -> GrowthFindings | None:
    """Find what steps 3 and 4 read, for the way of losing quality that is asked for; None without records."""
    if asked.study.runs.empty:
        return None
    return kept(_find_growth, asked.study)


@st.cache_resource(
    show_spinner="Looking for where quality stops paying", max_entries=N_KEPT, hash_funcs={RunsByKey: hash}
)
def _find_quality(runs: RunsByKey, prices: Prices) -> QualityFindings:
    by_proxy = make_studies(runs.runs, prices=prices)
    findings = [f for evidence in by_proxy.values() for f in CLAIMS["interpolating-badly"].judge(evidence)]
    return QualityFindings(
        by_proxy=by_proxy,
        knees={name: estimate_knee(by_proxy[name]) if name in by_proxy else None for name in PROXIES},
        filling=tuple(f for f in findings if f.estimate is not None and PROXIES[f.part].has_key_slices),
    )


def _find_growth(study: Study) -> GrowthFindings:
    with st.spinner("Looking for where volumes stop paying", show_time=False):
        return GrowthFindings(evidence=study, lines=estimate_saturation(study))
