"""What runs now: a card that follows the worker, with the buttons that stop it or let it go on."""

import time
from contextlib import suppress

import streamlit as st

from simulator.campaigns import (
    CampaignProgress,
    Progress,
    cancel_campaign,
    find_progress,
    resume_campaign,
)
from simulator.errors import DatasetError
from simulator.figures.narrowing import draw_narrowing, narrowing_data
from simulator.formats import format_count, format_share
from simulator.records import DatasetReference, SimulationRequest
from simulator.settings import Settings
from simulator.store import Campaign, open_store
from simulator.virtues.diversity import count_volumes
from simulator.wording.answers import describe_slices

from ..common.escape import escape
from ..common.frame import open_page
from ..common.outlook import read_halfwidth
from ..common.start_button import forget_launch, is_starting, resume
from ..common.theme import current_palette, show_chart, small_print
from ..common.wording import format_duration

__all__ = ["describe_request", "find_choosing", "read_progress", "show_running"]

ACTIVE = {"working", "interrupted"}
FOLLOWED = "followed"
"""Ids of the campaigns whose end is told: those that were under way while this session looked."""

N_SHOWN = 4

LOOK_SECONDS = 1.0
"""How long what former trainings left open is computed in one go; the next second goes on."""

ENDS = {
    "settled": "Settled after **{count}**",
    "exhausted": "Nothing is left to train after **{count}**",
    "unprepared": "Stopped after **{count}**: the slices of the data set are gone",
}
"""Why a campaign chose no more → what is said."""


def read_progress(settings: Settings) -> Progress:
    """Read how far everything is."""
    with open_store(settings, is_read_only=True) as store:
        return find_progress(store)


def describe_request(request: SimulationRequest) -> str:
    """Say a combination: "29 volumes, every fifth slice, quality 90 %"."""
    virtues = request.virtues
    n_volumes = count_volumes(n_pool=request.dataset.n_pool, diversity=virtues.diversity)
    quality = "" if virtues.quality == 1 else f", quality {format_share(virtues.quality)}"
    return f"{format_count(n_volumes, 'volume')}, {describe_slices(virtues)}{quality}"


def find_choosing(progress: Progress, reference: DatasetReference, *, protocol: str) -> Campaign | None:
    """Find the campaign that chooses trainings on a data set now; None if there is none."""
    for found in progress.campaigns:
        asked = found.campaign.requests[0]
        is_here = (asked.dataset.fingerprint, asked.protocol.name) == (reference.fingerprint, protocol)
        if found.campaign.aim is not None and found.state in ACTIVE and is_here:
            return found.campaign
    return None


def show_running(
    progress: Progress, *, reference: DatasetReference, protocol: str, settings: Settings
) -> None:
    """Show what runs, if anything is to run; it follows the worker once a second without the page's help.

    Of the data set and protocol it shows how the answers get surer, if trainings choose themselves there.
    """
    active = [found for found in progress.campaigns if found.state in ACTIVE]
    _show_ended(progress, active={found.campaign.id for found in active}, settings=settings)
    if not active:
        if progress.is_working:
            st.fragment(_await_end, run_every="1s")(settings)
        return
    if progress.is_working:
        forget_launch()
    with st.container(border=True):
        seen = _look(progress)
        is_followed = progress.is_working or is_starting()
        st.fragment(_follow, run_every="1s" if is_followed else None)(seen, reference, protocol, settings)
        with st.container(horizontal=True):
            if not is_followed:
                _offer_resume(progress.n_pending, settings=settings)
            for found in active:
                label = "Cancel" if len(active) == 1 else f"Cancel {escape(found.campaign.name)}"
                key = f"cancel_{found.campaign.id}"
                if st.button(label, key=key, icon=":material/stop:", disabled=settings.is_read_only):
                    cancel_campaign(found.campaign.id, settings=settings)
                    st.rerun()


def _show_ended(progress: Progress, *, active: set[str], settings: Settings) -> None:
    """Say how what this session followed has ended, until something new is asked for."""
    followed = st.session_state.get(FOLLOWED, set())
    if not active <= followed:
        st.session_state[FOLLOWED] = followed = active
    ended = [found for found in progress.campaigns if found.campaign.id in followed - active]
    if not ended:
        return
    with st.container(border=True):
        for found in ended:
            st.header(_say_end(found), anchor=False)
            if found.state == "cancelled":
                _offer_to_go_on(found, settings=settings)
        with st.container(horizontal=True):
            is_answer = any(found.campaign.aim is not None for found in ended)
            if is_answer and st.button("See the answer", icon=":material/lightbulb:"):
                open_page("procedure")
            if st.button("See the records", icon=":material/table_rows:"):
                open_page("records")


def _say_end(found: CampaignProgress) -> str:
    word = "Cancelled" if found.state == "cancelled" else "Done"
    failed = f", {found.n_failed:,} failed" if found.n_failed else ""
    count = f"{found.n_done:,} of {format_count(_count_all(found), 'training')}"
    if found.state != "cancelled" and found.campaign.ending is not None:
        return ENDS[found.campaign.ending].format(count=count) + failed
    return f"{word}: **{count}** recorded{failed}"


