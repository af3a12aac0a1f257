"""What may be started and stopped: campaigns, and a worker that outlives the tab and the server.

The browser never trains. These functions refuse by themselves where the installation is read-only or the
one who asks may not start work (``LABELWISE_STARTERS``), whatever a button looked like.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence

from ..errors import ReadOnlyError, RequestError, StoreError
from ..records import SimulationRequest
from ..remedies import remedy_for
from ..settings import PROJECT, Settings
from ..store import Campaign, open_store
from .links import refuse_links
from .queue import ask

__all__ = ["cancel_campaign", "launch_worker", "require_writable", "start_campaign"]


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
    with open_store(settings, is_read_only=True) as store:
        found = next((campaign for campaign in store.campaigns() if campaign.id == campaign_id), None)
    if found is None:
        raise RequestError(f"there is no campaign {campaign_id[:40]!r}; `campaign status` lists them")
    with open_store(settings) as store:
        store.cancel_campaign(campaign_id)
    return found


def launch_worker(settings: Settings) -> None:
    """Start a worker that goes on when this process ends; if one works already, the new one ends by itself.

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
    command = [sys.executable, "-m", "simulator", "campaign", "resume"]
    path = settings.cache / "worker.log"
    try:
        settings.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "ab", opener=refuse_links) as log:
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROJECT,
                env={**os.environ, "LABELWISE_CACHE": str(settings.cache)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise StoreError(
            f"no worker can be started, its log {path} cannot be written ({error.strerror or error}); "
            f"{remedy_for(error)}, or set LABELWISE_CACHE to another folder"
        ) from error
    # Nobody waits for it, but a process that nobody waits for stays behind as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
