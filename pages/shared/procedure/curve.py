"""Performance against label quality, for one way of losing it: the chart of both halves of step 1."""

from dataclasses import replace

from simulator.analysis.evidence import Evidence
from simulator.analysis.knee import Knee, find_knee
from simulator.analysis.words import format_gain
from simulator.figures.lines import draw_lines
from simulator.figures.quality_saturation import quality_saturation_data
from simulator.virtues import PROXIES

from ..theme import current_palette, show_chart, small_print

__all__ = ["knee_of", "show_curve"]


def knee_of(evidence: Evidence | None, proxy: str) -> Knee | None:
    """Find where performance bends as quality rises; None where too little was measured."""
    if evidence is None or evidence.full is None:
        return None
    return find_knee(evidence.combinations, evidence.draws, full=evidence.full, proxy=proxy)


def show_curve(evidence: Evidence | None, knee: Knee | None, *, proxy: str, note: str) -> None:
    """Show the chart and a note, where quality was varied in this way."""
    if evidence is None or evidence.full is None:
        return
    data = quality_saturation_data(evidence.combinations, knee=knee, proxy=proxy)
    if data is None:
        return
    if not PROXIES[proxy].has_key_slices:  # the drawn slices alone belong to the other question
        data = replace(data, lines=tuple(line for line in data.lines if line.kind != "level"))
    if any(line.kind == "level" for line in data.lines):
        note += " Green: the drawn slices alone, equidistant."
    show_chart(
        draw_lines(data, palette=current_palette()),
        key=f"quality {proxy}",
        alt="Performance against label quality",
    )
    if knee is not None and knee.is_clear:
        note += (
            " Dotted: the bend; band: its 90\u00a0% interval. Ten points of quality gain "
            f"{format_gain(knee.slope_below)} of full performance below it, {format_gain(knee.slope_above)} above."
        )
    small_print(note)
