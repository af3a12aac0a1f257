"""What may be started and stopped: campaigns, and a worker that outlives the tab and the server.

The browser never trains. These functions refuse by themselves where the installation is read-only or the
one who asks may not start work (``LABELWISE_STARTERS``), whatever a button looked like.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..errors import ReadOnlyError, RequestError, StoreError
from ..files import open_to_append
from ..records import SimulationRequest
from ..remedies import remedy_for
from ..settings import PROJECT, Settings
from ..store import Campaign, open_store
from .lock import hold_lock, is_held
from .queue import ask

__all__ = [
    "cancel_campaign",
    "launch_command",
    "launch_worker",
    "require_writable",
    "resume_campaign",
    "start_campaign",
]

WATCH_SECONDS = 0.2
"""How often it is looked whether a worker that was started is there."""


def require_writable(settings: Settings) -> None:
    """Refuse where one may only look.

    Raises
    ------
    ReadOnlyError
        If ``LABELWISE_READ_ONLY`` is set, or whoever asks may not start work.
    """
    if settings.is_read_only:
        raise ReadOnlyError(f"{settings.why_read_only}: nothing can be started or changed")


def start_campaign(
    requests: Sequence[SimulationRequest],
    *,
    settings: Settings,
    name: str,
) -> Campaign | None:
    """Write a campaign for what is missing or failed, and launch a worker.

    Parameters
    ----------
    requests : sequence of SimulationRequest
    settings : Settings
    name : str
        For display.

    Returns
    -------
    Campaign or None
        None if nothing is missing.

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    """
    require_writable(settings)
    with open_store(settings) as store:
        campaign = ask(store, requests, name=name, retry_failed=True)
    if campaign is not None:
        launch_worker(settings)
    return campaign


def cancel_campaign(campaign_id: str, *, settings: Settings) -> Campaign:
    """Cancel a campaign: within seconds nothing of it runs; other campaigns go on.

    Parameters
    ----------
    campaign_id : str
    settings : Settings

    Returns
    -------
    Campaign

    Raises
    ------
    RequestError
        If there is no such campaign.
    ReadOnlyError
        If the installation is read-only.
    """
    require_writable(settings)
    found = _find_campaign(campaign_id, settings=settings)
    with open_store(settings) as store:
        store.cancel_campaign(campaign_id)
    return found


def resume_campaign(campaign_id: str, *, settings: Settings) -> Campaign:
    """Take a cancellation back: what the campaign asked for and nobody found is pending again.

    Parameters
    ----------
    campaign_id : str
    settings : Settings

    Returns
    -------
    Campaign

    Raises
    ------
    RequestError
        If there is no such campaign.
    ReadOnlyError
        If the installation is read-only.
    """
    require_writable(settings)
    found = _find_campaign(campaign_id, settings=settings)
    with open_store(settings) as store:
        store.resume_campaign(campaign_id)
    return found


def _find_campaign(campaign_id: str, *, settings: Settings) -> Campaign:
    with open_store(settings, is_read_only=True) as store:
        found = next((campaign for campaign in store.campaigns() if campaign.id == campaign_id), None)
    if found is None:
        raise RequestError(f"there is no campaign {campaign_id[:40]!r}; `campaign status` lists them")
    return found


def launch_worker(settings: Settings) -> None:
    """Start a worker that goes on when this process ends, unless one was started before and is there.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    StoreError
        If the cache folder cannot be written to, or no process can be started.
    """
    require_writable(settings)
    path = settings.cache / "worker.log"
    with _clear_errors(f"no worker can be started, its log {path}"), ExitStack() as stack:
        is_first = stack.enter_context(hold_lock(settings, name="launch", timeout=0))
        # Whoever resumes looks once more after letting its lock go, so it sees what was asked for by now.
        if not is_first or is_held(settings, name="resume"):
            return
        process = _start_process(["campaign", "resume"], settings, log=path)
        launching = stack.pop_all()
    threading.Thread(target=_wait_for, args=(process, settings, launching), daemon=True).start()


def launch_command(arguments: Sequence[str], *, log: Path, settings: Settings) -> None:
    """Start a command that goes on when this process ends.

    Parameters
    ----------
    arguments : sequence of str
        After ``python -m simulator``.
    log : Path
        In the cache folder; what the command says is added to it.
    settings : Settings

    Raises
    ------
    ReadOnlyError
        If the installation is read-only.
    StoreError
        If the cache folder cannot be written to, or no process can be started.
    """
    require_writable(settings)
    with _clear_errors(f"nothing can be started, the log {log}"):
        process = _start_process(arguments, settings, log=log)
    # Whoever nobody waits for stays as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()


@contextmanager
def _clear_errors(what: str) -> Iterator[None]:
    """Turn what the file system says of a log into one line."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{what} cannot be written ({error.strerror or error}); "
            f"{remedy_for(error)}, or set LABELWISE_CACHE to another folder"
        ) from error


def _start_process(arguments: Sequence[str], settings: Settings, *, log: Path) -> "subprocess.Popen[bytes]":
    with open_to_append(log, root=settings.cache) as file:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "simulator", *arguments],
            cwd=PROJECT,
            env={**os.environ, "LABELWISE_CACHE": str(settings.cache)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def _wait_for(process: "subprocess.Popen[bytes]", settings: Settings, launching: ExitStack) -> None:
    """Keep others from launching until the process holds a lock of its own; then wait, lest it stay as a zombie."""
    with launching:
        while process.poll() is None and not is_held(settings, name="resume"):
            time.sleep(WATCH_SECONDS)
    process.wait()
