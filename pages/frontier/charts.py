"""The charts of Frontier: what is worth its effort, and trajectories side by side or over each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from simulator.analysis.frontier.advice import MAX_DIFFERENCE, MAX_FACTOR, compare_advice
from simulator.analysis.frontier.trajectory import WORTH
from simulator.analysis.recommendation.recommend import recommend
from simulator.analysis.study import Study
from simulator.effort import EffortMeasure, get_measure
from simulator.figures.style import MOST
from simulator.figures.trajectories import draw_trajectories, trajectories_data
from simulator.figures.trajectory import (
    TrajectoryData,
    draw_trajectory,
    find_cost,
    share_axes,
    trajectory_data,
)
from simulator.formats import format_count, format_share
from simulator.records import Virtues
from simulator.wording.answers import describe_slices
from simulator.wording.evidence import describe_cost, say_advice
from simulator.wording.missing import say_missing
from simulator.wording.spans import join, markdown, strong, words

from ..common.clicking import offer_records
from ..common.comparison import Compared, Comparison, chart_width
from ..common.escape import escape
from ..common.kept import drawn, kept
from ..common.records import KnownDataset
from ..common.theme import current_palette, picture_config, small_print
from ..common.url_state import publish, restore_option

__all__ = ["Shown", "choose_view", "explain_charts", "find_trajectories", "say_worth", "show_charts"]

VIEWS = {"apart": "Side by side", "over": "Over each other"}

DOMAINS = {
    "all": "",
    "quality = 1": "That prices exact masks only. ",
    "completeness = 1": "That prices volumes with every slice only. ",
}
"""Domain of a measure → what it prices."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A data set some of whose configurations the measure prices, and that can tell which are worth it."""

    dataset: KnownDataset
    data: TrajectoryData


def find_trajectories(comparison: Comparison) -> tuple[Shown, ...]:
    """Compute the charts of all data sets that have one, on equal axes."""
    first = comparison.asked[0].evidence
    return kept(_find_trajectories, first, comparison.asked, comparison.measure.name)


def _find_trajectories(first: Study, asked: tuple[Compared, ...], name: str) -> tuple[Shown, ...]:
    measure = get_measure(name)
    found = [
        (one.dataset, data)
        for one in asked
        if not _say_missing(one, measure) and (data := trajectory_data(one.evidence, measure=measure))
    ]
    datas = share_axes([data for _, data in found]) if found else []
    return tuple(Shown(dataset=dataset, data=data) for (dataset, _), data in zip(found, datas, strict=True))


def say_worth(comparison: Comparison, shown: Sequence[Shown]) -> tuple[str, str]:
    """Say which configurations are worth their effort, or of several data sets where they get the same advice.

    Returns
    -------
    tuple of str
        The sentence of the card, and a line below it, which may be empty; both Markdown.
    """
    measure, (first, *_) = comparison.measure, comparison.asked
    if not shown and (banner := _say_missing(first, measure)):
        return escape(banner), ""
    if not shown:
        return (
            f"Nothing measured on {escape(comparison.asked[0].dataset.title)} can be priced as "
            f"{measure.title.lower()}.",
            f"{DOMAINS[measure.domain]}Count effort in another way, or simulate some.",
        )
    names = {one.dataset.id for one in shown}
    missing = [one.dataset.title for one in comparison.asked if one.dataset.id not in names]
    note = f"Not shown, since too little was measured: {escape(', '.join(missing))}." if missing else ""
    if len(shown) == 1:
        return _say_one(shown[0]), note
    return _say_several(shown), note


def choose_view(shown: Sequence[Shown]) -> bool:
    """Let several trajectories be laid over each other; returns whether they are."""
    if len(shown) < 2:
        publish(view=None)
        return False
    restore_option("view", list(VIEWS), default="apart")
    st.segmented_control(
        "Show the data sets",
        list(VIEWS),
        key="view",
        required=True,
        wrap=True,
        persist_state="session",
        label_visibility="collapsed",
        format_func=lambda name: f":gray[{VIEWS[name]}]",
    )
    publish(view=st.session_state["view"])
    return bool(st.session_state["view"] == "over")


