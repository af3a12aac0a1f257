"""The question turned round: what a target Dice costs."""

from dataclasses import replace

from ...errors import RequestError
from ..priced import Priced
from .strategies import estimate_of, strategy_of
from .values import TargetCost

__all__ = ["find_target"]


def find_target(priced: Priced | None, *, target: float) -> TargetCost:
    """Find what a target Dice costs.

    Parameters
    ----------
    priced : Priced or None
        None where nothing was measured.
    target : float in (0, 1]

    Returns
    -------
    TargetCost
        The cheapest strategy, measured or not, whose expected Dice reaches the target, and in which share of draws it
        does; no strategy if it is out of reach.

    Raises
    ------
    RequestError
        If the target is not in (0, 1].
    """
    if not 0 < target <= 1:
        raise RequestError(f"the target is a Dice above 0 and at most 1, got {target:g}")
    unknown = TargetCost(target=target, strategy=None, estimate=None, reach_share=None, best_dice=None)
    if priced is None or priced.offers.empty:
        return unknown
    offers = priced.offers
    out_of_reach = replace(unknown, best_dice=float(offers["expected"].max()))
    reaching = offers[offers["expected"] >= target]
    if reaching.empty:
        return out_of_reach
    rows, draws = priced.draw_offers(reaching.iloc[[0]])
    row = rows.iloc[0]
    weights = ((int(row["combination"]), 1.0),)
    return replace(
        out_of_reach,
        strategy=strategy_of(row),
        estimate=estimate_of(row, draws=draws, weights=weights, full=priced.full, kind=row["kind"]),
        reach_share=float((draws.mix(weights) >= target).mean()) if draws.is_known else None,
    )
