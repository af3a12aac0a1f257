"""What the published data sets say of one that was not: the prior of its law."""

from functools import lru_cache

import pandas as pd

from ..records import DatasetReference
from ..statistics.process import Process
from .combinations import combination_codes, combine_with_uncertainty, is_full
from .law.candidates import Ranges, measured_ranges
from .law.law import fit_law
from .law.prior import NO_PRIOR, Prior, learn_prior
from .runs import RunsByKey, keep_proxy, reference_of

__all__ = ["learn_from_others"]

ENOUGH = 24
"""Configurations of a data set from which on others learn from it."""


def learn_from_others(
    table: pd.DataFrame, *, reference: DatasetReference, protocol: str, proxy: str
) -> Prior:
    """Learn what published data sets say of another.

    Parameters
    ----------
    table : DataFrame
        The store's run table.
    reference : DatasetReference
        The data set; one of the same name may hold the same volumes, so nothing is learned from it.
    protocol, proxy : str
        Only runs like these are read.

    Returns
    -------
    Prior
        `NO_PRIOR` for a data set that is published itself: its own records say more.
    """
    published = table[(table["source"] == "published") & (table["protocol"] == protocol)]
    if (published["fingerprint"] == reference.fingerprint).any():
        return NO_PRIOR
    laws: dict[str, tuple[Process, Ranges]] = {}
    for _, runs in published[published["name"] != reference.name].groupby("fingerprint"):
        found = _fit(RunsByKey(keep_proxy(runs, proxy)))
        if found is not None:
            laws[reference_of(runs).name] = found
    return learn_prior(laws)


@lru_cache(maxsize=16)
def _fit(found: RunsByKey) -> tuple[Process, Ranges] | None:
    """Fit the law of some runs; None where they are too few to learn from."""
    combinations, uncertainty = combine_with_uncertainty(found.runs)
    if len(combinations) < ENOUGH or not is_full(combinations).any():
        return None
    codes = combination_codes(found.runs)
    law = fit_law(found.runs, codes, combinations=combinations, uncertainty=uncertainty)
    return law.process, measured_ranges(combinations)
