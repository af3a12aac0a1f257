"""Step 3: what to watch on held-out volumes, and when diversity has saturated (paper §3.4, §4)."""

import math

import streamlit as st

from simulator.analysis import Strategy
from simulator.analysis.saturation.diversity import ENOUGH, SaturationLine, nearest_line
from simulator.analysis.saturation.held_out import find_shown_gain
from simulator.analysis.study import Study
from simulator.figures.diversity_saturation import describe_doubling, diversity_saturation_data
from simulator.figures.lines import LinesData, draw_lines
from simulator.formats import format_count, format_gain, format_share
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.wording.answers import describe_slices

from ..common.kept import drawn, kept
from ..common.theme import current_palette, show_chart
from .findings import GrowthFindings
from .layout import explain, open_part, open_step, simulate_missing
from .question import Question

__all__ = ["show_watching"]

DIVERSITIES = (0.1, 0.2, 0.4, 0.7, 1.0)


def show_watching(asked: Question, found: GrowthFindings | None, *, settings: Settings) -> None:
    """Show the step."""
    card = open_step(3, "What to watch, and when are there enough volumes?")
    strategy = asked.recommendation.strategy
    virtues = strategy.virtues if strategy else Virtues.full()
    evidence, lines = (None, ()) if found is None else (found.evidence, found.lines)
    line = nearest_line(lines, virtues)
    left, right = open_part(card)
    with left:
        st.header(_say_line(line, strategy), anchor=False)
        st.markdown(_say_testing(evidence, virtues, n_test=asked.dataset.reference.n_test))
        if line is None:
            simulate_missing(
                _wanted(evidence, virtues),
                what="with other numbers of volumes",
                asked=asked,
                settings=settings,
            )
    with right:
        if line is not None:
            others = [other for other in lines[:1] if other is not line]
            _show_line(line, others)
    explain(
        card,
        [
            "" if line is None else _describe_line(line),
            "Keep the test volumes apart from the first day, train after every pass of the plan, and score each model "
            "on them. Slices held back from labeled volumes would flatter: they do not see what new volumes bring.",
        ],
    )


def _say_line(line: SaturationLine | None, strategy: Strategy | None) -> str:
    if line is None:
        return "When more volumes stop paying has not been measured here."
    most = f":blue[**{line.n_volumes[-1]:.0f} volumes**]"
    at = f"At {_say_setting(line)}"
    gain = f"the last doubling gained {format_gain(line.gain)} of full performance"
    if line.state == "growing":
        return f"{at}, {most} are not enough yet: {gain}."
    if line.state == "undecided":
        return f"{at}, it cannot be told whether {most} are enough: {gain}."
    return f"{at}, more volumes stop paying from {_say_count(line)} on: {gain}."


def _say_setting(line: SaturationLine) -> str:
    slices = describe_slices(Virtues(diversity=1.0, completeness=line.completeness, quality=1.0))
    return slices if line.quality == 1 else f"{slices} and {format_share(line.quality)} quality"


def _say_count(line: SaturationLine) -> str:
    if not math.isfinite(line.count):
        return f"about :blue[**{line.n_volumes[-1]:.0f} volumes**]"
    high = f"{line.count_high:.0f}" if math.isfinite(line.count_high) else "more than were measured"
    return f"about :blue[**{line.count:.0f} volumes**] ({line.count_low:.0f} to {high})"


def _say_testing(evidence: Study | None, virtues: Virtues, *, n_test: int) -> str:
    """Say which gain so many test volumes can tell."""
    gain = None if evidence is None else kept(find_shown_gain, evidence, virtues=virtues, n_test=n_test)
    if gain is None:
        return "How small a gain so many volumes can show was not measured here."
    tested = format_count(n_test, "volume")
    return f"On the {tested} kept for testing, a gain below **{gain:.3f} Dice** looks like chance."


def _show_line(line: SaturationLine, others: list[SaturationLine]) -> None:
    data = kept(_find_data, line, tuple(others))
    if data is None:
        return
    st.subheader(f"More volumes at {_say_setting(line)}", anchor=False)
    show_chart(
        drawn(draw_lines, data, palette=current_palette()),
        key="saturation",
        alt="Performance against the number of volumes",
    )


def _find_data(line: SaturationLine, others: tuple[SaturationLine, ...]) -> LinesData | None:
    return diversity_saturation_data([line, *others], quoted=line)


def _describe_line(line: SaturationLine) -> str:
    return (
        f"The last doubling of the volumes gained {describe_doubling(line)} of full performance; more volumes have "
        f"stopped paying where even the upper end is below {format_gain(ENOUGH)}. Shaded: 90\u00a0% interval, for this "
        "pool. What test volumes show holds for one training before and one after; a true gain of just that size is "
        "seen about every other time."
    )


def _wanted(evidence: Study | None, virtues: Virtues) -> tuple[Virtues, ...]:
    """Name the numbers of volumes that are missing at the strategy's setting."""
    wanted = tuple(virtues.model_copy(update={"diversity": d}) for d in DIVERSITIES)
    wanted = (*wanted, Virtues.full()) if Virtues.full() not in wanted else wanted
    return wanted if evidence is None else evidence.missing(wanted)
