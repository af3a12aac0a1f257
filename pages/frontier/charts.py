"""The charts of Frontier: what is worth its effort, and trajectories side by side or over each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from simulator.analysis.frontier.advice import MAX_DIFFERENCE, MAX_FACTOR, compare_advice
from simulator.effort import EffortMeasure
from simulator.figures.trajectories import draw_trajectories, trajectories_data
from simulator.figures.trajectory import (
    MIN_POINTS,
    TrajectoryData,
    describe_cost,
    draw_trajectory,
    share_axes,
    trajectory_data,
)
from simulator.formats import format_count, format_share
from simulator.records import Virtues
from simulator.wording.answers import describe_slices
from simulator.wording.evidence import describe_advice

from ..common.clicking import offer_records
from ..common.comparison import Comparison, chart_width
from ..common.escape import escape
from ..common.records import KnownDataset
from ..common.theme import current_palette, picture_config, small_print
from ..common.url_state import publish, restore_option

__all__ = ["Shown", "choose_view", "find_trajectories", "say_worth", "show_charts"]

VIEWS = {"apart": "Side by side", "over": "Over each other"}

DOMAINS = {
    "all": "",
    "quality = 1": "That prices exact masks only. ",
    "completeness = 1": "That prices volumes with every slice only. ",
}
"""Domain of a measure → what it prices."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A data set some of whose combinations the measure prices."""

    dataset: KnownDataset
    data: TrajectoryData


def find_trajectories(comparison: Comparison) -> tuple[Shown, ...]:
    """Compute the charts of all data sets that have one, on equal axes."""
    found = [
        (one.dataset, data)
        for one in comparison.asked
        if (data := trajectory_data(one.evidence, measure=comparison.measure))
    ]
    datas = share_axes([data for _, data in found]) if found else []
    return tuple(Shown(dataset=dataset, data=data) for (dataset, _), data in zip(found, datas, strict=True))


def say_worth(comparison: Comparison, shown: Sequence[Shown]) -> tuple[str, str]:
    """Say which labelings nothing cheaper beats, or of several data sets at which budgets they get the same advice.

    Returns
    -------
    tuple of str
        The sentence of the card, and a line below it, which may be empty; both Markdown.
    """
    measure = comparison.measure
    if not shown:
        return (
            f"Nothing measured on {escape(comparison.asked[0].dataset.title)} can be priced as "
            f"{measure.title.lower()}.",
            f"{DOMAINS[measure.domain]}Count effort in another way, or simulate some.",
        )
    names = {one.dataset.id for one in shown}
    missing = [one.dataset.title for one in comparison.asked if one.dataset.id not in names]
    note = (
        f"Not shown, since nothing measured can be priced: {escape(', '.join(missing))}." if missing else ""
    )
    if len(shown) == 1:
        return _say_one(shown[0]), note
    return _say_several(shown), (
        "Advice is the strategy of the highest expected Dice that this share of the full effort pays for; it is the "
        f"same if volumes and slices differ by no more than a factor of {MAX_FACTOR:g}, and quality by no more than "
        f"{100 * MAX_DIFFERENCE:.0f}\u00a0%. {note}"
    )


def choose_view(shown: Sequence[Shown]) -> bool:
    """Let several trajectories be laid over each other; returns whether they are."""
    if len(shown) < 2:
        publish(view=None)
        return False
    restore_option("view", list(VIEWS), default="apart")
    st.segmented_control(
        "Show the data sets", list(VIEWS), key="view", required=True, wrap=True, persist_state="session",
        label_visibility="collapsed", format_func=lambda name: f":gray[{VIEWS[name]}]",
    )  # fmt: skip
    publish(view=st.session_state["view"])
    return bool(st.session_state["view"] == "over")


