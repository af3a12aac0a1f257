"""From records to an answer: combinations, the frontier, what is measurable, and a recommendation (paper §2.2, §4)."""

from .combinations import combine
from .frontier.hull import Frontier, find_frontier
from .recommendation.recommend import check_budget, recommend
from .recommendation.suggestions import first_look
from .recommendation.target import effort_of_target
from .recommendation.values import Alternative, Estimate, NextStep, Recommendation, Strategy, TargetCost
from .runs import (
    choose_runs,
    describe_dataset,
    explain_missing,
    keep_proxy,
    measured_datasets,
    reference_of,
)

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
