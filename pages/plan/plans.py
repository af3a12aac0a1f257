"""The parts of the Plan page: the volumes it chooses from, its passes, its rows."""

import shlex
from functools import partial

import streamlit as st

from simulator.effort import EffortMeasure, Prices
from simulator.formats import format_count, format_options
from simulator.planning import (
    EXPORTS,
    Inventory,
    Plan,
    PlanContext,
    find_published_inventory,
    pack_plan,
    take_inventory,
)
from simulator.planning.inventory_csv import INVENTORY_COLUMNS
from simulator.protocols import FAST
from simulator.records import DatasetReference, Virtues
from simulator.settings import Settings
from simulator.wording.plans import say_pass, say_passes, say_unpriced_hours
from simulator.wording.spans import join, markdown

from ..common.escape import escape
from ..common.frame import open_page
from ..common.question import Question
from ..common.theme import small_print
from ..common.wording import TERMINAL
from ..data.opening import find_prepared

__all__ = [
    "choose_passes",
    "explain_passes",
    "find_inventory",
    "show_command",
    "show_downloads",
    "show_ids",
    "show_minimum",
    "show_no_volumes",
    "show_passes",
    "show_rows",
    "show_short_volumes",
]

N_ROWS = 50
NUMBERS = ("No", "One", "Two", "Three")
ORDINALS = ("", "First", "Second", "Third")


def find_inventory(reference: DatasetReference, *, settings: Settings) -> Inventory | None:
    """Find the inventory of a data set: by names where its volumes are prepared here, else by published ids."""
    prepared = find_prepared(reference, settings=settings)
    return (
        take_inventory(prepared)
        if prepared
        else find_published_inventory(reference, folder=settings.published)
    )


def show_downloads(plan: Plan, context: PlanContext) -> None:
    """Offer the plan in every format, the first of them as the usual one."""
    for place, export in enumerate(EXPORTS.values()):
        st.download_button(
            f"Download the plan ({export.title})",
            partial(pack_plan, export, plan, context),
            file_name=f"plan{export.suffix}",
            mime=export.media_type,
            help=f"{export.help[0].upper()}{export.help[1:]}.",
            on_click="ignore",
            type="primary" if place == 0 else "secondary",
            icon=":material/download:",
        )


def show_no_volumes(asked: Question, *, settings: Settings) -> None:
    """Say that the volumes are not here, and how the same question gets a plan for one's own."""
    with st.container(border=True):
        st.header(
            f"The volumes of {escape(asked.dataset.title)} are not on this machine, so no slice can be named.",
            anchor=False,
        )
        show_command(asked)
        if settings.data_roots and st.button(
            "Open the data set itself on Data", icon=":material/view_in_ar:"
        ):
            open_page("data")


def explain_passes(plan: Plan) -> None:
    """Say what several passes are for, and where their hours are unknown."""
    small_print(markdown(join([say_passes(plan), say_unpriced_hours(plan)])))


def show_command(asked: Question) -> None:
    """Offer the same question's plan for one's own volumes, that are not labeled yet."""
    st.markdown("For your own volumes, listed in a file `VOLUMES.csv`, a terminal makes a plan:")
    st.code(_command(asked), language="bash", wrap_lines=True)
    small_print(
        f"One row a volume, with the columns {', '.join(INVENTORY_COLUMNS)}; slices count from 0, and the structure "
        "is on all from the first to the last."
    )


def _command(asked: Question) -> str:
    """Write the command that answers the question of this page for other volumes; usual choices are left out."""
    usual = Prices()
    options = {
        "reference": asked.dataset.id,
        "effort": asked.measure.name,
        "budget": f"{asked.budget:g}",
        "protocol": asked.protocol if asked.protocol != FAST.name else None,
        "proxy": asked.proxy if asked.proxy != Virtues.full().proxy else None,
        **{
            field.replace("_", "-"): f"{getattr(asked.prices, field):g}"
            for field in asked.measure.prices
            if getattr(asked.prices, field) != getattr(usual, field)
        },
        "at-least": asked.n_slices_least or None,
    }
    words = [*TERMINAL.split(), "plan", "--inventory", "VOLUMES.csv", *format_options(options)]
    return shlex.join([*words, "-o", "plan.csv"])


