"""Effort: what a labeling strategy costs, by named measures (paper §2.2, §3.1, §3.3).

Every measure is computed from what a simulation *achieved* (counts), not from the shares that were asked for.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ..errors import RequestError
from .cost import COST
from .diversity_x_completeness import DIVERSITY_X_COMPLETENESS
from .diversity_x_quality import DIVERSITY_X_QUALITY
from .hours import HOURS
from .measure import EffortMeasure
from .presets import PRESETS, WAYS, Preset, get_preset, prices_of
from .prices import PRICES, Price, Prices
from .slices_drawn import SLICES_DRAWN
from .unit import Unit

__all__ = [
    "MEASURES",
    "PRESETS",
    "PRICES",
    "WAYS",
    "EffortMeasure",
    "Preset",
    "Price",
    "Prices",
    "Unit",
    "get_measure",
    "get_preset",
    "prices_of",
]

_MEASURES = {
    measure.name: measure
    for measure in (
        HOURS,
        COST,
        SLICES_DRAWN,
        DIVERSITY_X_QUALITY,
        DIVERSITY_X_COMPLETENESS,
    )
}

MEASURES: Mapping[str, EffortMeasure] = MappingProxyType(_MEASURES)
"""Name → measure, in the order in which pages offer them."""


def get_measure(name: str) -> EffortMeasure:
    """Look up a measure of effort by name.

    Raises
    ------
    RequestError
        If no measure has this name.
    """
    if name not in MEASURES:
        raise RequestError(f"effort must be one of {', '.join(MEASURES)}; got {name!r}")
    return MEASURES[name]
