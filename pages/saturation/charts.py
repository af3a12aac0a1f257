"""The charts of Saturation: a row of small ones for each question, one a data set, on equal axes."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from simulator.analysis.claims.finding import format_drawn
from simulator.analysis.saturation.diversity import ENOUGH, SaturationLine, estimate_saturation
from simulator.analysis.saturation.quality import Knee, estimate_knee
from simulator.analysis.study import Study
from simulator.figures.diversity_saturation import (
    describe_doubling,
    describe_saturation,
    diversity_saturation_data,
)
from simulator.figures.lines import LinesData, draw_lines, lines_table, share_ranges
from simulator.figures.quality_saturation import describe_knee, quality_saturation_data
from simulator.formats import format_count, format_gain, format_share, format_spacing
from simulator.virtues import PROXIES, QUESTIONS

from ..common.clicking import offer_records
from ..common.comparison import Compared, Comparison, chart_width
from ..common.downloads import encode_charts
from ..common.escape import escape
from ..common.kept import drawn, kept
from ..common.records import KnownDataset
from ..common.theme import current_palette, picture_config, small_print

__all__ = ["Charts", "explain_saturation", "find_charts", "say_saturation", "show_rows", "write_lines"]


BOUNDS = {"at": "", "at or below": " or less", "at or above": " or more"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Charts:
    """What one data set shows.

    Parameters
    ----------
    dataset : KnownDataset
    knee : Knee or None
    lines : tuple of SaturationLine
    quality, diversity : LinesData or None
        None where too little was measured.
    """

    dataset: KnownDataset
    knee: Knee | None
    lines: tuple[SaturationLine, ...]
    quality: LinesData | None
    diversity: LinesData | None


def find_charts(comparison: Comparison) -> tuple[Charts, ...]:
    """Compute the charts of every data set that is asked for; without full labeling there is no unit, and no chart."""
    return kept(_find_charts, comparison.asked[0].evidence, comparison.asked)


def _find_charts(first: Study, asked: tuple[Compared, ...]) -> tuple[Charts, ...]:
    found = []
    for one in asked:
        evidence = one.evidence
        knee, lines = estimate_knee(evidence), estimate_saturation(evidence)
        found.append(
            Charts(
                dataset=one.dataset,
                knee=knee,
                lines=lines,
                quality=quality_saturation_data(evidence, knee=knee),
                diversity=diversity_saturation_data(lines),
            )
        )
    return tuple(found)


def say_saturation(charts: Sequence[Charts]) -> tuple[str, str]:
    """Say what the first data set shows.

    Returns
    -------
    tuple of str
        The sentence of the card, and a line below it, which may be empty; both Markdown.
    """
    first = charts[0]
    title = escape(first.dataset.title)
    if first.quality is None and first.diversity is None:
        return (
            f"Too little was measured on {title} to see anything saturate.",
            "Quality needs full labeling and two lower qualities with every slice used; diversity needs full labeling "
            "and four numbers of volumes. Simulate offers them.",
        )
    return f"On {title}, {_say_quality(first)}; {_say_diversity(first)}.", ""


def explain_saturation(comparison: Comparison, charts: Sequence[Charts]) -> tuple[str, ...]:
    """Say what the sentence stands on, and what the charts' marks mean."""
    is_marked = any(one.knee is not None and one.knee.is_clear for one in charts)
    bend = " Dotted: the bend, where it is clear; grey: its interval." if is_marked else ""
    return (
        *_say_how_sure(charts[0]),
        f"Quality lost: {PROXIES[comparison.proxy].title.lower()}. Lines are medians over seeds, as in the paper; "
        f"bands are 90\u00a0% intervals of the mean.{bend} Dashed: the labeled slices alone, of all volumes.",
        "More volumes: green has fewer slices in each, random or, where it says so, evenly spaced; orange has less "
        "quality. Dotted, where more volumes surely stop paying: from where on.",
    )


