"""Starting simulations from a page: what is asked for, how long it takes, and why it cannot be started."""

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from simulator.campaigns import count_processors, estimate_seconds, launch_worker, start_campaign
from simulator.campaigns.adaptive import DEFAULT_TRAININGS
from simulator.campaigns.adaptive import start_adaptive as launch_adaptive
from simulator.datasets import has_prepared
from simulator.effort import PRICES, Prices
from simulator.formats import format_count
from simulator.protocols import get_protocol
from simulator.records import DatasetReference, SimulationRequest, Virtues
from simulator.settings import Settings
from simulator.store import Aim

from .escape import escape_sentence
from .frame import open_page
from .prices import recall_prices
from .records import known_keys
from .wording import format_duration

__all__ = [
    "describe_time",
    "forget_launch",
    "is_starting",
    "make_aim",
    "make_requests",
    "offer_simulations",
    "resume",
    "start",
    "start_adaptive",
    "why_not_startable",
]

N_SEEDS = 3
STARTING_SECONDS = 30


def make_requests(
    reference: DatasetReference, virtues: Sequence[Virtues], *, protocol: str, n_seeds: int
) -> tuple[SimulationRequest, ...]:
    """Make the requests of some combinations, one seed after another."""
    return tuple(
        SimulationRequest(dataset=reference, virtues=combination, protocol=get_protocol(protocol), seed=seed)
        for seed in range(n_seeds)
        for combination in virtues
    )


def describe_time(table: pd.DataFrame, requests: Sequence[SimulationRequest]) -> str:
    """Say how long simulations take, from what the data set took before; "" where no record says."""
    seconds = estimate_seconds(table, requests, n_workers=count_processors()) if requests else None
    return "" if seconds is None else f"about {format_duration(seconds)}"


def why_not_startable(reference: DatasetReference, *, protocol: str, settings: Settings) -> str:
    """Say why nothing can be started on a data set; "" if it can."""
    if settings.is_read_only:
        return escape_sentence(f"simulations cannot be started here: {settings.why_read_only}")
    size = get_protocol(protocol).slice_size
    if not has_prepared(reference.fingerprint, slice_size=size, settings=settings):
        return (
            "The volumes of this data set are not prepared on this machine: open it on the Data page first."
        )
    return ""


def start(requests: Sequence[SimulationRequest], *, name: str, settings: Settings) -> None:
    """Ask for simulations, those that failed too, and launch a worker."""
    start_campaign(requests, settings=settings, name=name)
    st.session_state["launched"] = time.monotonic()


def make_aim(proxy: str) -> Aim:
    """Make what a campaign that chooses its trainings goes by: the way of losing quality, and this session's prices."""
    prices, usual = recall_prices(), Prices()
    chosen = {name: float(getattr(prices, name)) for name in PRICES}
    return Aim(
        n_trainings=DEFAULT_TRAININGS,
        proxy=proxy,
        prices={name: price for name, price in chosen.items() if price != getattr(usual, name)},
        has_prior=st.session_state.get("prior", "on") == "on",
    )


def start_adaptive(reference: DatasetReference, *, aim: Aim, protocol: str, settings: Settings) -> bool:
    """Ask for trainings that choose themselves, and launch a worker; False if the answers are settled already."""
    name = f"Answer my question on {reference.name}"
    campaign = launch_adaptive(reference, aim=aim, protocol=protocol, settings=settings, name=name)
    if campaign is None:
        return False
    st.session_state["launched"] = time.monotonic()
    return True


def resume(settings: Settings) -> None:
    """Launch a worker for what is pending."""
    launch_worker(settings)
    st.session_state["launched"] = time.monotonic()


def is_starting() -> bool:
    """Tell whether a worker was launched from here a moment ago: it needs seconds until it holds the lock."""
    return bool(time.monotonic() - st.session_state.get("launched", -STARTING_SECONDS) < STARTING_SECONDS)


def forget_launch() -> None:
    """Take note that the worker that was launched is there; if it goes now, it was ended."""
    st.session_state.pop("launched", None)


def offer_simulations(
    virtues: Sequence[Virtues],
    reference: DatasetReference,
    *,
    what: str,
    protocol: str,
    table: pd.DataFrame,
    settings: Settings,
) -> None:
    """Offer the trainings that some combinations lack, or say what stands in the way; `what` says which: "nearby"."""
    known = known_keys(table)
    asked = make_requests(reference, virtues, protocol=protocol, n_seeds=N_SEEDS)
    requests = [request for request in asked if request.key not in known]
    if not requests:
        return
    name = f"{len(virtues)} {what}"
    label = f"Run {format_count(len(requests), 'training')} ({name} × {N_SEEDS} seeds)"
    duration = describe_time(table, requests)
    reason = why_not_startable(reference, protocol=protocol, settings=settings)
    with st.container(horizontal=True, vertical_alignment="center"):
        text = f"{label}, {duration}" if duration else label
        # A page may make several offers.
        if st.button(
            text,
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(reason),
            key=f"simulate {what}",
            help="One seed of each comes first.",
        ):
            start(requests, name=name, settings=settings)
            open_page("simulate")
        if reason:
            st.markdown(f":gray[{reason}]", width="content")
        if (
            reason
            and not settings.is_read_only
            and st.button("Open it on Data", icon=":material/view_in_ar:", key=f"open data {what}")
        ):
            open_page("data")
