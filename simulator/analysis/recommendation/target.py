"""The question turned round: what a target Dice costs."""

from dataclasses import replace

import pandas as pd

from ...effort import EffortMeasure, Prices
from ...errors import RequestError
from ...statistics.uncertainty import draw_performance
from ..combinations import combine_with_chances
from ..frontier.hull import find_frontier
from .strategies import estimate_of, full_number, strategy_of
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
        The cheapest measured strategy whose expected Dice reaches the target, and in which share of draws it does; no
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
    combinations, chances = combine_with_chances(runs, measure=measure, prices=prices)
    points = find_frontier(combinations).points
    if points.empty:
        return unknown
    out_of_reach = replace(unknown, best_dice=float(points["expected"].max()))
    reaching = points[points["expected"] >= target]
    if reaching.empty:
        return out_of_reach
    row = reaching.iloc[0]
    weights = ((int(row["combination"]), 1.0),)
    draws = draw_performance(chances)
    return replace(
        out_of_reach,
        strategy=strategy_of(row),
        estimate=estimate_of(row, draws=draws, weights=weights, full=full_number(combinations)),
        reach_share=float((draws.mix(weights) >= target).mean()) if draws.is_known else None,
    )
