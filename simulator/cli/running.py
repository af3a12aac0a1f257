"""Run what a list of requests misses, and show it: what `campaign run` and `reproduce --run` have in common."""

from collections.abc import Sequence
from functools import partial

from ..analysis.prospect import Prospect, look_ahead
from ..campaigns import ask, estimate_seconds, find_missing, has_semaphores
from ..campaigns.adaptive import ask_adaptive, study_for
from ..campaigns.cluster import check_cluster, run_on_cluster
from ..campaigns.worker import Runner, work_or_follow
from ..datasets import DatasetSource
from ..errors import RequestError, SimulationError
from ..records import SimulationRequest
from ..settings import Settings
from ..store import Aim, Campaign, open_store
from ..wording.outlook import N_MORE, describe_outlook
from .options import print_json
from .preparing import prepare_for, prepare_to_choose
from .printing import say
from .showing import format_seconds, showing_campaign

__all__ = ["ONE_PROCESS", "choose_runner", "run_adaptive", "run_requests", "say_how_many"]

ONE_PROCESS = (
    "simulations run one at a time here: processes cannot share a semaphore, for /dev/shm is missing, full or may not "
    "be written to; give the container one (docker run --shm-size=1g)"
)


def run_requests(
    requests: Sequence[SimulationRequest],
    *,
    source: DatasetSource,
    name: str,
    settings: Settings,
    n_workers: int,
    run: Runner | None,
    retry_failed: bool,
    is_json: bool,
) -> None:
    """Run those requests that have no record yet, and say how far it is.

    Parameters
    ----------
    requests : sequence of SimulationRequest
    source : DatasetSource
        Of all of them; prepared where it has to be.
    name : str
        Of the campaign.
    settings : Settings
    n_workers : int
        Processes at most.
    run : Runner or None
        Where simulations run; None is this machine.
    retry_failed, is_json : bool

    Raises
    ------
    SimulationError
        If something failed, or was cancelled before it ran.
    """
    say_how_many(run)
    with open_store(settings) as store:
        missing = find_missing(store, requests, retry_failed=retry_failed)
        if missing:
            prepare_for(source, missing, settings=settings)
        # More processes than simulations would only idle.
        n_workers = max(1, min(n_workers, len(missing)))
        campaign = ask(store, requests, name=name, retry_failed=retry_failed)
        seconds = estimate_seconds(store.table(), missing, n_workers=n_workers)
        _announce(campaign, n_total=len(requests), n_missing=len(missing), seconds=seconds, is_json=is_json)
        if campaign is not None:
            _work(campaign, settings=settings, n_workers=n_workers, run=run, is_json=is_json)
        keys, failures = store.keys(), store.failures()
    _conclude(
        n_done=sum(request.key in keys for request in requests),
        n_failed=sum(request.key in failures for request in requests),
        n_total=len(requests),
        is_json=is_json,
    )


def run_adaptive(
    source: DatasetSource,
    *,
    aim: Aim,
    protocol: str,
    settings: Settings,
    n_workers: int,
    run: Runner | None,
    is_json: bool,
) -> None:
    """Run a campaign that chooses its simulations itself, and say what it settled.

    Parameters
    ----------
    source : DatasetSource
        Prepared where it has to be.
    aim : Aim
    protocol : str
    settings : Settings
    n_workers : int
    run : Runner or None
        Where simulations run; None is this machine.
    is_json : bool

    Raises
    ------
    SimulationError
        If something failed, or it was cancelled.
    """
    say_how_many(run)
    prepare_to_choose(source, protocol=protocol, proxy=aim.proxy, settings=settings)
    reference = source.reference
    with open_store(settings) as store:
        name = f"Answer my question on {source.name}"
        campaign = ask_adaptive(store, reference, aim=aim, protocol=protocol, name=name)
        if campaign is not None:
            n_missing = len(find_missing(store, campaign.requests)) + campaign.n_more
            n_total = len(campaign.requests) + campaign.n_more
            each = estimate_seconds(store.table(), campaign.requests[:1], n_workers=min(n_workers, n_missing))
            seconds = None if each is None else each * n_missing
            _announce(campaign, n_total=n_total, n_missing=n_missing, seconds=seconds, is_json=is_json)
            _work(campaign, settings=settings, n_workers=n_workers, run=run, is_json=is_json)
            campaign = next(found for found in store.campaigns() if found.id == campaign.id)
        study = study_for(store, reference, aim=aim, protocol=protocol)
        keys, failures = store.keys(), store.failures()
    requests = () if campaign is None else campaign.requests
    _conclude_adaptive(look_ahead(study), campaign, is_json=is_json)
    _conclude(
        n_done=sum(request.key in keys for request in requests),
        n_failed=sum(request.key in failures for request in requests),
        n_total=len(requests) + (0 if campaign is None else campaign.n_more),
        is_json=is_json,
        remedy="the others were chosen without them",
    )


