"""Performance against label quality, for one way of losing it: the chart of both halves of step 1."""

from dataclasses import replace

from simulator.analysis.claims.finding import format_drawn
from simulator.figures.lines import draw_lines
from simulator.figures.quality_saturation import quality_saturation_data
from simulator.virtues import Proxy

from ..common.theme import current_palette, show_chart, small_print
from .findings import QualityFindings

__all__ = ["show_curve"]


def show_curve(found: QualityFindings | None, *, proxy: Proxy) -> None:
    """Show the chart and what it shows, where quality was varied in this way."""
    evidence = None if found is None else found.by_proxy.get(proxy.name)
    if found is None or evidence is None:
        return
    knee = found.knees[proxy.name]
    data = quality_saturation_data(evidence, knee=knee)
    if data is None:
        return
    if not proxy.has_key_slices:  # the drawn slices alone belong to the other question
        data = replace(data, lines=tuple(line for line in data.lines if line.kind != "level"))
    note = f"Masks {proxy.title.lower()}."
    if any(line.kind == "level" for line in data.lines):
        note += " Green: the drawn slices alone, equidistant."
    show_chart(
        draw_lines(data, palette=current_palette()),
        key=f"quality {proxy.name}",
        alt="Performance against label quality",
    )
    if knee is not None and knee.is_clear:
        note += (
            " Dotted: the bend; band: its 90\u00a0% interval. Ten points of quality gain "
            f"{format_drawn(knee.below)} of full performance below it, {format_drawn(knee.above)} above."
        )
    small_print(note)
