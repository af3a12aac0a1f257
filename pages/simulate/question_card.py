"""The card that answers the question by itself: trainings that go where they change the answer most."""

import functools
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from simulator.analysis import Study
from simulator.analysis.law.choosing import Outlook
from simulator.analysis.opening import read_space
from simulator.analysis.prospect import look_ahead
from simulator.campaigns import estimate_seconds
from simulator.campaigns.adaptive import DEFAULT_TRAININGS, study_for
from simulator.effort import Prices
from simulator.figures.narrowing import draw_narrowing, narrowing_data
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.store import Campaign, open_store
from simulator.wording.outlook import say_open

from ..common.budget import recall_prices
from ..common.frame import open_page
from ..common.question import read_whole
from ..common.records import KnownDataset
from ..common.start_button import make_requests, start_adaptive, why_not_startable
from ..common.theme import current_palette, show_chart, small_print
from ..common.wording import format_duration

__all__ = ["offer_answer", "show_narrowing"]

TITLE = f"Up to {DEFAULT_TRAININGS} trainings that choose themselves"


def offer_answer(
    runs: pd.DataFrame,
    *,
    dataset: KnownDataset,
    protocol: str,
    proxy: str,
    table: pd.DataFrame,
    settings: Settings,
) -> bool:
    """Offer the trainings that answer the question; returns whether there is anything left to answer.

    Parameters
    ----------
    runs : DataFrame
        Of the data set and protocol.
    dataset : KnownDataset
    protocol, proxy : str
    table : DataFrame
        All runs.
    settings : Settings
    """
    study = read_whole(
        runs.reset_index(drop=True),
        dataset,
        table=table,
        protocol=protocol,
        proxy=proxy,
        prices=recall_prices(),
        settings=settings,
    )
    outlook = None
    # What could be done is known where the slices are; over what was measured alone all may look settled.
    space = read_space(dataset.reference, protocol=protocol, proxy=study.proxy, settings=settings)
    if study.full is not None and space is not None:
        whole = replace(study, space=space)
        outlook = _look_ahead(tuple(study.runs["key"]), study.proxy, study.prior.names, study.prices, whole)
    if outlook is not None and outlook.is_settled:
        with st.container(border=True):
            st.subheader("The answers are settled", anchor=False)
            small_print(say_open(outlook))
        return False
    reason = why_not_startable(dataset.reference, protocol=protocol, settings=settings)
    with st.container(border=True):
        st.subheader(f"{TITLE}{_say_time(dataset, protocol=protocol, table=table)}", anchor=False)
        small_print("Each goes where it changes the answer most; they stop when the answer is sure.")
        if outlook is not None:
            small_print(f"By now: {say_open(outlook)}")
        if st.button(
            "Answer my question", type="primary", icon=":material/play_arrow:", disabled=bool(reason)
        ):
            start_adaptive(dataset.reference, protocol=protocol, proxy=study.proxy, settings=settings)
            st.rerun()
        if reason:
            small_print(reason)
        if (
            reason
            and not settings.is_read_only
            and st.button("Open it on Data", icon=":material/view_in_ar:", key="open data question")
        ):
            open_page("data")
    return True


def show_narrowing(campaign: Campaign, *, settings: Settings) -> None:
    """Show how sure the answers became so far; nothing before the first training is over."""
    with open_store(settings, is_read_only=True) as store:
        known = store.keys()
    asked = campaign.requests[0]

    @functools.cache
    def study() -> Study:
        assert campaign.aim is not None
        with open_store(settings, is_read_only=True) as store:
            return study_for(store, asked.dataset, aim=campaign.aim, protocol=asked.protocol.name)

    keys = tuple(request.key for request in campaign.requests)
    done = [key for key in keys if key in known]
    outlooks = [
        outlook
        for n in range(1, len(done) + 1)
        if (outlook := _look_back(campaign.id, frozenset(keys) - set(done[:n]), study))
    ]
    if not outlooks:
        return
    data = narrowing_data(outlooks, n_most=len(campaign.requests) + campaign.n_more)
    show_chart(
        draw_narrowing(data, palette=current_palette()),
        key=f"narrowing {campaign.id}",
        alt=f"Half-width of the expected Dice after each training, now {outlooks[-1].halfwidth:.3f}",
    )


def _say_time(dataset: KnownDataset, *, protocol: str, table: pd.DataFrame) -> str:
    requests = make_requests(dataset.reference, [Virtues.full()], protocol=protocol, n_seeds=1)
    each = estimate_seconds(table, requests, n_workers=1)
    return "" if each is None else f", at most {format_duration(DEFAULT_TRAININGS * each)}"


@st.cache_data(show_spinner=False, max_entries=16)
def _look_ahead(
    keys: tuple[str, ...], proxy: str, names: tuple[str, ...], prices: Prices, _study: Study
) -> Outlook:
    """Judge once for the records with these keys."""
    return look_ahead(_study).outlook


@st.cache_data(show_spinner=False, max_entries=200)
def _look_back(campaign: str, without: frozenset[str], _study: Callable[[], Study]) -> Outlook | None:
    """Judge by all results but some of a campaign's, once; None where there is no other."""
    study = _study()
    before = study.of(study.runs[~study.runs["key"].isin(without)].reset_index(drop=True))
    return None if before.runs.empty else look_ahead(before).outlook
