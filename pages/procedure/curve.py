"""Performance against label quality, for one way of losing it: the chart of both halves of step 1, and its words."""

from dataclasses import replace

from simulator.analysis.claims.finding import format_drawn
from simulator.analysis.saturation.quality import Knee
from simulator.analysis.study import Study
from simulator.figures.lines import LinesData, draw_lines
from simulator.figures.quality_saturation import quality_saturation_data
from simulator.virtues import Proxy

from ..common.kept import drawn, kept
from ..common.theme import current_palette, show_chart
from .findings import QualityFindings

__all__ = ["describe_curve", "show_curve"]


def show_curve(found: QualityFindings | None, *, proxy: Proxy) -> None:
    """Show the chart, where quality was varied in this way."""
    evidence = None if found is None else found.by_proxy.get(proxy.name)
    if found is None or evidence is None:
        return
    data = kept(_find_data, evidence, knee=found.knees[proxy.name], proxy=proxy)
    if data is None:
        return
    show_chart(
        drawn(draw_lines, data, palette=current_palette()),
        key=f"quality {proxy.name}",
        alt="Performance against label quality",
    )


def _find_data(evidence: Study, *, knee: Knee | None, proxy: Proxy) -> LinesData | None:
    data = quality_saturation_data(evidence, knee=knee)
    if data is None or proxy.has_key_slices:
        return data
    # The labeled slices alone belong to the other question.
    return replace(data, lines=tuple(line for line in data.lines if line.kind != "level"))


def describe_curve(found: QualityFindings | None, *, proxy: Proxy) -> str:
    """Say what the chart's marks are, and what its bend is worth; "" where there is no clear one."""
    knee = None if found is None else found.knees.get(proxy.name)
    if knee is None or not knee.is_clear:
        return ""
    return (
        f"{proxy.title}: the dotted line is where the curve bends, the grey strip its 90\u00a0% interval. Ten "
        f"points of quality gain {format_drawn(knee.below)} of full performance below it, "
        f"{format_drawn(knee.above)} above."
    )
