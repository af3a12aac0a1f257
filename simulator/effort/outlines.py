"""How many exact outlines the drawing of a run takes as long as."""

import pandas as pd

from ..virtues import PROXIES

__all__ = ["count_outlines"]


def count_outlines(runs: pd.DataFrame) -> pd.Series:
    """Count the slices that are drawn, in the time of exact outlines.

    Parameters
    ----------
    runs : DataFrame
        With ``n_slices_drawn``, and where some of these are unknown, ``n_slices_used`` and ``proxy``.

    Returns
    -------
    Series, dtype float64
        Where every slice is drawn only less exactly, the share of the time that the proxy says; NaN where no source
        says how long such outlines take.
    """
    drawn = runs["n_slices_drawn"].astype("float64")
    if "proxy" not in runs:
        return drawn
    shares = {name: proxy.outlining_share for name, proxy in PROXIES.items()}
    return drawn.fillna(runs["n_slices_used"] * runs["proxy"].map(shares).astype("float64"))
