"""From records to an answer: combinations, the frontier, what is measurable, and a recommendation (paper §2.2, §4)."""

from .combinations import combine
from .frontier.hull import Frontier, find_frontier
from .opening import open_study
from .recommendation.suggestions import first_look
from .recommendation.values import Alternative, Estimate, NextStep, Recommendation, Strategy, TargetCost
from .runs import (
    choose_runs,
    describe_dataset,
    explain_missing,
    keep_proxy,
    measured_datasets,
    reference_of,
)
from .study import Study, make_studies, make_study

__all__ = [
    "Alternative",
    "Estimate",
    "Frontier",
    "NextStep",
    "Recommendation",
    "Strategy",
    "Study",
    "TargetCost",
    "choose_runs",
    "combine",
    "describe_dataset",
    "explain_missing",
    "find_frontier",
    "first_look",
    "keep_proxy",
    "make_studies",
    "make_study",
    "measured_datasets",
    "open_study",
    "reference_of",
]
