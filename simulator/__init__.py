"""Labelwise: what should be labeled, by experiment.

Read from top to bottom, the modules are the flow of the method (Zharov et al., "Optimizing the Procedure of CT
Segmentation Labeling"): a reference data set is degraded along three virtues, a model is trained for each
combination, and the answer is read off the convex frontier of effort against performance.

Examples
--------
>>> import simulator as labelwise
>>> labelwise.open_study("phantom").recommend(hours=1).strategy.n_volumes
16
"""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from .rooms import open_rooms

if TYPE_CHECKING:
    from .analysis import Recommendation, Study, open_study
    from .effort import MEASURES, Prices
    from .errors import LabelwiseError
    from .planning import Inventory, Plan, make_plan, parse_inventory, recommend_for

__all__ = [
    "MEASURES",
    "Inventory",
    "LabelwiseError",
    "Plan",
    "Prices",
    "Recommendation",
    "Study",
    "make_plan",
    "open_study",
    "parse_inventory",
    "recommend_for",
]

__version__ = "0.1.0"

_ROOMS: Mapping[str, str] = MappingProxyType(
    {
        "MEASURES": ".effort",
        "Inventory": ".planning",
        "LabelwiseError": ".errors",
        "Plan": ".planning",
        "Prices": ".effort",
        "Recommendation": ".analysis",
        "Study": ".analysis",
        "make_plan": ".planning",
        "open_study": ".analysis",
        "parse_inventory": ".planning",
        "recommend_for": ".planning",
    }
)
"""Public name → where it is defined; loaded when it is asked for, so that a process that trains loads only training."""

# Where processes share no semaphore each import of joblib says so in two lines; commands say in one what it means.
warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode", category=UserWarning)

__getattr__ = open_rooms(__name__, _ROOMS)
