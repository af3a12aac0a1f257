"""The flags of the questions that people ask of a project: one for each, so that a new one is named nowhere else."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from ..errors import RequestError
from ..planning.project import ProjectAnswer
from ..planning.questions import QUESTIONS, Finding, Question
from ..wording.questions import say_finding, say_nothing_known
from ..wording.spans import plain
from .flags import with_flags
from .printing import say

__all__ = ["Asked", "ask_all", "findings_as_json", "print_findings", "with_questions"]

Asked = Mapping[str, Mapping[str, float]]
"""Question's name → input's name → number; the usual one where none is given."""

Found = Mapping[Question, Finding | None]
"""What came back of each; None where nothing can be said."""


def with_questions(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every question: it takes what was asked as one keyword argument `asked`."""
    flags = [_flag(question) for question in QUESTIONS.values()]
    return with_flags(command, argument="asked", flags=flags, gather=_gather)


def _gather(given: Mapping[str, Any]) -> Asked:
    texts = {question: given[_key(question)] for question in QUESTIONS.values()}
    return {question.name: _parse(question, text) for question, text in texts.items() if text}


def ask_all(asked: Asked, answer: ProjectAnswer) -> Found:
    """Answer each question.

    Raises
    ------
    RequestError
        If a number is out of its range.
    """
    return {QUESTIONS[name]: QUESTIONS[name].ask(answer, typed) for name, typed in asked.items()}


def print_findings(findings: Found, answer: ProjectAnswer) -> None:
    """Print what came back of each question, a line each."""
    for question, found in findings.items():
        say(plain(say_finding(found, answer) if found else say_nothing_known(question.title)))


def findings_as_json(findings: Found) -> dict[str, object]:
    """Lay out what came back of each question: its numbers, or null where nothing can be said."""
    return {question.name: None if found is None else asdict(found) for question, found in findings.items()}


def _key(question: Question) -> str:
    return question.name.replace("-", "_")


def _flag(question: Question) -> inspect.Parameter:
    metavar = ",".join(one.name.upper() for one in question.inputs) or None
    option = typer.Option(f"--{question.name}", metavar=metavar, help=question.meaning)
    kind: Any = str if question.inputs else bool
    return inspect.Parameter(
        _key(question),
        inspect.Parameter.KEYWORD_ONLY,
        default="" if question.inputs else False,
        annotation=Annotated[kind, option],
    )


def _parse(question: Question, text: str | bool) -> dict[str, float]:
    """Read numbers with commas between them, in the order of the inputs; the last may be left out."""
    if not question.inputs:
        return {}
    names = [one.name for one in question.inputs]
    parts = str(text).split(",")
    try:
        if len(parts) > len(names):
            raise ValueError
        return {name: float(part) for name, part in zip(names, parts, strict=False)}
    except ValueError:
        wanted = ",".join(name.upper() for name in names)
        raise RequestError(
            f"--{question.name} takes {wanted} as numbers with a comma between them, got {str(text)[:40]!r}"
        ) from None
