"""One simulation in a worker of a cluster, on whatever machine that is.

Where the worker sees the cache folder of this campaign, it does as a child of a pool does. Elsewhere it has a folder of
its own (``LABELWISE_CACHE`` there, else the same path), is sent the slices once, and says how far it is by events.
"""

import os
import pkgutil
from dataclasses import replace
from functools import partial
from typing import Any

from ..datasets import has_prepared
from ..datasets.moving import unpack_slices
from ..errors import LabelwiseError, SimulationError
from ..files import own_folder
from ..records import canonical_json
from ..settings import Settings, load_settings
from .child import Task, run_task
from .running import Running, find_running

__all__ = ["NoSlicesError", "lacks_slices", "run_remotely", "take_slices"]


class NoSlicesError(SimulationError):
    """A worker of the cluster lacks the slices that a simulation needs; its argument is the worker's address."""


def run_remotely(task: Task, *, topic: str, are_slices_needed: bool) -> str:
    """Run one simulation in the worker that this is called in.

    Parameters
    ----------
    task : Task
    topic : str
        Of the events that tell of its progress, where the folder is not shared.
    are_slices_needed : bool
        False for a simulation that reads none.

    Returns
    -------
    str
        What `run_task` returns.

    Raises
    ------
    NoSlicesError
        If the slices have to be sent here first.
    SimulationError
        If this worker has no folder that it can use.
    """
    find_worker: Any = pkgutil.resolve_name("distributed:get_worker")
    worker = find_worker()
    settings = _find_settings(task.settings, address=worker.address)
    request = task.begin().request
    fingerprint, slice_size = request.dataset.fingerprint, request.protocol.slice_size
    if are_slices_needed and not has_prepared(fingerprint, slice_size=slice_size, settings=settings):
        raise NoSlicesError(worker.address)
    here = replace(task, settings=settings)
    # Whoever handed it out wrote when: who reads the same sees the same folder.
    begun = find_running(settings, key=request.key)
    if begun is not None and begun.started == task.started:
        return run_task(here)
    return run_task(here, tell=partial(_tell, worker, topic))


def lacks_slices(*, fingerprint: str, slice_size: int, settings: Settings, address: str) -> bool:
    """Whether the worker that this is called in lacks slices; takes what `take_slices` does."""
    settings = _find_settings(settings, address=address)
    return not has_prepared(fingerprint, slice_size=slice_size, settings=settings)


def take_slices(
    name: str, content: bytes, *, fingerprint: str, slice_size: int, settings: Settings, address: str
) -> None:
    """Write one file of prepared slices into the folder of the worker that this is called in.

    Parameters
    ----------
    name, content, fingerprint, slice_size
        As for `unpack_slices`.
    settings : Settings
        Of the campaign.
    address : str
        Of this worker.

    Raises
    ------
    SimulationError
        If it cannot be written.
    """
    settings = _find_settings(settings, address=address)
    try:
        unpack_slices(name, content, fingerprint=fingerprint, slice_size=slice_size, settings=settings)
    except (OSError, LabelwiseError) as error:
        raise _refuse(address, settings, error) from None


def _find_settings(settings: Settings, *, address: str) -> Settings:
    """Find the cache folder of this worker, and see that it can be used."""
    own = load_settings({"LABELWISE_CACHE": str(settings.cache), **os.environ})
    try:
        own_folder(own.cache, root=own.cache)
    except (OSError, LabelwiseError) as error:
        raise _refuse(address, own, error) from None
    return replace(settings, cache=own.cache)


def _refuse(address: str, settings: Settings, error: Exception) -> SimulationError:
    reason = getattr(error, "strerror", None) or str(error)
    return SimulationError(
        f"the worker {address} of the cluster cannot keep slices in {settings.cache} ({reason}); start it with "
        "LABELWISE_CACHE set to a folder that it can write to and that has room"
    )


def _tell(worker: Any, topic: str, settings: Settings, running: Running) -> None:
    worker.log_event(topic, canonical_json(running.model_dump(mode="json")))
