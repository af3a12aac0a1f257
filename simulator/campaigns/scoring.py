"""The training that scores a project: which lock says that it runs, how far it is, and how it is started."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import StoreError
from ..files import read_file
from ..settings import Settings
from ..store import Campaign, Store
from .launch import launch_command, require_writable
from .lock import is_held
from .running import read_running

__all__ = ["Scoring", "find_scoring", "launch_scoring", "lock_name", "read_log"]


MAX_LOG_BYTES = 2**20


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """How far the training that scores a project is.

    Parameters
    ----------
    campaign : Campaign or None
        Of the training; None while volumes are prepared.
    share : float in [0, 1]
        Of its epochs that are done.
    """

    campaign: Campaign | None
    share: float


def lock_name(project_id: str) -> str:
    """Name the lock that whoever scores a project holds."""
    return f"score-{project_id}"


def find_scoring(store: Store, project_id: str, *, dataset: str) -> Scoring | None:
    """Read how far the training that scores a project is; None where none is under way.

    Parameters
    ----------
    store : Store
    project_id : str
    dataset : str
        Name of what is labeled of the project.
    """
    if not is_held(store.settings, name=lock_name(project_id)):
        return None
    pending = store.pending()
    campaigns = [
        one
        for one in store.campaigns()
        if not one.is_cancelled
        and one.requests[0].dataset.name == dataset
        and any(request.key in pending for request in one.requests)
    ]
    epochs = [
        one.epoch / one.n_epochs
        for one in read_running(store.settings).running
        if one.request.dataset.name == dataset and one.n_epochs
    ]
    return Scoring(campaign=campaigns[-1] if campaigns else None, share=max(epochs, default=0.0))


def launch_scoring(project_id: str, name: str, *, settings: Settings) -> None:
    """Start a process that scores a project and goes on when this one ends, unless one is at it.

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    StoreError
        If the cache folder cannot be written to, or no process can be started.
    """
    require_writable(settings)
    if not is_held(settings, name=lock_name(project_id)):
        launch_command(["project", "score", "--", name], log=_log_of(project_id, settings), settings=settings)


def read_log(project_id: str, *, settings: Settings) -> list[str]:
    """Read what trainings that were launched to score a project said, line by line; nothing where none was."""
    try:
        content = read_file(_log_of(project_id, settings), max_bytes=MAX_LOG_BYTES)
    except (OSError, StoreError):
        return []
    return [line for line in content.decode(errors="replace").splitlines() if line.strip()]


def _log_of(project_id: str, settings: Settings) -> Path:
    return settings.cache / f"score-{project_id}.log"