def show_charts(comparison: Comparison, shown: Sequence[Shown], *, is_over: bool) -> None:
    """Show the charts, and what their marks mean."""
    if is_over:
        _show_over(shown)
    elif len(shown) == 1:
        st.subheader(_title(shown[0], comparison.measure), anchor=False)
        _show_chart(comparison, shown[0], is_small=False)
    else:
        st.subheader("What does the same effort give on each?", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for one in shown:
                with st.container(width=chart_width(len(shown), alone=1000)):
                    st.markdown(f"**{escape(one.dataset.title)}**")
                    small_print(_title(one, comparison.measure))
                    _show_chart(comparison, one, is_small=True)
    small_print("Band: 90\u00a0% interval." + ("" if is_over else " Outlined: worth their effort."))


def explain_charts(shown: Sequence[Shown]) -> None:
    """Say how the charts are read, and what "worth its effort" and "the same advice" mean."""
    small_print("Click a point for its records.")
    small_print(
        "Expected Dice is the measured mean, corrected for having been picked because it looked best. Worth its effort "
        f"is a configuration whose chance to be on the line is at least {format_share(WORTH)}. The paper's own figures "
        "show medians."
    )
    if len(shown) > 1:
        small_print(
            "Advice is the strategy of the highest expected Dice that this share of the full effort pays for; it is "
            f"the same if volumes and slices differ by no more than a factor of {MAX_FACTOR:g}, and quality by no more "
            f"than {100 * MAX_DIFFERENCE:.0f}\u00a0%."
        )


def _say_one(one: Shown) -> str:
    data, title = one.data, one.dataset.title
    n, vertices = len(data.points), data.worth
    low, high = vertices["completeness"].min(), vertices["completeness"].max()
    slices = " to ".join(dict.fromkeys(_name_slices(portion) for portion in (low, high)))
    least, most = (int(vertices["n_volumes"].agg(end) + 1e-6) for end in ("min", "max"))
    volumes = format_count(least, "volume") if least == most else f"{least} to {most} volumes"
    worst = vertices["achieved_quality"].min()
    quality = "all outlined exactly" if worst > 0.9995 else f"quality from {format_share(worst)} up"
    return markdown(
        words(
            f"On {title}, ",
            strong(f"{len(vertices)} of {n}"),
            " measured configurations are worth their effort: ",
            join(
                [strong(volumes, "diversity"), strong(slices, "completeness"), strong(quality, "quality")],
                by=", ",
            ),
            ".",
        )
    )


def _say_missing(one: Compared, measure: EffortMeasure) -> str:
    """Say why nothing measured on a data set can tell what is worth its effort; "" if it can."""
    priced = one.evidence.at(measure)
    answer = recommend(priced, budget=priced.full_effort)
    return say_missing(answer, measure=measure) if answer.lacks_evidence else ""


def _say_several(shown: Sequence[Shown]) -> str:
    priced = [
        (one.data.trajectory.frontier.points, one.data.full_effort) for one in shown if one.data.full_effort
    ]
    if len(priced) < 2:
        return (
            "Too few of these data sets have full labeling measured, so budgets are not shares of the same."
        )
    advice = compare_advice([points for points, _ in priced], full_efforts=[full for _, full in priced])
    return markdown(say_advice(advice))


def _name_slices(completeness: float) -> str:
    return describe_slices(Virtues(diversity=1.0, completeness=completeness, quality=1.0))


def _title(one: Shown, measure: EffortMeasure) -> str:
    return describe_cost(find_cost(one.data), share=MOST, measure=measure)


def _show_chart(comparison: Comparison, one: Shown, *, is_small: bool) -> None:
    data = one.data
    event = st.plotly_chart(
        drawn(draw_trajectory, data, palette=current_palette(), is_small=is_small),
        theme=None,
        width="stretch",
        key=f"trajectory_{one.dataset.id}",
        config=picture_config(f"frontier-{one.dataset.id}"),
        on_select="rerun",
        selection_mode="points",
        alt=f"Effort against Dice of {len(data.points)} configurations, and the line above them",
    )
    offer_records(event, data=one.dataset.id, protocol=comparison.protocol)


def _show_over(shown: Sequence[Shown]) -> None:
    data = trajectories_data([(one.dataset.title, one.data) for one in shown])
    st.subheader("Where do the data sets part?", anchor=False)
    if data is None:
        st.markdown("Full labeling was measured on none of them, so they have no common unit.")
        return
    st.plotly_chart(
        draw_trajectories(data, palette=current_palette()),
        theme=None,
        width="stretch",
        key="trajectories",
        config=picture_config("frontier"),
        alt="Trajectories of several data sets over shares of their full effort",
    )
    if data.left_out:
        small_print(f"Left out, without full labeling: {escape(', '.join(data.left_out))}.")
