"""How far campaigns are: read from the store, ``running/`` and the lock, never from a status that was kept."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..records import SimulationRequest
from ..store import Campaign, Store
from .lock import is_working
from .queue import estimate_seconds
from .running import Running, read_running

__all__ = ["CampaignProgress", "Progress", "find_progress"]

State = Literal["working", "interrupted", "done", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class CampaignProgress:
    """How far one campaign is.

    Parameters
    ----------
    campaign : Campaign
    n_total, n_done, n_failed : int
        Requests, those that it may still choose among them; those with a record, and those whose failure stands.
    state : {"working", "interrupted", "done", "cancelled"}
        ``interrupted`` if something is pending and no worker is there.
    """

    campaign: Campaign
    n_total: int
    n_done: int
    n_failed: int
    state: State


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far everything is.

    Parameters
    ----------
    campaigns : tuple of CampaignProgress
        In the order of asking.
    running : tuple of Running
        Simulations that have begun, in the order of handing out; empty while no worker is there.
    is_working : bool
        True if a worker holds the lock.
    n_pending : int
        Simulations that are to run, those under way and those that may still be chosen included.
    seconds_left : float or None
        Estimate of the wall seconds until nothing is pending; None where no record says.
    """

    campaigns: tuple[CampaignProgress, ...]
    running: tuple[Running, ...]
    is_working: bool
    n_pending: int
    seconds_left: float | None

    @property
    def places(self) -> tuple[str, ...]:
        """Where each that is under way runs: "this machine", or another's name; none if all do here."""
        here = platform.node()
        if {item.place for item in self.running} <= {here}:
            return ()
        return tuple("this machine" if item.place == here else item.place for item in self.running)


def find_progress(store: Store, *, only: str | None = None) -> Progress:
    """Read how far campaigns are.

    Parameters
    ----------
    store : Store
    only : str or None, default=None
        Id of one campaign; None for all.

    Returns
    -------
    Progress
    """
    working = is_working(store.settings)
    found = read_running(store.settings).running if working else ()
    # Read after the files: what has a record or a failure by now is over, though its file may still lie there.
    pending, keys, failed = store.pending(), store.keys(), store.failures().keys()
    running = [item for item in found if item.place and item.request.key in pending]
    campaigns = []
    for campaign in store.campaigns():
        if only in {None, campaign.id}:
            asked = {request.key for request in campaign.requests}
            campaigns.append(
                CampaignProgress(
                    campaign=campaign,
                    n_total=len(asked) + campaign.n_more,
                    n_done=len(asked & keys),
                    n_failed=len(asked & failed),
                    state=_state(
                        campaign,
                        is_pending=campaign.n_more > 0 or not asked.isdisjoint(pending),
                        is_working=working,
                    ),
                )
            )
    wanted = {request.key for found in campaigns for request in found.campaign.requests}
    left = [request for key, request in pending.items() if key in wanted]
    more = [found.campaign.requests[0] for found in campaigns for _ in range(found.campaign.n_more)]
    seconds = estimate_seconds(store.table(), [*left, *more], n_workers=max(1, len(running)))
    return Progress(
        campaigns=tuple(campaigns),
        running=tuple(item for item in running if item.request.key in wanted),
        is_working=working,
        n_pending=len(left) + len(more),
        seconds_left=None
        if seconds is None or not (left or more)
        else seconds * _share_left([*left, *more], running),
    )


def _state(campaign: Campaign, *, is_pending: bool, is_working: bool) -> State:
    if campaign.is_cancelled:
        return "cancelled"
    if not is_pending:
        return "done"
    return "working" if is_working else "interrupted"


def _share_left(left: Sequence[SimulationRequest], running: Sequence[Running]) -> float:
    """Compute which share of the pending simulations is still to do, epochs that are over taken off."""
    done = {item.request.key: item.epoch / (item.n_epochs or 1) for item in running}
    return sum(1 - done.get(request.key, 0.0) for request in left) / len(left)