def _work(
    campaign: Campaign, *, settings: Settings, n_workers: int, run: Runner | None, is_json: bool
) -> None:
    """Work on a campaign until nothing of it is left, and show how far it is."""
    with showing_campaign(settings, campaign, is_json=is_json):
        # Somebody else's `simulate` is first in line here too.
        work_or_follow(
            settings,
            n_workers=n_workers,
            scope=lambda found: found.is_urgent or found.id == campaign.id,
            run=run,
        )


def _conclude_adaptive(prospect: Prospect, campaign: Campaign | None, *, is_json: bool) -> None:
    """Say how settled the answers are, and what more would bring."""
    now, after = prospect.outlook, prospect.after(N_MORE)
    if is_json:
        print_json(
            {
                "event": "outlook",
                "ending": "settled" if campaign is None else campaign.ending,
                "regret": now.regret,
                "halfwidth": now.halfwidth,
                "more": {"n_trainings": N_MORE, "regret": after.regret, "halfwidth": after.halfwidth},
            }
        )
        return
    say(
        describe_outlook(
            now, after=after, n_more=N_MORE, ending="settled" if campaign is None else campaign.ending
        )
    )


def say_how_many(run: Runner | None) -> None:
    """Say on stderr where simulations can only run one at a time, whatever was asked for."""
    if run is None and not has_semaphores():
        say(ONE_PROCESS, is_aside=True)


def choose_runner(backend: str, scheduler: str | None) -> Runner | None:
    """Choose where simulations run; None is this machine."""
    if backend == "loky":
        return None
    if backend != "dask":
        raise RequestError(f"--backend must be loky or dask; got {backend!r}")
    if scheduler is None:
        raise RequestError("--backend dask needs --scheduler ADDR, or LABELWISE_SCHEDULER")
    check_cluster(scheduler)
    return partial(run_on_cluster, scheduler=scheduler)


def _announce(
    campaign: Campaign | None, *, n_total: int, n_missing: int, seconds: float | None, is_json: bool
) -> None:
    """Say what is to be done before it begins."""
    if not is_json:
        estimate = f", about {format_seconds(seconds)}" if n_missing and seconds is not None else ""
        say(f"{n_missing} of {n_total} simulations are missing{estimate}")
        return
    print_json(
        {
            "event": "begin",
            "campaign": None if campaign is None else campaign.id,
            "n_total": n_total,
            "n_missing": n_missing,
            "seconds_estimated": seconds,
        }
    )


def _conclude(
    *,
    n_done: int,
    n_failed: int,
    n_total: int,
    is_json: bool,
    remedy: str = "--retry-failed runs them again",
) -> None:
    """Say what came of it.

    Raises
    ------
    SimulationError
        If something failed, or was cancelled before it ran.
    """
    if not is_json:
        say(f"{n_done} of {n_total} simulations have a record")
    else:
        print_json({"event": "end", "n_done": n_done, "n_failed": n_failed, "n_total": n_total})
    if n_failed:
        raise SimulationError(f"{n_failed} of {n_total} failed; campaign status says why, {remedy}")
    n_left = n_total - n_done
    if n_left:
        raise SimulationError(
            f"{n_left} of {n_total} were not run, for the campaign was cancelled; run the same command again to go on"
        )
