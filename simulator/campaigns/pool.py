"""A pool of processes that runs tasks as they come: joblib's loky on this machine.

Results come in the order in which they finish. A child that is killed breaks a loky pool: whoever iterates
gets `BrokenPoolError`, and may begin a new one.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import joblib
import psutil
from joblib.externals.loky.process_executor import BrokenProcessPool

from .alone import BrokenPoolError, has_semaphores, run_alone
from .child import Task, follow_parent, run_task

__all__ = ["BrokenPoolError", "kill_children", "run_pool"]


_QUIET = "ignore:resource_tracker:UserWarning"
"""Of the process that frees the semaphores of a worker that was killed: it would tell the terminal that it did so."""


def run_pool(tasks: Iterator[Task], *, n_workers: int) -> Iterator[str]:
    """Run tasks in processes of this machine; in one, where a pool cannot be.

    Parameters
    ----------
    tasks : iterator of Task
        Asked for the next one when a process is free, from any thread.
    n_workers : int, at least 1
        Tasks at once.

    Yields
    ------
    str
        What `run_task` returned, in the order of finishing.

    Raises
    ------
    BrokenPoolError
        If a process died.
    """
    if _QUIET not in sys.warnoptions:  # handed on to that process
        sys.warnoptions.append(_QUIET)
    if not has_semaphores():
        yield from run_alone(tasks)
        return
    # With n_jobs=1 joblib would run in this very process: two processes then share one task at a time.
    n_jobs = max(2, n_workers)
    options: dict[str, Any] = {
        "initializer": follow_parent,
        "initargs": (os.getpid(),),
        "inner_max_num_threads": 1,
    }
    with joblib.parallel_config(backend="loky", **options):
        parallel = joblib.Parallel(
            n_jobs=n_jobs,
            return_as="generator_unordered",
            pre_dispatch=n_workers,
            batch_size=1,
            max_nbytes=None,
        )
        results = parallel(joblib.delayed(run_task)(task) for task in tasks)
    try:
        yield from results
    except BrokenProcessPool as error:
        raise BrokenPoolError(
            "a process of the pool died: it was killed, or there was not enough memory"
        ) from error


def kill_children() -> None:
    """Kill the pool's processes of this worker, by number: a shutdown would wait for them."""
    for process in psutil.Process().children():
        with suppress(psutil.Error):
            if any("popen_loky" in part or "spawn_main" in part for part in process.cmdline()):
                process.kill()
