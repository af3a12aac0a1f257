"""What whoever runs tasks is handed: the next one for each free core, and where it asks, one to wait behind it."""

from collections.abc import Callable, Iterator, Set

from .child import Task

__all__ = ["Tasks"]


class Tasks(Iterator[Task]):
    """Tasks, made as they are asked for.

    Parameters
    ----------
    following : iterator of Task
        Asked for the next one when a core is free: it may be chosen by all that has come back.
    take_ahead : callable, default gives none
        Gives a task that may wait until a core is free, since nothing that comes back changes it; None if there is
        no such task.
    cancelled : set of str, default=frozenset()
        Keys of requests that were handed out and that nobody waits for any more; grows meanwhile.
    """

    def __init__(
        self,
        following: Iterator[Task],
        *,
        take_ahead: Callable[[], Task | None] = lambda: None,
        cancelled: Set[str] = frozenset(),
    ) -> None:
        self._following = following
        self.take_ahead = take_ahead
        self.cancelled = cancelled

    def __next__(self) -> Task:
        return next(self._following)
