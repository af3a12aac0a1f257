"""The same pool on a `distributed` cluster, an optional extra.

One of its workers that shares no cache folder with this machine is sent the slices, once. When the worker here dies
the cluster forgets its tasks; what was running is done again, as is, when a worker there dies, what it ran and what
it had not handed over yet. Behind each task another one waits, so that no core does until the worker here has
answered. A simulation that runs there is not stopped by a cancellation, only nothing
new of its campaign starts, and what waits is taken back.
"""

import pkgutil
from collections.abc import Iterable, Iterator, Set
from concurrent.futures import CancelledError
from importlib.util import find_spec
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from ..datasets import has_prepared
from ..datasets.moving import pack_slices
from ..errors import LabelwiseError, RequestError, SimulationError
from .child import Task
from .handing import Tasks
from .pool import BrokenPoolError
from .remote import NoSlicesError, lacks_slices, run_remotely, take_slices
from .running import Running, clear_running, find_running, write_progress

__all__ = ["check_cluster", "check_scheduler", "run_on_cluster"]

PATIENCE_SECONDS = 10.0
"""How long a scheduler may take to answer, and then its workers to come: they may just be starting again."""

LOOK_SECONDS = 1.0
"""How often tasks are taken back whose campaign was cancelled, at least."""


def run_on_cluster(tasks: Tasks, *, scheduler: str) -> Iterator[str]:
    """Run tasks on a cluster.

    Parameters
    ----------
    tasks : Tasks
        Asked for the next one when a core of the cluster is free, and for one more a core that waits.
    scheduler : str
        Its address, ``tls://HOST:PORT`` or ``tcp://127.0.0.1:PORT``.

    Yields
    ------
    str
        What `run_task` returned, in the order of finishing.

    Raises
    ------
    RequestError
        If the address is not to be trusted, or `distributed` is not installed.
    SimulationError
        If the scheduler cannot be reached, has no workers, or goes away.
    BrokenPoolError
        If workers died of a task.
    """
    check_cluster(scheduler)
    connect: Any = pkgutil.resolve_name("distributed:Client")
    killed: Any = pkgutil.resolve_name("distributed:KilledWorker")
    try:
        client = connect(scheduler, timeout=PATIENCE_SECONDS, set_as_default=False)
    except OSError as error:
        raise SimulationError(
            f"the scheduler {scheduler} cannot be reached ({error}); is it running?"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        except TimeoutError:
            raise SimulationError(f"the scheduler {scheduler} has no workers; are they running?") from None
        try:
            yield from _run(tasks, client, scheduler)
        except killed as error:
            raise BrokenPoolError("workers of the cluster died: killed, or out of memory") from error


def _run(tasks: Tasks, client: Any, scheduler: str) -> Iterator[str]:
    """Keep every core of the cluster busy, and nothing there that has come back."""
    killed: Any = pkgutil.resolve_name("distributed:KilledWorker")
    under_way: dict[Any, Task] = {}
    over: SimpleQueue[Any] = SimpleQueue()
    topic = f"labelwise-{client.id}"

    def submit(wanted: Iterable[Task]) -> None:
        for task in wanted:
            write_progress(task.settings, task.begin())
            options = {"topic": topic, "are_slices_needed": has_prepared(**_slices(task))}
            future = client.submit(run_remotely, task, **options, pure=False)
            under_way[future] = task
            future.add_done_callback(over.put)

    def note(event: tuple[float, str]) -> None:
        """Write what a worker tells that cannot write it itself, unless it is over by now."""
        said = Running.model_validate_json(event[1])
        for task in [*under_way.values()]:
            if task.started == said.started and task.begin().request.key == said.request.key:
                write_progress(task.settings, said)

    client.subscribe_topic(topic, note)
    n_cores = sum(client.ncores().values())
    while True:
        # Only for a core that would have nothing to do is one chosen, by all that is stored by now.
        submit(islice(tasks, max(0, n_cores - len(under_way))))
        submit(islice(iter(tasks.take_ahead, None), 2 * n_cores - len(under_way)))
        if not under_way:
            return
        future = _wait(over)
        _take_back(under_way, tasks.cancelled)
        if future not in under_way:
            continue
        task = under_way.pop(future)
        try:
            text = future.result()
        except NoSlicesError as error:
            _send_slices(client, task, address=str(error))
            submit([task])
            continue
        except (CancelledError, OSError):  # OSError: it was done, but not fetched yet
            raise SimulationError(
                f"the scheduler {scheduler} went away; what is recorded stays, begin again once it runs"
            ) from None
        except (LabelwiseError, killed):
            raise
        except Exception as error:
            raise SimulationError(
                f"the cluster at {scheduler} cannot run simulations ({type(error).__name__}: {error}); start its "
                "scheduler and its workers where this version of Labelwise is installed"
            ) from error
        # What somebody still holds is computed again when the worker that has it dies.
        future.release()
        yield text


def _wait(over: SimpleQueue[Any]) -> Any:
    """Wait for the next that is over; None if it takes long."""
    try:
        return over.get(timeout=LOOK_SECONDS)
    except Empty:
        return None


def _take_back(under_way: dict[Any, Task], cancelled: Set[str]) -> None:
    """Take back what was cancelled before it began: where it runs it would follow by itself."""
    for future, task in [*under_way.items()] if cancelled else ():
        key = task.begin().request.key
        said = find_running(task.settings, key=key) if key in cancelled else None
        if said is not None and not said.place:
            del under_way[future]
            future.cancel()
            clear_running(task.settings, key=key)


def _slices(task: Task) -> dict[str, Any]:
    """Name the slices that a task trains on, as functions of prepared slices take them."""
    request = task.begin().request
    return {
        "fingerprint": request.dataset.fingerprint,
        "slice_size": request.protocol.slice_size,
        "settings": task.settings,
    }


def _send_slices(client: Any, task: Task, *, address: str) -> None:
    """Send slices to a worker, a file at a time, unless another with the same folder has got them by now."""
    options = {"address": address, **_slices(task)}
    try:
        if client.run(lacks_slices, **options, workers=[address])[address]:
            for name, content in pack_slices(**_slices(task)):
                client.run(take_slices, name, content, **options, workers=[address])
    except OSError:
        return  # it went away: the task is given to another, or the scheduler is gone, which is found out there


def check_cluster(scheduler: str) -> None:
    """Check what can be known of a cluster before anything is prepared or asked for; nothing is connected.

    Parameters
    ----------
    scheduler : str

    Raises
    ------
    RequestError
        If the address is not to be trusted, or `distributed` is not installed.
    """
    check_scheduler(scheduler)
    if find_spec("distributed") is None:
        raise RequestError("--backend dask needs the package distributed: pip install distributed")


def check_scheduler(address: str) -> None:
    """Refuse a scheduler that anybody on the network could hand code to: it unpickles what it is sent, by design.

    Raises
    ------
    RequestError
        If the address is neither ``tls://…`` nor on this machine.
    """
    host = address.removeprefix("tcp://").rpartition(":")[0].strip("[]")
    if not address.startswith("tls://") and host not in {"localhost", "127.0.0.1", "::1"}:
        raise RequestError(f"--scheduler takes tls://HOST:PORT, or tcp://127.0.0.1:PORT; got {address!r}")
