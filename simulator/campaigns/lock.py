"""The one worker of a cache folder: an operating-system lock, freed by the kernel at any death.

So "is it running?" is always true to fact, and a slow simulation is never declared dead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..files import own_folder, refuse_links
from ..settings import Settings

__all__ = ["hold_lock", "is_held", "is_working"]

ACQUIRE_SECONDS = 5
"""A probe may hold the lock for a moment: whoever wants to work waits this long."""


@contextmanager
def hold_lock(
    settings: Settings, *, name: str = "worker", timeout: float = ACQUIRE_SECONDS
) -> Iterator[bool]:
    """Try to be the worker.

    Parameters
    ----------
    settings : Settings
    name : str, default="worker"
        Which lock of the cache folder.
    timeout : float, default=5
        Seconds to wait for the lock.

    Yields
    ------
    bool
        True if the lock is held; False if another process holds it.

    Raises
    ------
    StoreError
        If a link lies in its place.
    """
    own_folder(settings.cache, root=settings.cache)
    refuse_links(_path(settings, name), root=settings.cache)
    lock = _lock(_path(settings, name))
    try:
        lock.acquire(timeout=timeout, poll_interval=0.05)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_working(settings: Settings) -> bool:
    """Whether a worker holds the lock now; makes nothing."""
    return is_held(settings, name="worker")


def is_held(settings: Settings, *, name: str) -> bool:
    """Whether a process holds a lock of the cache folder now; makes nothing."""
    path = _path(settings, name)
    if not path.exists():
        return False
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False  # a folder of somebody else, or read-only: this user can start nothing there
    lock.release()
    return False


def _path(settings: Settings, name: str) -> Path:
    return settings.cache / f"{name}.lock"


def _lock(path: Path) -> FileLock:
    # A soft lock is a file that outlives its owner: exactly what must not be.
    return FileLock(path, fallback_to_soft=False, thread_local=False)
