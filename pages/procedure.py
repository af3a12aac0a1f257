"""Procedure: the paper's four steps for one's own project, each with its evidence (paper §4)."""

from pages.shared.frame import begin_page, page_body
from pages.shared.procedure.afterwards import show_afterwards
from pages.shared.procedure.amount import show_amount
from pages.shared.procedure.ending import show_ending
from pages.shared.procedure.precision import show_precision
from pages.shared.procedure.watching import show_watching
from pages.shared.protocol import show_protocol
from pages.shared.question import ask_question
from simulator.analysis.evidence import gather_evidence
from simulator.effort import MEASURES

settings = begin_page()
with page_body():
    asked = ask_question(
        "How do you proceed, step by step?", settings=settings, measure=MEASURES["hours"], has_minimum=True
    )
    evidence = None if asked.runs.empty else gather_evidence(asked.runs, prices=asked.prices)

    aim = show_precision(asked, settings=settings)
    show_amount(asked, settings=settings)
    n_held_out = show_watching(asked, evidence, settings=settings)
    branch = show_afterwards(asked, evidence, settings=settings)
    show_ending(asked, aim=aim, n_held_out=n_held_out, branch=branch)
    if evidence is not None:
        show_protocol(asked.protocol, settings=settings)