def show_rows(comparison: Comparison, charts: Sequence[Charts]) -> None:
    """Show a row of charts for each question."""
    proxy = PROXIES[comparison.proxy]
    _show_row(
        comparison,
        [(one, one.quality, describe_knee(one.knee)) for one in charts],
        title=QUESTIONS[proxy.question],
        name="quality",
        note="Bands: 90\u00a0% intervals. Click a point for its records.",
        missing="Not shown, since quality was not varied",
    )
    _show_row(
        comparison,
        [(one, one.diversity, describe_saturation(one.lines)) for one in charts],
        title="How many volumes are enough?",
        name="diversity",
        note="",
        missing="Not shown, since fewer than four numbers of volumes were measured",
    )


def write_lines(charts: Sequence[Charts]) -> bytes:
    """Write the points of all charts as one CSV."""
    return encode_charts(
        (one.dataset.reference, lines_table(data).assign(figure=name))
        for one in charts
        for name, data in (("quality", one.quality), ("diversity", one.diversity))
        if data is not None
    )


def _show_row(
    comparison: Comparison,
    row: Sequence[tuple[Charts, LinesData | None, str]],
    *,
    title: str,
    name: str,
    note: str,
    missing: str,
) -> None:
    shown = [(one, data, finding) for one, data, finding in row if data is not None]
    absent = [one.dataset.title for one, data, _ in row if data is None]
    if shown:
        st.subheader(title, anchor=False)
        equal = kept(_share_ranges, shown[0][1], tuple(data for _, data, _ in shown))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for (one, _, finding), data in zip(shown, equal, strict=True):
                with st.container(width=chart_width(len(shown), alone=620)):
                    st.markdown(f"**{escape(one.dataset.title)}**: {escape(finding)}")
                    _show_chart(comparison, one, data, name=name)
        if note:
            small_print(note)
    if absent:
        small_print(f"{missing}: {escape(', '.join(absent))}.")


def _share_ranges(first: LinesData, charts: tuple[LinesData, ...]) -> list[LinesData]:
    return share_ranges(charts)


def _show_chart(comparison: Comparison, one: Charts, data: LinesData, *, name: str) -> None:
    event = st.plotly_chart(
        drawn(draw_lines, data, palette=current_palette()),
        theme=None,
        width="stretch",
        key=f"{name}_{one.dataset.id}",
        config=picture_config(f"saturation-{name}-{one.dataset.id}"),
        on_select="rerun",
        selection_mode="points",
        alt=f"{data.x_title} against Dice, {format_count(len(data.lines), 'line')}, {one.dataset.title}",
    )
    offer_records(event, data=one.dataset.id, protocol=comparison.protocol)


def _say_quality(one: Charts) -> str:
    if one.quality is None or one.knee is None:
        return ":orange[**quality**] was measured too thinly to see where it stops paying"
    if not one.knee.is_clear:
        return "it cannot be told which :orange[**quality**] is enough"
    spacing = one.knee.spacing
    labeled = "" if spacing is None else f" ({format_spacing(spacing)} labeled)"
    least = "hardly pay" if one.knee.is_flat_above else "pay less"
    place = f"{format_share(one.knee.quality)} quality{BOUNDS[one.knee.place]}"
    return f"masks beyond :orange[**{place}**]{labeled} {least}"


def _say_diversity(one: Charts) -> str:
    if not one.lines or not one.lines[0].is_full:
        return "more :blue[**volumes**] with every slice labeled were measured at too few numbers"
    n = f":blue[**{one.lines[0].n_volumes[-1]:.0f} volumes**]"
    exact = "with every slice labeled"
    return {
        "saturated": f"{exact}, {n} are enough",
        "growing": f"{exact}, {n} are not enough yet",
        "undecided": f"{exact}, it cannot be told whether {n} are enough",
    }[one.lines[0].state]


def _say_how_sure(one: Charts) -> list[str]:
    said = []
    if one.knee is not None and one.knee.is_clear:
        said.append(
            f"Quality bends between {format_share(one.knee.low)} and {format_share(one.knee.high)}: ten points of "
            f"quality gain {format_drawn(one.knee.below)} of full performance below it and "
            f"{format_drawn(one.knee.above)} above."
        )
    if one.lines and one.lines[0].is_full:
        line = one.lines[0]
        said.append(
            f"The last doubling of the volumes gained {describe_doubling(line)} of full performance; enough means "
            f"surely less than {format_gain(ENOUGH)}."
        )
    return said
