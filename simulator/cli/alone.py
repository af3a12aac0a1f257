"""Run one simulation and wait for it: what `simulate` and `project score` have in common."""

from ..campaigns import ask
from ..campaigns.worker import work_or_follow
from ..errors import SimulationError
from ..records import SimulationRecord, SimulationRequest
from ..settings import Settings
from ..store import open_store

__all__ = ["run_one"]


def run_one(request: SimulationRequest, *, name: str, settings: Settings) -> SimulationRecord:
    """Ask for one simulation, first in line, and wait for its record.

    Raises
    ------
    SimulationError
        If it failed or was cancelled.
    """
    with open_store(settings) as store:
        campaign = ask(store, [request], name=name, retry_failed=True, is_urgent=True)
        if campaign is not None:
            work_or_follow(settings, n_workers=1, scope=lambda found: found.id == campaign.id)
        record, failure = store.record(request.key), store.failures().get(request.key)
    if record is None and failure is not None:
        raise SimulationError(f"{failure.what_happened}; {failure.what_to_do}")
    if record is None:
        raise SimulationError("the simulation was cancelled; run it again to start it anew")
    return record