def show_charts(comparison: Comparison, shown: Sequence[Shown], *, is_over: bool) -> None:
    """Show the charts, and what their marks mean."""
    if is_over:
        _show_over(shown)
    elif len(shown) == 1:
        cost = describe_cost(shown[0].data, measure=comparison.measure)
        st.subheader(_say_cost(cost, comparison.measure), anchor=False)
        _show_chart(comparison, shown[0], is_small=False)
    else:
        st.subheader("What does the same effort give on each?", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for one in shown:
                with st.container(width=chart_width(len(shown), alone=1000)):
                    cost = describe_cost(one.data, measure=comparison.measure)
                    st.markdown(f"**{escape(one.dataset.title)}**{f': {cost}' if cost else ''}")
                    _show_chart(comparison, one, is_small=True)
    small_print(
        "Medians over seeds, as in the paper. Band: where the trajectory runs with 90\u00a0% certainty, for this pool; "
        "corrected, since the best of many noisy points looks too good: the measured line may lie at its upper edge."
        + ("" if is_over else " Click a point for its records.")
    )


def _say_one(one: Shown) -> str:
    data, title = one.data, escape(one.dataset.title)
    n, vertices = len(data.points), data.vertices
    if n < MIN_POINTS:
        counted = "One labeling has" if n == 1 else "Two labelings have"
        return f"{counted} been measured on {title} at a price; a trajectory needs at least three."
    low, high = vertices["completeness"].min(), vertices["completeness"].max()
    slices = " to ".join(dict.fromkeys(_name_slices(portion) for portion in (low, high)))
    least, most = (int(vertices["n_volumes"].agg(end) + 1e-6) for end in ("min", "max"))
    volumes = format_count(least, "volume") if least == most else f"{least} to {most} volumes"
    worst = vertices["achieved_quality"].min()
    quality = "all drawn exactly" if worst > 0.9995 else f"quality from {format_share(worst)} up"
    return (
        f"On {title}, **{len(vertices)} of {n}** measured labelings are worth their effort: :blue[**{volumes}**], "
        f":green[**{slices}**], :orange[**{quality}**]."
    )


def _say_several(shown: Sequence[Shown]) -> str:
    priced = [
        (one.data.trajectory.frontier.points, one.data.full_effort) for one in shown if one.data.full_effort
    ]
    if len(priced) < 2:
        return (
            "Too few of these data sets have full labeling measured, so budgets are not shares of the same."
        )
    advice = compare_advice([points for points, _ in priced], full_efforts=[full for _, full in priced])
    return escape(describe_advice(advice))


def _name_slices(completeness: float) -> str:
    return describe_slices(Virtues(diversity=1.0, completeness=completeness, quality=1.0))


def _say_cost(cost: str | None, measure: EffortMeasure) -> str:
    if cost is None:
        return "What does more effort give?"
    return f"{cost.replace(' at ', ' of full performance costs ')}{measure.unit.ending}"


def _show_chart(comparison: Comparison, one: Shown, *, is_small: bool) -> None:
    data = one.data
    event = st.plotly_chart(
        draw_trajectory(data, palette=current_palette(), is_small=is_small), theme=None, width="stretch",
        key=f"trajectory_{one.dataset.id}", config=picture_config(f"frontier-{one.dataset.id}"),
        on_select="rerun", selection_mode="points",
        alt=f"Effort against Dice of {len(data.points)} combinations, and the line above them",
    )  # fmt: skip
    offer_records(event, data=one.dataset.id, protocol=comparison.protocol)


def _show_over(shown: Sequence[Shown]) -> None:
    data = trajectories_data([(one.dataset.title, one.data) for one in shown])
    st.subheader("Where do the data sets part?", anchor=False)
    if data is None:
        st.markdown("Full labeling was measured on none of them, so they have no common unit.")
        return
    st.plotly_chart(
        draw_trajectories(data, palette=current_palette()), theme=None, width="stretch", key="trajectories",
        config=picture_config("frontier"), alt="Trajectories of several data sets over shares of their full effort",
    )  # fmt: skip
    if data.left_out:
        small_print(f"Left out, without full labeling: {escape(', '.join(data.left_out))}.")
