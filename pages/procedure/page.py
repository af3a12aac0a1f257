"""Procedure: the paper's four steps on one measured data set, each with its evidence (paper §4)."""

from pages.common.frame import begin_page, page_body
from pages.common.protocol import show_protocol
from pages.procedure.afterwards import show_afterwards
from pages.procedure.amount import show_amount
from pages.procedure.findings import find_growth, find_quality
from pages.procedure.precision import show_precision
from pages.procedure.question import ask_question
from pages.procedure.watching import show_watching

settings = begin_page()
with page_body():
    asked = ask_question("How do you proceed, step by step?", settings=settings)
    growth = find_growth(asked)

    show_precision(asked, find_quality(asked), settings=settings)
    show_amount(asked, settings=settings)
    show_watching(asked, growth, settings=settings)
    show_afterwards(asked, growth, settings=settings)
    if growth is not None:
        show_protocol(asked.protocol, names=[asked.dataset.reference.name], settings=settings)
