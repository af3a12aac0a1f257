"""A pool of processes of this machine that runs tasks as they come, all forked from one that has loaded torch once.

Results come in the order in which they finish. A child that is killed breaks the pool: whoever iterates
gets `BrokenPoolError`, and may begin a new one.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import forkserver

from .alone import BrokenPoolError, has_semaphores, run_alone
from .child import Task, follow_parent, run_task

__all__ = ["BrokenPoolError", "kill_children", "run_pool"]


_QUIET = "ignore:resource_tracker:UserWarning"
"""Of the process that frees the semaphores of a worker that was killed: it would tell the terminal that it did so."""

NURSERY = "simulator.campaigns.nursery"
"""Only the process that others are forked from imports it; it imports what ``LABELWISE_PRELOAD`` names."""

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""There are as many processes as are wanted; libraries read this when they are loaded."""


def run_pool(tasks: Iterator[Task], *, n_workers: int) -> Iterator[str]:
    """Run tasks in processes of this machine; in one, where a pool cannot be.

    Parameters
    ----------
    tasks : iterator of Task
        Asked for the next one when a process is free.
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
    pool = ProcessPoolExecutor(
        n_workers, mp_context=multiprocessing.get_context("forkserver"), initializer=follow_parent
    )
    running: set[Future[str]] = set()
    try:
        while True:
            for task in islice(tasks, n_workers - len(running)):
                _start_server(task)
                running.add(pool.submit(run_task, task))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            # Each is stored before the next is asked for, which may be chosen by it.
            for future in done:
                yield future.result()
    except (BrokenProcessPool, ConnectionError, EOFError) as error:  # the latter if the server is not there
        raise BrokenPoolError(
            "a process of the pool died: it was killed, or there was not enough memory"
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start_server(task: Task) -> None:
    """Start the process that others are forked from, with what a task needs already imported; once."""
    os.environ.update(_ONE_THREAD, LABELWISE_PRELOAD=task.simulation.partition(":")[0])
    forkserver.set_forkserver_preload([NURSERY])
    # Ctrl-C is the worker's; while it imports, the server would fall over it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def kill_children() -> None:
    """Kill the processes of this worker that run tasks: a shutdown would wait for them."""
    for process in multiprocessing.active_children():
        process.kill()
