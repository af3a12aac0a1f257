"""The card that asks for chosen simulations: how many, how long, protocol, seeds, Start; and what failed."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.campaigns import estimate_seconds
from simulator.formats import format_count
from simulator.protocols import PROTOCOLS
from simulator.records import Failure, SimulationRequest, Virtues
from simulator.settings import Settings

from ..common.escape import escape
from ..common.frame import open_page
from ..common.records import KnownDataset, known_keys
from ..common.start_button import describe_time, make_requests, start, why_not_startable
from ..common.theme import small_print
from ..common.url_state import publish, restore_number, restore_option
from ..common.wording import format_duration
from .progress import describe_request

__all__ = ["TITLES", "choose_run_protocol", "offer_run", "say_why_not", "show_failures"]

TITLES = {"fast": "fast", "paper": "paper (slow)", "smoke": "smoke (a trial)"}
"""Protocol → as it is offered."""


def choose_run_protocol(measured: Sequence[str]) -> str:
    """Read the protocol of the matrix from session or address; `offer_run` lets it be changed."""
    restore_option("run", list(PROTOCOLS), default=measured[0] if measured else "fast")
    publish(run=st.session_state["run"])
    return str(st.session_state["run"])


def offer_run(
    chosen: Sequence[Virtues],
    *,
    dataset: KnownDataset,
    table: pd.DataFrame,
    is_working: bool,
    settings: Settings,
) -> DeltaGenerator:
    """Say what the chosen configurations take, and start them; returns where to say why that cannot be done."""
    sentence = st.container()
    with st.container(horizontal=True):
        protocol = st.selectbox(
            "Protocol",
            list(PROTOCOLS),
            key="run",
            width=140,
            persist_state="session",
            format_func=lambda name: TITLES.get(name, name),
        )
        restore_number("seeds", low=1, high=20, default=3)
        n_seeds = int(st.number_input("Seeds", 1, 20, key="seeds", width=120, persist_state="session"))
        publish(seeds=n_seeds)
    asked = make_requests(dataset.reference, chosen, protocol=protocol, n_seeds=n_seeds)
    known = known_keys(table)
    requests = [request for request in asked if request.key not in known]
    with sentence:
        _say_what_it_takes(requests, chosen=chosen, n_seeds=n_seeds, table=table)
    reason = why_not_startable(dataset.reference, protocol=protocol, settings=settings)
    count = f" {format_count(len(requests), 'training')}" if requests else ""
    label = f"Add{count} to the queue" if is_working else f"Start{count}"
    is_off = bool(reason) or not requests
    if st.button(label, type="secondary", icon=":material/play_arrow:", width="stretch", disabled=is_off):
        start(requests, name=f"{format_count(len(chosen), 'configuration')}, {protocol}", settings=settings)
        st.session_state["chosen_next"] = []
        st.rerun()
    return st.container()


def say_why_not(reason: str, *, settings: Settings) -> None:
    """Say why nothing can be started, if so, and offer to mend it."""
    if reason:
        small_print(reason)
    if reason and not settings.is_read_only and st.button("Open it on Data", icon=":material/view_in_ar:"):
        open_page("data")


def show_failures(
    failures: Mapping[str, Failure], *, missing: Sequence[SimulationRequest], reason: str, settings: Settings
) -> None:
    """Show what failed and why, and offer to run it again with what is missing."""
    requests = [failure.request for failure in failures.values()]
    if requests:
        combinations = list(dict.fromkeys(request.virtues for request in requests))
        first = {failure.request.virtues: failure for failure in reversed(list(failures.values()))}
        st.subheader(
            f"{format_count(len(combinations), 'configuration')} failed; the others went on", anchor=False
        )
        rows = [first[virtues] for virtues in combinations[:50]]
        st.table(
            pd.DataFrame(
                {
                    "Configuration": [describe_request(failure.request) for failure in rows],
                    "What happened": [escape(failure.what_happened) for failure in rows],
                    "What to do": [escape(failure.what_to_do) for failure in rows],
                }
            ),
            border="horizontal",
            hide_index=True,
            alt="Configurations that failed",
        )
    n_asked = len({request.key for request in [*missing, *requests]})
    label = f"Run missing and failed ({format_count(n_asked, 'training')})"
    if n_asked and st.button(label, icon=":material/replay:", disabled=bool(reason)):
        start([*missing, *requests], name="Missing and failed", settings=settings)
        st.rerun()


def _say_what_it_takes(
    requests: Sequence[SimulationRequest], *, chosen: Sequence[Virtues], n_seeds: int, table: pd.DataFrame
) -> None:
    if not chosen:
        st.header("Nothing is chosen yet", anchor=False)
        small_print("Click cells, or choose quickly.")
        return
    duration = describe_time(table, requests).replace("about ", "about **")
    st.header(
        f"**{format_count(len(requests), 'training')}**{f', {duration}**' if duration else ''}", anchor=False
    )
    each = estimate_seconds(table, requests[:1], n_workers=1) if requests else None
    text = f"{format_count(len(chosen), 'configuration')} × {format_count(n_seeds, 'seed')}"
    if len(requests) < len(chosen) * n_seeds:
        text += f"; {len(chosen) * n_seeds - len(requests)} are measured already"
    if each is not None:
        text += f". {format_duration(each)} a training, as measured here"
    small_print(f"{text}.")
