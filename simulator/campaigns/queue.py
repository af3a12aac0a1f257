"""Asking for simulations: what is missing becomes a campaign, what was asked before is gone on with."""

import secrets
from collections.abc import Sequence

import pandas as pd

from ..records import SimulationRequest, utc_now
from ..store import MAX_CAMPAIGN_NAME, Campaign, Store

__all__ = ["ask", "estimate_seconds", "find_missing"]


def find_missing(
    store: Store, requests: Sequence[SimulationRequest], *, retry_failed: bool = False
) -> tuple[SimulationRequest, ...]:
    """List the requests that have no record.

    Parameters
    ----------
    store : Store
    requests : sequence of SimulationRequest
    retry_failed : bool, default=False
        True to list those that failed too.

    Returns
    -------
    tuple of SimulationRequest
    """
    settled = store.keys() | (set() if retry_failed else store.failures().keys())
    return tuple(request for request in requests if request.key not in settled)


def ask(
    store: Store,
    requests: Sequence[SimulationRequest],
    *,
    name: str,
    retry_failed: bool = False,
    is_urgent: bool = False,
) -> Campaign | None:
    """Write a campaign for what is missing.

    Parameters
    ----------
    store : Store
        Opened for writing.
    requests : sequence of SimulationRequest
    name : str
        For display; cut where it is longer than a campaign's may be.
    retry_failed : bool, default=False
        True to ask again for what failed.
    is_urgent : bool, default=False
        True to go before other campaigns.

    Returns
    -------
    Campaign or None
        The campaign to wait for: a new one, or the unfinished one that asked for the same. None if nothing is missing.
    """
    missing = {request.key for request in find_missing(store, requests, retry_failed=retry_failed)}
    if not missing:
        return None
    failed = set() if retry_failed else store.failures().keys()
    wanted = tuple(request for request in requests if request.key not in failed)
    if missing <= store.pending().keys():
        whole, least = {r.key for r in requests}, {r.key for r in wanted}
        for campaign in reversed(store.campaigns()):
            keys = {request.key for request in campaign.requests}
            if not campaign.is_cancelled and campaign.is_urgent == is_urgent and least <= keys <= whole:
                return campaign
    campaign = Campaign(
        id=secrets.token_hex(6),
        name=name[:MAX_CAMPAIGN_NAME],
        requests=wanted,
        created=utc_now(),
        is_urgent=is_urgent,
    )
    store.add_campaign(campaign)
    return next(found for found in store.campaigns() if found.id == campaign.id)


def estimate_seconds(
    table: pd.DataFrame, requests: Sequence[SimulationRequest], *, n_workers: int
) -> float | None:
    """Estimate how long simulations take, from what the same data set and protocol took before.

    Parameters
    ----------
    table : DataFrame
        From `Store.table`.
    requests : sequence of SimulationRequest
    n_workers : int
        Simulations at once.

    Returns
    -------
    float or None
        Wall seconds; None where no record says.
    """
    known = table.groupby(["fingerprint", "protocol"])["seconds"].median()
    pairs = [(request.dataset.fingerprint, request.protocol.name) for request in requests]
    if not all(pair in known.index for pair in pairs):
        return None
    return sum(float(known[pair]) for pair in pairs) / n_workers
