"""Volumes kept for testing come out of the same pool as those to label (paper §4, step 3)."""

import pandas as pd

__all__ = ["leave_volumes"]


def leave_volumes(runs: pd.DataFrame, *, n_held_out: int) -> pd.DataFrame:
    """Keep the runs that leave at least so many volumes of the pool unlabeled.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol.
    n_held_out : int
        With 0 all are kept; else full labeling is not among them, so nothing is a share of it.

    Returns
    -------
    DataFrame
        With a fresh index.
    """
    is_left = runs["n_volumes"] + n_held_out <= runs["n_pool"]
    return runs[is_left].reset_index(drop=True)
