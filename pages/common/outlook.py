"""How sure the answers on a data set are: computed once for the same records, as it takes a second or two."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis.law.choosing import Outlook
from simulator.analysis.prospect import look_ahead
from simulator.analysis.runs import RunsByKey
from simulator.campaigns.adaptive import is_settled, study_for
from simulator.datasets import has_prepared
from simulator.protocols import get_protocol
from simulator.records import DatasetReference
from simulator.settings import Settings
from simulator.store import Aim, Campaign, open_store
from simulator.wording.outlook import N_MORE

__all__ = ["Known", "read_halfwidth", "read_known"]

FEWEST, FEWEST_UNPREPARED = 3, 24
"""Configurations from which on something is said; more where it is not known what else could be trained."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """How sure the answers are.

    Parameters
    ----------
    now, after : Outlook
        By what is there, and as expected after `N_MORE` trainings.
    is_settled : bool
        Whether nothing more needs to be trained.
    """

    now: Outlook
    after: Outlook
    is_settled: bool


def read_known(
    table: pd.DataFrame, reference: DatasetReference, *, aim: Aim, protocol: str, settings: Settings
) -> Known | None:
    """Read how sure the answers on a data set are; None where too little was measured to say."""
    is_own = (table["fingerprint"] == reference.fingerprint) & (table["protocol"] == protocol)
    if not is_own.any():
        return None
    size = get_protocol(protocol).slice_size
    is_prepared = has_prepared(reference.fingerprint, slice_size=size, settings=settings)
    # What is published says what to expect.
    runs = RunsByKey(table[is_own | (table["source"] == "published")])
    with st.spinner("Looking how sure the answers are", show_time=False):
        return _find_known(
            runs, reference.model_dump_json(), aim.model_dump_json(), protocol, is_prepared, settings
        )


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs={RunsByKey: hash})
def _find_known(
    runs: RunsByKey, reference: str, aim: str, protocol: str, is_prepared: bool, _settings: Settings
) -> Known | None:
    with open_store(_settings, is_read_only=True) as store:
        study = study_for(
            store,
            DatasetReference.model_validate_json(reference),
            aim=Aim.model_validate_json(aim),
            protocol=protocol,
        )
    if len(study.combinations) < (FEWEST_UNPREPARED if study.space is None else FEWEST):
        return None
    prospect = look_ahead(study)
    return Known(now=prospect.outlook, after=prospect.after(N_MORE), is_settled=is_settled(study))


def read_halfwidth(campaign: Campaign, keys: Sequence[str], *, settings: Settings) -> float:
    """Read how sure the answers were when a campaign had these results, and none of its others."""
    assert campaign.aim is not None
    return _find_halfwidth(campaign.id, tuple(keys), campaign, settings)


@st.cache_data(show_spinner=False, max_entries=1000)
def _find_halfwidth(
    campaign_id: str, keys: tuple[str, ...], _campaign: Campaign, _settings: Settings
) -> float:
    assert _campaign.aim is not None
    first = _campaign.requests[0]
    with open_store(_settings, is_read_only=True) as store:
        study = study_for(store, first.dataset, aim=_campaign.aim, protocol=first.protocol.name)
    later = {request.key for request in _campaign.requests} - set(keys)
    runs = study.runs[~study.runs["key"].isin(later)].reset_index(drop=True)
    return look_ahead(study.of(runs)).outlook.halfwidth
