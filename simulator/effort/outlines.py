"""How many exact outlines, each reviewed, the drawing of a run takes as long as."""

import pandas as pd

from ..virtues import PROXIES
from .prices import Prices

__all__ = ["count_outlines"]


def count_outlines(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Count the slices that are drawn, in the time of exact outlines and their review.

    Parameters
    ----------
    runs : DataFrame
        With ``n_slices_drawn``, and where some of these are unknown, ``n_slices_used`` and ``proxy``.
    prices : Prices
        Its ``outlining_percent`` holds for proxies of which no source says how long they take.

    Returns
    -------
    Series, dtype float64
        Where every slice is drawn only less exactly, the share of the time that the proxy or the price says; NaN where
        neither says how long such outlines take. A second reader looks at them as long as at exact ones.
    """
    drawn = runs["n_slices_drawn"].astype("float64")
    if "proxy" not in runs or drawn.notna().all():
        return drawn
    given = prices.outlining_percent / 100 or None
    shares = {name: _with_review(proxy.outlining_share or given, prices) for name, proxy in PROXIES.items()}
    return drawn.fillna(runs["n_slices_used"] * runs["proxy"].map(shares).astype("float64"))


def _with_review(share: float | None, prices: Prices) -> float | None:
    if share is None or not prices.review_seconds:
        return share
    return (share * prices.drawing_seconds + prices.review_seconds) / prices.slice_seconds