def _count_all(found: CampaignProgress) -> int:
    """Count what a campaign may come to, if nothing stops it."""
    aim = found.campaign.aim
    return found.n_total if aim is None else max(found.n_total, aim.n_trainings)


def _offer_resume(n_pending: int, *, settings: Settings) -> None:
    label = f"Resume {format_count(n_pending, 'training')}"
    if st.button(label, type="primary", icon=":material/play_arrow:", disabled=settings.is_read_only):
        resume(settings)
        st.rerun()


def _offer_to_go_on(found: CampaignProgress, *, settings: Settings) -> None:
    """Offer to take a cancellation back."""
    n_all = found.n_total if found.campaign.ending is not None else _count_all(found)
    count = format_count(n_all - found.n_done - found.n_failed, "training")
    label, key = f"Resume {count}", f"resume_{found.campaign.id}"
    if st.button(label, key=key, icon=":material/play_arrow:", disabled=settings.is_read_only):
        resume_campaign(found.campaign.id, settings=settings)
        resume(settings)
        st.rerun()


def _await_end(settings: Settings) -> None:
    """Say that what was cancelled is being stopped; once that is done, the whole page is run again."""
    if not read_progress(settings).is_working:
        st.rerun(scope="app")
    small_print("What still runs is being stopped.")


def _look(progress: Progress) -> tuple[int, bool, bool]:
    """See what the page around the progress depends on."""
    return progress.n_pending, progress.is_working, is_starting()


def _follow(
    seen: tuple[int, bool, bool], reference: DatasetReference, protocol: str, settings: Settings
) -> None:
    """Show progress; once something ended or the worker came, went or never came, the whole page is run again."""
    progress = read_progress(settings)
    if _look(progress) != seen:
        st.rerun(scope="app")
    active = [found for found in progress.campaigns if found.state in ACTIVE]
    n_total = sum(found.n_total for found in active)
    n_over = sum(found.n_done + found.n_failed for found in active)
    part = sum(run.epoch / run.n_epochs for run in progress.running if run.n_epochs)
    n_failed = sum(found.n_failed for found in active)
    st.header(_say(progress, n_done=n_over - n_failed, n_failed=n_failed, n_total=n_total), anchor=False)
    st.progress(min(1.0, (n_over + part) / max(1, n_total)))
    if progress.running:
        shown = [
            f"{describe_request(run.request)}, seed {run.request.seed}{where}"
            for run, where in zip(progress.running[:N_SHOWN], _say_places(progress), strict=False)
        ]
        small_print(f"Running now: {' · '.join(shown)}. Goes on when this tab is closed.")
    elif progress.is_working or is_starting():
        small_print("The worker is starting. Goes on when this tab is closed.")
    else:
        small_print("Nothing works on it: the worker was ended from outside. What is done is kept.")
    campaign = find_choosing(progress, reference, protocol=protocol)
    if campaign is not None:
        _show_narrowing(campaign, is_followed=progress.is_working or is_starting(), settings=settings)


def _say_places(progress: Progress) -> list[str]:
    """Say where each training runs, where that is not this machine alone."""
    places = progress.places or [""] * len(progress.running)
    return [f" on {escape(place)}" if place else "" for place in places]


def _show_narrowing(campaign: Campaign, *, is_followed: bool, settings: Settings) -> None:
    """Show how much surer the answers are after each training of a campaign that chooses them."""
    assert campaign.aim is not None
    with open_store(settings, is_read_only=True) as store:
        known = store.keys()
    done = [request.key for request in campaign.requests if request.key in known]
    halfwidths, begun = [], time.monotonic()
    for n in range(1, len(done) + 1):
        with suppress(DatasetError):  # damaged slices: the worker ends the campaign for them
            halfwidths.append(read_halfwidth(campaign, done[:n], settings=settings))
        if is_followed and time.monotonic() - begun > LOOK_SECONDS:
            break
    if not halfwidths:
        return
    data = narrowing_data(halfwidths, most=campaign.aim.n_trainings)
    count = format_count(len(halfwidths), "training")
    st.subheader(f"After {count}, Dice is known to ±{halfwidths[-1]:.3f}", anchor=False)
    show_chart(
        draw_narrowing(data, palette=current_palette()),
        key="narrowing",
        alt="How surely Dice is known after each training so far",
    )


def _say(progress: Progress, *, n_done: int, n_failed: int, n_total: int) -> str:
    failed = f", {n_failed} failed" if n_failed else ""
    done = f"**{n_done:,} of {format_count(n_total, 'training')}** done{failed}"
    if not (progress.is_working or is_starting()):
        return f"Interrupted: {done}"
    return (
        done
        if progress.seconds_left is None
        else f"{done}, about **{format_duration(progress.seconds_left)}** left"
    )
