"""Why?: the questions that people ask of the answer, one at a time, each with an address of its own."""

import streamlit as st

from simulator.figures.question import draw_question
from simulator.planning.project import ProjectAnswer
from simulator.planning.questions import QUESTIONS, Finding, Input, Question
from simulator.wording.questions import say_finding, say_nothing_known
from simulator.wording.spans import markdown

from ..common.kept import drawn, kept
from ..common.theme import current_palette, show_chart
from ..common.url_state import publish, restore_number, restore_option

__all__ = ["show_questions"]

CHART, WORDS = 528, 404
USUAL = next(iter(QUESTIONS))


def show_questions(answer: ProjectAnswer) -> None:
    """Answer one of the questions that people ask."""
    st.subheader("Why?", anchor="why")
    restore_option("ask", list(QUESTIONS), default=USUAL)
    asked = st.segmented_control(
        "Question",
        list(QUESTIONS),
        key="ask",
        required=True,
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda name: f":gray[{QUESTIONS[name].title}]",
    )
    question = QUESTIONS[asked or USUAL]
    with st.container(horizontal=True, gap="small"):
        # What is typed stands above the words and decides the chart on their left.
        beside, telling = st.container(width=CHART), st.container(width=WORDS)
        with telling:
            with st.container(horizontal=True, gap="small"):
                typed = {one.name: _ask(one, answer) for one in question.inputs}
            found = kept(_find, answer, question, tuple(typed.items()))
            st.markdown(markdown(say_finding(found, answer) if found else say_nothing_known(question.title)))
        if found is not None and found.chart is not None:
            with beside:
                show_chart(
                    drawn(draw_question, found.chart, palette=current_palette()),
                    key=f"question_{question.name}",
                    alt=question.meaning,
                )
    publish(ask=None if question.name == USUAL else question.name)
    for other in QUESTIONS.values():
        publish(**{one.name: typed.get(one.name) for one in other.inputs})


def _find(answer: ProjectAnswer, question: Question, typed: tuple[tuple[str, float], ...]) -> Finding | None:
    return question.ask(answer, dict(typed))


def _ask(one: Input, answer: ProjectAnswer) -> float:
    """Let a number be typed; the usual one until somebody does."""
    high = one.high(answer)
    restore_number(f"ask_{one.name}", low=one.low, high=high, default=one.usual(answer), parameter=one.name)
    return float(
        st.number_input(
            one.title, one.low, high, step=one.step, key=f"ask_{one.name}", width=190, format="%g"
        )
    )
