"""The question turned round: what a target Dice costs."""

from dataclasses import replace

import pandas as pd

from ..effort import EffortMeasure, Prices
from ..errors import RequestError
from .combinations import combination_codes, combine
from .frontier import find_frontier
from .strategies import estimate_of, strategy_of
from .uncertainty import Resamples
from .values import TargetCost

__all__ = ["effort_of_target"]


def effort_of_target(
    runs: pd.DataFrame, *, target: float, measure: EffortMeasure, prices: Prices
) -> TargetCost:
    """Find what a target Dice costs.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`; may be empty.
    target : float in (0, 1]
    measure : EffortMeasure
    prices : Prices

    Returns
    -------
    TargetCost
        The cheapest measured strategy whose mean Dice reaches the target, and in which share of resamples it does; no
        strategy if it is out of reach.

    Raises
    ------
    RequestError
        If the target is not in (0, 1].
    """
    if not 0 < target <= 1:
        raise RequestError(f"the target is a Dice above 0 and at most 1, got {target:g}")
    unknown = TargetCost(target=target, strategy=None, estimate=None, reach_share=None, best_dice=None)
    if runs.empty:
        return unknown
    points = find_frontier(combine(runs, measure=measure, prices=prices)).points
    if points.empty:
        return unknown
    out_of_reach = replace(unknown, best_dice=float(points["dice"].max()))
    reaching = points[points["dice"] >= target]
    if reaching.empty:
        return out_of_reach
    row = reaching.iloc[0]
    number = int(row["combination"])
    means = Resamples.of(runs, combination_codes(runs), [number]).mix([(number, 1.0)])
    return replace(
        out_of_reach,
        strategy=strategy_of(row),
        estimate=estimate_of(row),
        reach_share=float((means >= target).mean()),
    )
