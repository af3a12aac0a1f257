"""From records to an answer: combinations, the frontier, what is measurable, and a recommendation (paper §2.2, §4)."""

from .frontier import Frontier, find_frontier
from .values import Alternative, Estimate, NextStep, Recommendation, Strategy, TargetCost

__all__ = [
    "Alternative",
    "Estimate",
    "Frontier",
    "NextStep",
    "Recommendation",
    "Strategy",
    "TargetCost",
    "find_frontier",
]
