"""From records to an answer: combinations, the frontier, what is measurable, and a recommendation (paper §2.2, §4)."""

from .combinations import combine
from .frontier import Frontier, find_frontier
from .recommendation import check_budget, recommend
from .runs import (
    choose_runs,
    describe_dataset,
    explain_missing,
    keep_proxy,
    measured_datasets,
    reference_of,
)
from .suggestions import first_look
from .target import effort_of_target
from .values import Alternative, Estimate, NextStep, Recommendation, Strategy, TargetCost

__all__ = [
    "Alternative",
    "Estimate",
    "Frontier",
    "NextStep",
    "Recommendation",
    "Strategy",
    "TargetCost",
    "check_budget",
    "choose_runs",
    "combine",
    "describe_dataset",
    "effort_of_target",
    "explain_missing",
    "find_frontier",
    "first_look",
    "keep_proxy",
    "measured_datasets",
    "recommend",
    "reference_of",
]