def show_minimum(n_slices: int) -> None:
    """Say that the plan keeps to the least number of slices a volume, and let it be dropped."""
    if n_slices:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"As decided on Procedure: at least :green[**{format_count(n_slices, 'slice')} a volume**] on average.",
                width="content",
            )
            st.button("Drop this", type="tertiary", icon=":material/close:", on_click=_drop_minimum)


def show_ids(plan: Plan) -> None:
    """Say where a plan that knows its volumes by ids alone gets their names from."""
    if all(volume.name == volume.id for volume in plan.inventory.volumes):
        small_print(
            "Volumes stand here by ids of their content; once the data set is prepared on Data, by names. "
            f"`{TERMINAL} datasets inspect FOLDER` says which file has which id."
        )


def show_short_volumes(plan: Plan, *, n_slices_least: int) -> None:
    """Say how many volumes get fewer slices than the least: slices are shared out by size."""
    n_short = int((plan.rows.groupby("volume").size() < n_slices_least).sum())
    if n_short:
        small_print(
            f"{n_short} of {plan.n_volumes} volumes get fewer than {format_count(n_slices_least, 'slice')}: slices are "
            "shared out by the structure's length."
        )


def _drop_minimum() -> None:
    st.session_state["atleast"] = 0


def show_passes(plan: Plan, *, measure: EffortMeasure) -> None:
    """Show a card for each pass: what is labeled, and what to expect then."""
    number = NUMBERS[len(plan.passes)]
    st.subheader(
        f"{number} passes, each a stopping point" if len(plan.passes) > 1 else "One pass", anchor=False
    )
    # Three columns even for fewer passes: a card does not grow to the whole width.
    for column, step in zip(st.columns(3), plan.passes, strict=False):
        with column, st.container(border=True, height="stretch"):
            amount, density, expectation = map(markdown, say_pass(step, measure=measure))
            st.markdown(f"**{ORDINALS[step.number]} pass**: {amount}")
            small_print(density)
            st.markdown(expectation)


def choose_passes(plan: Plan) -> int:
    """Let the passes that the calendar shows be chosen."""
    options = list(range(1, len(plan.passes) + 1))
    if len(options) == 1:
        return 1
    names = (
        {1: "First", 2: "First and second", 3: "All three"} if len(options) == 3 else {1: "First", 2: "Both"}
    )
    chosen = st.segmented_control(
        "Passes",
        options,
        default=options[-1],
        required=True,
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda n: f":gray[{names[n]}]",
    )
    return int(chosen or options[-1])


def show_rows(plan: Plan) -> None:
    """Show the first rows of the plan as a table."""
    n_rows = min(N_ROWS, plan.n_slices)
    st.subheader(
        f"The first {n_rows} rows of {plan.n_slices:,}" if n_rows < plan.n_slices else "All rows",
        anchor=False,
    )
    st.dataframe(
        plan.rows.head(n_rows),
        hide_index=True,
        alt="The first rows of the plan",
        column_order=[
            "order",
            "volume",
            "slice_index",
            "axis",
            "position_mm",
            "instruction",
            "target_quality",
            "step",
            "cumulative_effort_share",
        ],
        column_config={
            "order": "Order",
            "volume": "Volume",
            "slice_index": "Slice",
            "axis": "Axis",
            "position_mm": st.column_config.NumberColumn("Position", format="%.1f mm"),
            "instruction": "What to do",
            "target_quality": st.column_config.NumberColumn("Quality", format="percent"),
            "step": "Pass",
            "cumulative_effort_share": st.column_config.ProgressColumn("Effort so far", format="percent"),
        },
    )
