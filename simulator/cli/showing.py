"""Progress on the command line: a bar on a terminal, a JSON line an event otherwise.

It reads the store as the pages do, and so shows the same whoever works.
"""

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, ProgressColumn, TextColumn
from rich.progress import Progress as Bar

from ..campaigns import Progress, find_progress
from ..errors import LabelwiseError
from ..records import SimulationRequest
from ..settings import Settings
from ..store import Campaign, Store, open_store
from .options import print_json
from .printing import harmless

__all__ = ["format_seconds", "is_terminal", "showing_campaign", "showing_download", "showing_preparation"]

LOOK_SECONDS = 1.0


def is_terminal() -> bool:
    """Whether a person watches; otherwise a program reads JSON lines."""
    return sys.stdout.isatty() and sys.stderr.isatty()


def format_seconds(seconds: float | None) -> str:
    """Say how long something takes, as people do.

    Examples
    --------
    >>> format_seconds(40), format_seconds(400), format_seconds(4000), format_seconds(None)
    ('40 s', '7 min', '1.1 h', 'unknown')
    """
    if seconds is None:
        return "unknown"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


@contextmanager
def showing_campaign(settings: Settings, campaign: Campaign, *, is_json: bool) -> Iterator[None]:
    """Show how a campaign goes while the block runs.

    Parameters
    ----------
    settings : Settings
    campaign : Campaign
    is_json : bool
        True for JSON lines, False for a bar.
    """
    if not is_json:
        with _bar(campaign.name) as update, _repeating(lambda: _update_bar(settings, campaign, update)):
            yield
    else:
        events = _Events(settings=settings, campaign=campaign)
        with _repeating(events.print_new):
            yield


@contextmanager
def showing_preparation(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show how a preparation goes: a bar on a terminal, nothing otherwise.

    Yields
    ------
    callable
        To be called with the steps that are done, and all steps.
    """
    if not is_terminal():
        yield lambda n_done, n_total: None
        return
    with _bar(f"Preparing {name}") as update:
        yield lambda n_done, n_total: update(n_done, n_total, "")


@contextmanager
def showing_download(name: str, *, is_json: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how a download goes.

    Parameters
    ----------
    name : str
    is_json : bool
        True for JSON lines, at most one a second and step; False for a bar.

    Yields
    ------
    callable
        To be called with what is being done, the bytes that are done, and all bytes.
    """
    if is_json:
        yield _print_at_times(name)
        return
    with _bar(name, count=DownloadColumn()) as update:
        yield lambda doing, n_done, n_total: update(n_done, n_total, doing)


def _print_at_times(name: str) -> Callable[[str, int, int], None]:
    last = ("", -math.inf)

    def show(doing: str, n_done: int, n_total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if doing != last[0] or now >= last[1] + LOOK_SECONDS or n_done == n_total:
            last = (doing, now)
            print_json({"event": doing, "task": name, "n_done_bytes": n_done, "n_total_bytes": n_total})

    return show


@contextmanager
def _bar(name: str, *, count: ProgressColumn | None = None) -> Iterator[Callable[[int, int, str], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        count or MofNCompleteColumn(),
        TextColumn("{task.fields[rest]}"),
    )
    # What comes from outside is no markup.
    with Bar(*columns, console=Console(stderr=True, markup=False, emoji=False)) as bar:
        task = bar.add_task(harmless(name.replace("[", "(")), total=None, rest="")
        yield lambda n_done, n_total, rest: bar.update(task, completed=n_done, total=n_total, rest=rest)


def _update_bar(settings: Settings, campaign: Campaign, update: Callable[[int, int, str], None]) -> None:
    with open_store(settings, is_read_only=True) as store:
        progress = find_progress(store, only=campaign.id)
    for found in progress.campaigns:
        failed = f", {found.n_failed} failed" if found.n_failed else ""
        left = f"{format_seconds(progress.seconds_left)} left" if progress.n_pending else "done"
        update(found.n_done, found.n_total, f"{left}{failed}")


class _Events:
    """Prints a line for each record and failure of a campaign that was not printed yet."""

    def __init__(self, *, settings: Settings, campaign: Campaign) -> None:
        self.settings = settings
        self.campaign = campaign
        self.requests: dict[str, SimulationRequest] = {}
        with open_store(settings, is_read_only=True) as store:
            self.seen = {request.key for request in campaign.requests} & store.keys()

    def print_new(self) -> None:
        with open_store(self.settings, is_read_only=True) as store:
            # A campaign may have asked for more since.
            now = [found for found in store.campaigns() if found.id == self.campaign.id]
            self.requests = {request.key: request for found in now for request in found.requests}
            progress = find_progress(store, only=self.campaign.id)
            for key in sorted(self.requests.keys() & store.keys() - self.seen):
                self._print(store, key, progress, event="record")
            for key in sorted(self.requests.keys() & store.failures().keys() - self.seen):
                self._print(store, key, progress, event="failure")

    def _print(self, store: Store, key: str, progress: Progress, *, event: str) -> None:
        self.seen.add(key)
        record, failure = store.record(key), store.failures().get(key)
        request = self.requests[key]
        found = progress.campaigns[0]
        print_json(
            {
                "event": event,
                "key": key,
                "virtues": request.virtues.model_dump(mode="json"),
                "seed": request.seed,
                "protocol": request.protocol.name,
                "dice": None if record is None else record.performance.dice,
                "reason": None if failure is None or record is not None else failure.what_happened,
                "n_done": found.n_done,
                "n_failed": found.n_failed,
                "n_total": found.n_total,
                "seconds_left": progress.seconds_left,
            }
        )


@contextmanager
def _repeating(look: Callable[[], None]) -> Iterator[None]:
    """Call a function every second from a thread, and a last time at the end."""
    is_over = threading.Event()

    def repeat() -> None:
        while not is_over.wait(LOOK_SECONDS):
            with suppress(LabelwiseError):
                look()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        with suppress(LabelwiseError):
            look()
