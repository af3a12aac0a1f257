"""One simulation in a child of the pool: it writes its progress, returns JSON, and ends when its parent does.

A child never opens the store, and imports torch only when a task names the function that needs it.
"""

import multiprocessing
import os
import pkgutil
import platform
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import LabelwiseError
from ..files import open_to_append
from ..records import EpochScore, Failure, SimulationRecord, SimulationRequest, canonical_json, utc_now
from ..remedies import remedy_for
from ..settings import Settings
from .running import Running, write_progress, write_record

__all__ = ["Task", "follow_parent", "run_task"]

TELL_SECONDS = 0.5
"""How often progress is told at most: pages look once a second, and short epochs would mostly write files."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a child is handed: text and names only, so that nothing big or clever is pickled.

    Parameters
    ----------
    request : str
        JSON of a SimulationRequest.
    settings : Settings
    simulation : str
        ``module:function`` that turns a request into a record; only a child imports it, since it brings torch.
    started : float
        When it was handed out, in seconds since 1970.
    """

    request: str
    settings: Settings
    simulation: str
    started: float = field(default_factory=time.time)

    def begin(self, *, place: str = "") -> Running:
        """Say that it is under way, at a place."""
        request = SimulationRequest.model_validate_json(self.request)
        return Running(request=request, epoch=0, n_epochs=None, started=self.started, place=place)


def follow_parent() -> None:
    """Set up a pool's child: it ends when the worker that asked for it does, and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def run_task(task: Task, *, tell: Callable[[Settings, Running], None] = write_progress) -> str:
    """Run one simulation.

    Parameters
    ----------
    task : Task
    tell : callable, default writes it where pages look
        Called with how far it is.

    Returns
    -------
    str
        JSON of a SimulationRecord, or of a Failure if the simulation raised.
    """
    begun = task.begin(place=platform.node())
    request = begun.request
    told = time.monotonic()
    try:
        tell(task.settings, begun)
        simulate = pkgutil.resolve_name(task.simulation)

        def on_epoch(score: EpochScore, n_epochs: int) -> None:
            nonlocal told
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                tell(task.settings, begun.model_copy(update={"epoch": score.epoch, "n_epochs": n_epochs}))

        record: SimulationRecord = simulate(request, settings=task.settings, on_epoch=on_epoch)
        write_record(task.settings, record)
    except Exception as error:
        _log(task.settings, request)
        return canonical_json(_explain(request, error).model_dump(mode="json"))
    return record.to_json()


def _explain(request: SimulationRequest, error: Exception) -> Failure:
    """Say what happened and what to do."""
    if isinstance(error, LabelwiseError):
        what, to_do = str(error), "mend what it names, then run missing and failed again"
    elif isinstance(error, MemoryError):
        what, to_do = "there was not enough memory", "run fewer simulations at once (--workers)"
    elif isinstance(error, OSError):
        what, to_do = (
            f"{error.strerror or error}: {error.filename or 'the cache folder'}",
            f"{remedy_for(error)}, then run again",
        )
    else:
        what, to_do = (
            f"{type(error).__name__}: {error}",
            "read worker.log in the cache folder, then run again",
        )
    created = utc_now()
    return Failure(
        request=request, what_happened=" ".join(what.split())[:500], what_to_do=to_do, created=created
    )


def _log(settings: Settings, request: SimulationRequest) -> None:
    """Keep the traceback where it helps, not where it scares."""
    try:
        with open_to_append(settings.cache / "worker.log", root=settings.cache) as file:
            file.write(f"{request.key}\n{traceback.format_exc()}\n".encode(errors="replace"))
    except OSError:
        return
