"""The card that asks for an answer: trainings that choose themselves, or that none is needed."""

import pandas as pd
import streamlit as st

from simulator.campaigns.adaptive import DEFAULT_TRAININGS
from simulator.formats import format_count
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.wording.outlook import N_MORE, describe_outlook, say_open

from ..common.outlook import Known, read_known
from ..common.records import KnownDataset
from ..common.start_button import describe_time, make_aim, make_requests, start_adaptive, why_not_startable
from ..common.theme import small_print
from .matrix import Work
from .progress import find_choosing
from .run_card import TITLES, say_why_not

__all__ = ["offer_answer"]

SETTLED = "The answers are settled"


def offer_answer(
    dataset: KnownDataset, table: pd.DataFrame, work: Work, *, proxy: str, protocol: str, settings: Settings
) -> bool:
    """Offer trainings that choose themselves, unless they run already.

    Returns
    -------
    bool
        True if the card says why nothing can be started.
    """
    reference = dataset.reference
    if find_choosing(work.progress, reference, protocol=protocol) is not None:
        return False
    aim = make_aim(proxy)
    with st.container(border=True):
        # What is on its way changes how sure they are, once a training.
        is_still = not (work.running or work.queued)
        known = (
            read_known(table, reference, aim=aim, protocol=protocol, settings=settings) if is_still else None
        )
        if known is not None and known.is_settled:
            st.header(SETTLED, anchor=False)
            small_print(describe_outlook(known.now, after=known.after, n_more=N_MORE, ending=None))
            return False
        reason = why_not_startable(reference, protocol=protocol, settings=settings)
        _say_what_it_does(dataset, table, known, protocol=protocol)
        is_interrupted = any(found.state == "interrupted" for found in work.progress.campaigns)
        if st.button(
            "Answer my question",
            type="secondary" if is_interrupted else "primary",  # first what waits is to go on
            icon=":material/lightbulb:",
            disabled=bool(reason),
        ):
            if start_adaptive(reference, aim=aim, protocol=protocol, settings=settings):
                st.rerun()
            small_print(f"{SETTLED}: nothing more has to be trained.")
        say_why_not(reason, settings=settings)
    return bool(reason)


def _say_what_it_does(
    dataset: KnownDataset, table: pd.DataFrame, known: Known | None, *, protocol: str
) -> None:
    requests = make_requests(
        dataset.reference, [Virtues.full()], protocol=protocol, n_seeds=DEFAULT_TRAININGS
    )
    duration = describe_time(table, requests).replace("about ", "about **")
    count = format_count(DEFAULT_TRAININGS, "training")
    st.header(f"**{count}** that choose themselves{f', {duration}**' if duration else ''}", anchor=False)
    how = "" if protocol == "fast" else f" Protocol: {TITLES.get(protocol, protocol)}."
    small_print(f"Each goes where it changes the answer most; it stops when the answer is sure.{how}")
    if known is not None:
        small_print(say_open(known.now))
