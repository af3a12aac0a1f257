"""The button that hands a plan over: what annotators open, and what lies in the zip."""

import re
from functools import partial

import streamlit as st

from simulator.planning.project import ProjectAnswer
from simulator.planning.tools import NO_TOOL, TOOLS, Tool, get_tool
from simulator.planning.visits import hold_to_plan
from simulator.reports.handover import pack_handover
from simulator.settings import Settings

from ..common.projects import is_example, save_project
from ..common.theme import small_print
from .contents import list_contents, make_plan
from .measuring import can_measure, offer_measuring, say_what_measuring_needs

__all__ = ["offer_handover", "show_handover"]

WIDTH = 600


def offer_handover(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Offer the plan as a zip, the way to measure on volumes of one's own, and the evidence."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if answer.strategy is not None:
            show_handover(answer, settings=settings)
        if can_measure(answer.project, settings=settings):
            offer_measuring(answer, key="measure_on_mine", settings=settings)
        else:
            say_what_measuring_needs()
        if answer.strategy is not None:
            st.markdown("[Why?](#why)", width="content")


def show_handover(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Show the button under which the plan of an answer that has one is handed over."""
    is_mine = not is_example(answer.project)
    with st.popover(
        "Hand over", type="primary" if is_mine else "secondary", icon=":material/drive_file_move:"
    ):
        _show_contents(answer, settings=settings)


def _show_contents(answer: ProjectAnswer, *, settings: Settings) -> None:
    has_images = bool(answer.project.folder) and any(volume.path for volume in answer.project.volumes)
    with st.container(width=WIDTH if has_images else WIDTH // 2 + 60):
        if has_images:
            left, right = st.columns(2)
            with left:
                tool = _choose_tool(answer)
            with right:
                list_contents(answer, tool)
        else:
            tool = None
            list_contents(answer, None)
            *titles, last = (one.title for one in TOOLS.values())
            small_print(
                f"Files for {', '.join(titles)} or {last} need the images: give their folder under My volumes."
            )
        st.download_button(
            "Download the zip",
            partial(_pack, answer, tool),
            file_name=f"{_safe(answer.project.name)}.zip",
            mime="application/zip",
            type="primary",
            icon=":material/download:",
            on_click=partial(_hold_to, answer, tool, settings),
        )


def _choose_tool(answer: ProjectAnswer) -> Tool | None:
    names = [*TOOLS, NO_TOOL]
    place = names.index(answer.project.tool) if answer.project.tool in names else 0
    chosen = st.radio(
        "Your annotators' tool",
        names,
        index=place,
        format_func=lambda name: TOOLS[name].title if name in TOOLS else "None",
    )
    return get_tool(chosen)


def _pack(answer: ProjectAnswer, tool: Tool | None) -> bytes:
    return pack_handover(make_plan(answer), tool=tool)


def _hold_to(answer: ProjectAnswer, tool: Tool | None, settings: Settings) -> None:
    """Remember what annotators were told: from then on progress is held against it."""
    if is_example(answer.project):
        return
    save_project(hold_to_plan(answer, tool="" if tool is None else tool.name), settings=settings)


def _safe(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "project"
