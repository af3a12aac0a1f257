"""What a question is that people ask of a project's answer: what may be typed, and what comes back.

A finding holds numbers alone: `wording.questions` says it, `figures.question` draws its chart, pages and commands know
neither by name.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...errors import RequestError
from ..project import ProjectAnswer
from .charts import Curve, Differences

__all__ = ["Finding", "Input", "Question"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What comes back of a question; each question has a kind of its own.

    Parameters
    ----------
    chart : Differences or Curve or None
        None where there is nothing to draw.
    """

    chart: Differences | Curve | None


@dataclass(frozen=True, kw_only=True)
class Input:
    """One number that a question asks for.

    Parameters
    ----------
    name : str
        In the address.
    title : str
        On the page, with its unit.
    low : float
    high, usual : callable
        ``(answer) -> float``: the largest, and the one that is taken if nobody types another; of her own volumes.
    step : float
    """

    name: str
    title: str
    low: float
    high: Callable[[ProjectAnswer], float]
    usual: Callable[[ProjectAnswer], float]
    step: float


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    Parameters
    ----------
    name : str
        In the address, and as the flag on the command line.
    title : str
        As the page says it.
    meaning : str
        What it asks, for the command line.
    inputs : tuple of Input, default=()
    answer : callable
        ``(answer, **inputs) -> Finding or None``: None where nothing can be said, because there is no plan or nothing
        like it was measured.
    """

    name: str
    title: str
    meaning: str
    answer: Callable[..., Finding | None]
    inputs: tuple[Input, ...] = ()

    def ask(self, answer: ProjectAnswer, typed: Mapping[str, float]) -> Finding | None:
        """Answer with what was typed, and the usual number for what was not.

        Raises
        ------
        RequestError
            If a number is out of its range; the message names both.
        """
        numbers = {one.name: typed.get(one.name, one.usual(answer)) for one in self.inputs}
        for one in self.inputs:
            number, high = numbers[one.name], one.high(answer)
            if not (math.isfinite(number) and one.low <= number <= high):
                raise RequestError(
                    f"{self.name}: {one.title[0].lower()}{one.title[1:]} must be from {one.low:g} to {high:g}, got "
                    f"{number:g}"
                )
        return self.answer(answer, **numbers)
