"""``project show``: what to label, what is asked of it, and how far it is."""

from dataclasses import replace
from typing import Annotated

import typer

from ...planning.progress import find_progress
from ...planning.visits import plan_project
from ...settings import load_settings
from ..asking import Asked, ask_all, findings_as_json, print_findings, with_questions
from ..options import JsonOption, print_json
from ..telling import print_answer, print_progress, print_references, project_as_json, references_as_json
from .answering import WageOption, answer_known
from .finding import NameArgument

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
@with_questions
def show(
    name: NameArgument,
    *,
    asked: Asked,
    references: Annotated[
        bool, typer.Option("--references", help="Also what the answer could rest on, the most like first.")
    ] = False,
    wage: WageOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a project, and what is asked of it; say how far it is."""
    project, answer = answer_known(name, settings=load_settings())
    if wage is not None:
        answer = replace(answer, project=project.changed(wage=wage))
    findings = ask_all(asked, answer)
    if json:
        more = {"asked": findings_as_json(findings)} if findings else {}
        print_json(project_as_json(answer) | more | (references_as_json(answer) if references else {}))
        return
    print_answer(answer, json=False)
    print_findings(findings, answer)
    if references:
        print_references(answer)
    if project.is_begun:
        print_progress(find_progress(plan_project(answer)), json=False)
