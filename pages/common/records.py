"""What pages read: the run table, and the data sets that can be chosen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis import Study, make_study, measured_datasets
from simulator.analysis.agreement import Agreement, estimate_agreement
from simulator.analysis.law.prior import NO_PRIOR, Prior
from simulator.analysis.law.space import Space
from simulator.analysis.runs import RunsByKey
from simulator.datasets import CATALOGUE, list_prepared
from simulator.effort import Prices
from simulator.planning.scoring import is_labeled_set
from simulator.protocols import SMOKE
from simulator.records import DatasetReference
from simulator.settings import Settings
from simulator.store import open_store, read_comparisons

from .kept import kept

__all__ = [
    "KnownDataset",
    "known_datasets",
    "known_keys",
    "read_agreement",
    "read_study",
    "read_table",
    "runs_of",
]


@dataclass(frozen=True, kw_only=True)
class KnownDataset:
    """A data set that can be chosen.

    Parameters
    ----------
    id : str
        As in the address: its name, or the beginning of its fingerprint where names are shared.
    title : str
        As shown; from outside, so to be escaped in Markdown.
    reference : DatasetReference
    """

    id: str
    title: str
    reference: DatasetReference


def read_table(settings: Settings) -> pd.DataFrame:
    """Read the run table; only what is new is parsed, and for the same records it is the same one: `kept` goes by it.

    Nobody may change it.
    """
    with st.spinner("Reading records", show_time=False), open_store(settings, is_read_only=True) as store:
        table = store.table()
    # Another cache may hold other results under the same keys.
    found = (str(settings.cache), table["dice"].to_numpy().tobytes(), int((table["source"] == "local").sum()))
    return _keep_table(RunsByKey(table), found)


def runs_of(table: pd.DataFrame, *, fingerprint: str, protocol: str) -> pd.DataFrame:
    """Choose the runs of one data set and protocol, with a fresh index; the same ones of the same table."""
    return kept(_runs_of, table, fingerprint, protocol)


def known_keys(table: pd.DataFrame) -> frozenset[str]:
    """Collect the keys of all runs."""
    return kept(_known_keys, table)


def _runs_of(table: pd.DataFrame, fingerprint: str, protocol: str) -> pd.DataFrame:
    is_asked = (table["fingerprint"] == fingerprint) & (table["protocol"] == protocol)
    return table[is_asked].reset_index(drop=True)


def _known_keys(table: pd.DataFrame) -> frozenset[str]:
    return frozenset(table["key"].to_list())


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs={RunsByKey: hash})
def _keep_table(runs: RunsByKey, found: tuple[str, bytes, int]) -> pd.DataFrame:
    return runs.runs


def read_agreement(settings: Settings) -> Agreement | None:
    """Read how well the quick protocol stands in for the paper's, from the published comparison."""
    runs = read_comparisons(settings.published)
    return _estimate_agreement(tuple(runs["key"]), runs)


@st.cache_data(show_spinner=False, max_entries=2)
def _estimate_agreement(keys: tuple[str, ...], _runs: pd.DataFrame) -> Agreement | None:
    """Compare once for the records with these keys: a key says all that a record can depend on."""
    return estimate_agreement(_runs)


def read_study(
    runs: pd.DataFrame,
    *,
    proxy: str,
    prices: Prices,
    prior: Prior = NO_PRIOR,
    space: Space | None = None,
) -> Study:
    """Read what follows from the runs of one data set and protocol; computed once for the same runs and prices."""
    known = None if space is None else (space.reference.fingerprint, space.protocol, len(space.ways))
    return _make_study(kept(RunsByKey, runs), (proxy, prices, prior.names, known), prior, space)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs={RunsByKey: hash})
def _make_study(runs: RunsByKey, asked: "_Asked", _prior: Prior, _space: Space | None) -> Study:
    proxy, prices, _, _ = asked
    return make_study(runs.runs, proxy=proxy, prices=prices, prior=_prior, space=_space)


_Asked = tuple[str, Prices, tuple[str, ...], tuple[str, str, int] | None]
"""Proxy, prices, data sets behind the prior, the pool's space."""


def known_datasets(table: pd.DataFrame, settings: Settings) -> Mapping[str, KnownDataset]:
    """List the data sets that were measured or prepared, by id; the one with most records first, trials apart."""
    references = {reference.fingerprint: reference for reference in list_prepared(settings)}
    references |= {reference.fingerprint: reference for reference in kept(measured_datasets, table)}
    references = {key: one for key, one in references.items() if not is_labeled_set(one.name)}
    names = Counter(reference.name for reference in references.values())
    n_records = kept(_count_records, table)
    known = {}
    for reference in sorted(
        references.values(), key=lambda r: (-n_records[r.fingerprint], r.name, r.fingerprint)
    ):
        is_shared = names[reference.name] > 1
        identity = reference.fingerprint[:12] if is_shared else reference.name
        title = next((entry.title for entry in CATALOGUE if entry.name == reference.name), reference.name)
        known[identity] = KnownDataset(
            id=identity,
            title=title + (f" ({reference.fingerprint[:6]})" if is_shared else ""),
            reference=reference,
        )
    return known


def _count_records(table: pd.DataFrame) -> Counter[str]:
    counts = table.loc[table["protocol"] != SMOKE.name, "fingerprint"].value_counts()
    return Counter({str(fingerprint): int(n) for fingerprint, n in counts.items()})
