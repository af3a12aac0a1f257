"""The same pool on a `distributed` cluster: joblib's dask backend, an optional extra.

Progress inside a simulation is seen only where the cluster shares this machine's cache folder. When the worker dies
the cluster forgets its tasks; what was running is done again. A simulation that runs there is not stopped by a
cancellation, only nothing new of its campaign starts.
"""

import pkgutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import joblib

from ..errors import RequestError, SimulationError
from .child import Task, run_task
from .pool import BrokenPoolError

__all__ = ["check_cluster", "check_scheduler", "run_on_cluster"]


def run_on_cluster(tasks: Iterator[Task], *, scheduler: str) -> Iterator[str]:
    """Run tasks on a cluster.

    Parameters
    ----------
    tasks : iterator of Task
        Asked for the next one when a worker of the cluster is free.
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
        If the scheduler cannot be reached.
    BrokenPoolError
        If workers died of a task.
    """
    check_cluster(scheduler)
    connect: Any = pkgutil.resolve_name("distributed:Client")
    killed: Any = pkgutil.resolve_name("distributed:KilledWorker")
    try:
        client = connect(scheduler, timeout=10, set_as_default=False)
    except OSError as error:
        raise SimulationError(
            f"the scheduler {scheduler} cannot be reached ({error}); is it running?"
        ) from None
    with client, joblib.parallel_config(backend="dask", client=client):
        parallel = joblib.Parallel(
            n_jobs=-1, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1
        )
        try:
            yield from parallel(joblib.delayed(run_task)(task) for task in tasks)
        except killed as error:
            raise BrokenPoolError("workers of the cluster died: killed, or out of memory") from error


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
