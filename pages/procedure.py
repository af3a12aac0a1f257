"""Procedure: the paper's four steps for one's own project, each with its evidence (paper §4)."""

from pages.shared.frame import begin_page, page_body
from pages.shared.procedure.afterwards import show_afterwards
from pages.shared.procedure.amount import show_amount
from pages.shared.procedure.ending import show_ending
from pages.shared.procedure.findings import find_growth, find_quality
from pages.shared.procedure.precision import show_precision
from pages.shared.procedure.watching import show_watching
from pages.shared.protocol import show_protocol
from pages.shared.question import ask_question
from simulator.effort import MEASURES

settings = begin_page()
with page_body():
    asked = ask_question(
        "How do you proceed, step by step?", settings=settings, measure=MEASURES["hours"], has_minimum=True
    )
    growth = find_growth(asked)

    aim = show_precision(asked, find_quality(asked), settings=settings)
    show_amount(asked, settings=settings)
    n_held_out = show_watching(asked, growth, settings=settings)
    branch = show_afterwards(asked, growth, settings=settings)
    show_ending(asked, aim=aim, n_held_out=n_held_out, branch=branch)
    if growth is not None:
        show_protocol(asked.protocol, names=[asked.dataset.reference.name], settings=settings)
