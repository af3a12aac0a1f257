"""What people ask of a project's answer, one question a file, and the one list of them."""

from collections.abc import Mapping
from types import MappingProxyType

from .already import ALREADY
from .charts import Curve, Differences
from .how_many import HOW_MANY
from .more_hours import MORE_HOURS
from .other_plans import OTHER_PLANS
from .question import Finding, Input, Question
from .target import TARGET
from .two_annotators import TWO_ANNOTATORS

__all__ = ["QUESTIONS", "Curve", "Differences", "Finding", "Input", "Question"]

QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        question.name: question
        for question in (
            OTHER_PLANS,
            MORE_HOURS,
            TARGET,
            HOW_MANY,
            TWO_ANNOTATORS,
            ALREADY,
        )
    }
)
"""Name → question, in the order in which the page offers them."""
