"""What lies in the zip that is handed over: a line a file, how large it is, and whose files are missing."""

from dataclasses import replace

import streamlit as st

from simulator.formats import format_bytes, format_count
from simulator.planning.project import ProjectAnswer
from simulator.planning.tools import TOOLS, Tool
from simulator.planning.visits import ProjectPlan, hold_to_plan, plan_project
from simulator.reports.foresight import Foresight, foresee_handover
from simulator.reports.handover import CONTENTS
from simulator.wording.passed_over import say_passed_over

from ..common.escape import escape
from ..common.theme import small_print

__all__ = ["list_contents", "make_plan"]

MOST_LINES = 2
"""Of what is passed over; the sheet names all."""


def make_plan(answer: ProjectAnswer) -> ProjectPlan:
    """Make the plan that is handed over."""
    return plan_project(replace(answer, project=hold_to_plan(answer)))


def list_contents(answer: ProjectAnswer, tool: Tool | None) -> None:
    """Say what lies in the zip; of a tool's files also how large they are, and which volumes get none."""
    known = None if tool is None else _foresee(_key(answer), tool.name, answer)
    st.markdown("**In the zip**" if known is None else f"**In the zip**, about {format_bytes(known.n_bytes)}")
    lines = CONTENTS | ({} if tool is None else {f"{tool.name}/": tool.contents})
    st.markdown("  \n".join(f"**{name}** {what}" for name, what in lines.items()))
    if tool is not None and known is not None and known.passed_over:
        _name_passed_over(known, tool)


def _name_passed_over(known: Foresight, tool: Tool) -> None:
    said = say_passed_over(known.passed_over)
    more = " The sheet names all." if len(said) > MOST_LINES else ""
    small_print(
        f"**Without files for {tool.title}: {format_count(len(known.passed_over), 'volume')}.** "
        f"{' '.join(map(escape, said[:MOST_LINES]))}{more}"
    )


def _key(answer: ProjectAnswer) -> str:
    """Write what a plan follows from."""
    return f"{answer.project.model_dump_json()} {answer.strategy} {answer.n_testing}"


@st.cache_data(show_spinner=False, max_entries=8, ttl="1m")
def _foresee(key: str, tool: str, _answer: ProjectAnswer) -> Foresight:
    return foresee_handover(make_plan(_answer), tool=TOOLS[tool])
