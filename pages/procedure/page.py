"""Procedure: the paper's four steps for one's own project, each with its evidence (paper §4)."""

from pages.common.frame import begin_page, page_body
from pages.common.held_out import recall_held_out
from pages.common.protocol import show_protocol
from pages.common.question import ask_question
from pages.procedure.afterwards import show_afterwards
from pages.procedure.amount import show_amount
from pages.procedure.ending import show_ending
from pages.procedure.findings import find_growth, find_quality
from pages.procedure.precision import show_precision
from pages.procedure.watching import show_watching
from simulator.effort import MEASURES

settings = begin_page()
with page_body():
    asked = ask_question(
        "How do you proceed, step by step?",
        settings=settings,
        measure=MEASURES["hours"],
        has_minimum=True,
        recall_apart=recall_held_out,
    )
    growth = find_growth(asked)

    aim = show_precision(asked, find_quality(asked), settings=settings)
    show_amount(asked, settings=settings)
    show_watching(asked, growth, settings=settings)
    branch = show_afterwards(asked, growth, settings=settings)
    show_ending(asked, aim=aim, branch=branch)
    if growth is not None:
        show_protocol(asked.protocol, names=[asked.dataset.reference.name], settings=settings)
