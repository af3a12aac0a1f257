"""One process that runs tasks one after another, over a pipe: where no pool can be, since processes share no semaphore.

A container whose ``/dev/shm`` cannot be written to has none.
"""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

from ..errors import SimulationError
from .child import Task, follow_parent, run_task

__all__ = ["BrokenPoolError", "has_semaphores", "run_alone"]


class BrokenPoolError(SimulationError):
    """A process that ran tasks died; what was in flight has no result."""


def has_semaphores() -> bool:
    """Whether processes can share a semaphore here, by making one."""
    try:
        multiprocessing.Semaphore(1)
    except (OSError, ImportError):
        return False
    return True


def run_alone(tasks: Iterator[Task]) -> Iterator[str]:
    """Run tasks in one process beside this one, which can be killed as those of a pool can.

    Parameters
    ----------
    tasks : iterator of Task
        Asked for the next one when the process is free.

    Yields
    ------
    str
        What `run_task` returned.

    Raises
    ------
    BrokenPoolError
        If the process died.
    """
    # Spawned, not forked: this process has threads.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        for task in tasks:
            ours.send(task)
            yield ours.recv()
    except (EOFError, OSError) as error:
        raise BrokenPoolError(
            "the process that ran it died: it was killed, or there was not enough memory"
        ) from error
    finally:
        process.kill()
        process.join()
        ours.close()


def _serve(tasks: Connection) -> None:
    follow_parent()
    while True:
        tasks.send(run_task(tasks.recv()))
