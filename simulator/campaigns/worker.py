"""The worker: takes pending requests until none is left, and makes each a record or a failure.

It holds the lock of its cache folder, so there is one. It alone writes what simulations found; its pool's
children only return it. A kill at any moment costs what was in flight, and nothing that was recorded.
"""

import pkgutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from ..errors import LabelwiseError, RecordError
from ..records import (
    Failure,
    SimulationRecord,
    SimulationRequest,
    canonical_json,
    parse_record,
    utc_now,
)
from ..settings import Settings
from ..store import Campaign, Store, open_store
from .child import Task
from .handing import Tasks
from .lock import hold_lock, is_working
from .pool import BrokenPoolError, kill_children, run_pool
from .running import clear_running, read_running

__all__ = ["SIMULATION", "everything", "resume", "work", "work_or_follow"]

SIMULATION = "simulator.simulate:simulate"
"""What a child runs, by name: the worker itself does not import it, and so never loads torch."""

CHOICE = "simulator.campaigns.adaptive:choose_more"
"""What asks for more where a campaign chooses for itself, by name: it brings the law, which few campaigns need."""

MAX_DEATHS = 3
"""Pool deaths after which a simulation that was in flight each time is called a failure."""

WATCH_SECONDS = 1.0
"""How often the worker looks for cancelled campaigns, and for what goes before others."""

ORPHAN_SECONDS = 1.0
"""How long the children of a dead worker may take to notice."""

RESUME_SECONDS = 1.0
"""How long whoever wants to resume waits for the lock: whoever looks whether it is held is in the way for a moment."""

FOLLOW_SECONDS = 0.5
"""How often whoever waits for another worker looks again."""

Scope = Callable[[Campaign], bool]
"""Which campaigns a worker works on."""

Runner = Callable[[Tasks], Iterable[str]]
"""A pool: tasks in, JSON of records and failures out as they finish."""


def everything(campaign: Campaign) -> bool:
    """Take what anybody asked for."""
    return True


def work(
    settings: Settings,
    *,
    n_workers: int,
    scope: Scope = everything,
    simulation: str = SIMULATION,
    run: Runner | None = None,
) -> bool:
    """Become the worker, and work until nothing is pending.

    Parameters
    ----------
    settings : Settings
    n_workers : int, at least 1
        Simulations at once.
    scope : callable, default takes all
        Which campaigns are worked on.
    simulation : str, default="simulator.simulate:simulate"
        ``module:function`` that makes a record of a request.
    run : callable, default=None
        Where tasks run; None takes processes of this machine.

    Returns
    -------
    bool
        True if nothing is pending any more; False if another process works.
    """
    with open_store(settings) as store:
        # Somebody may ask between the last look and the release of the lock, and find it held: look once more.
        while store.is_unfinished(scope=scope):
            with hold_lock(settings) as is_held:
                if not is_held:
                    return False
                _collect_orphans(store)
                desk = _Desk(settings=settings, scope=scope, simulation=simulation)
                _work_through(store, desk, n_workers, run)
    return True


def work_or_follow(
    settings: Settings,
    *,
    n_workers: int,
    scope: Scope = everything,
    simulation: str = SIMULATION,
    run: Runner | None = None,
) -> None:
    """Return when nothing is pending: be the worker if nobody is, else wait for the one that is, and take over.

    Parameters
    ----------
    settings, n_workers, scope, simulation, run
        As for `work`.
    """
    while _is_pending(settings, scope):
        is_done = not is_working(settings) and work(
            settings, n_workers=n_workers, scope=scope, simulation=simulation, run=run
        )
        if not is_done:
            time.sleep(FOLLOW_SECONDS)


def resume(
    settings: Settings, *, n_workers: int, simulation: str = SIMULATION, run: Runner | None = None
) -> None:
    """Work on everything that is pending, unless another process does or waits to do so already.

    Whoever works now may work on one campaign only: so this waits, and takes over what is left.

    Parameters
    ----------
    settings, n_workers, simulation, run
        As for `work`.
    """
    while _is_pending(settings, everything):
        with hold_lock(settings, name="resume", timeout=RESUME_SECONDS) as is_held:
            if not is_held:
                return
            work_or_follow(settings, n_workers=n_workers, simulation=simulation, run=run)


def _is_pending(settings: Settings, scope: Scope) -> bool:
    with open_store(settings, is_read_only=True) as store:
        return store.is_unfinished(scope=scope)


@dataclass(kw_only=True)
class _Desk:
    """Hands out requests and knows which are in flight; any thread may ask."""

    settings: Settings
    scope: Scope
    simulation: str
    line: dict[str, SimulationRequest] = field(default_factory=dict)
    in_flight: dict[str, SimulationRequest] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    cancelled: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def _line_up(self) -> None:
        """Read what is to run, in order; for each training anew that would be most of the work at 10,000."""
        with open_store(self.settings, is_read_only=True) as store:
            self.line = store.pending(scope=self.scope)

    def take(self, *, is_suspect: bool = False, may_choose: bool = True) -> SimulationRequest | None:
        """Take the next request that nobody runs; suspects, which were near a pool's death, only by themselves.

        Where none is left, campaigns that choose for themselves may ask for one, unless it would only wait.
        """
        with self.lock:
            while True:
                if request := self._find(is_suspect):
                    self.in_flight[request.key] = self.line.pop(request.key)
                    return request
                if is_suspect or not may_choose or not self._choose_more():
                    return None

    def _find(self, is_suspect: bool) -> SimulationRequest | None:
        """Find the next in line; where there is none, look whether more was asked for since."""
        for _ in range(2):
            for key, request in self.line.items():
                if key not in self.in_flight and (key in self.deaths) == is_suspect:
                    return request
            self._line_up()
        return None

    def forget(self, key: str) -> None:
        """Take out what is settled; it may stand in line again, where it was looked for while it ran."""
        del self.in_flight[key]
        self.line.pop(key, None)

    def _choose_more(self) -> bool:
        """Let the first campaign ask for more that has something to ask for."""
        with open_store(self.settings) as store:
            choosing = [c for c in store.campaigns() if c.n_more and self.scope(c)]
            return any(pkgutil.resolve_name(CHOICE)(store, campaign) for campaign in choosing)

    def stop_cancelled(self) -> None:
        """Kill the pool if it runs something that nobody waits for any more."""
        with self.lock:
            self._line_up()
            if gone := self.in_flight.keys() - self.line.keys():
                self.cancelled |= gone
                kill_children()


def _work_through(store: Store, desk: _Desk, n_workers: int, run: Runner | None) -> None:
    """Run what is pending: each suspect alone, the others together."""
    alone, together = (run or partial(run_pool, n_workers=n) for n in (1, n_workers))
    take_ahead = partial(desk.take, may_choose=False)
    while True:
        if suspect := desk.take(is_suspect=True):
            _run_round(store, desk, iter([suspect]), alone, take_ahead=lambda: None)
        elif request := desk.take():
            requests = chain([request], iter(desk.take, None))
            _run_round(store, desk, requests, together, take_ahead=take_ahead)
        else:
            return


def _run_round(
    store: Store,
    desk: _Desk,
    requests: Iterator[SimulationRequest],
    run: Runner,
    *,
    take_ahead: Callable[[], SimulationRequest | None],
) -> None:
    """Run requests in one pool, until there is none left or the pool dies."""

    def make_task(request: SimulationRequest) -> Task:
        text = canonical_json(request.model_dump(mode="json"))
        return Task(request=text, settings=desk.settings, simulation=desk.simulation)

    def make_ahead() -> Task | None:
        request = take_ahead()
        return None if request is None else make_task(request)

    desk.cancelled.clear()
    tasks = Tasks(map(make_task, requests), take_ahead=make_ahead, cancelled=desk.cancelled)
    try:
        with _watching(desk):
            for text in run(tasks):
                _settle(store, desk, text)
    except BrokenPoolError:
        kill_children()
        _collect(store)
        _count_deaths(store, desk)
    except BaseException:
        kill_children()
        raise
    finally:
        with desk.lock:
            desk.in_flight.clear()
            desk.line.clear()


def _settle(store: Store, desk: _Desk, text: str) -> None:
    """Store what a child returned, in one step with forgetting that it was in flight."""
    with desk.lock:
        if '"what_happened"' in text:
            failure = Failure.model_validate_json(text)
            store.add_failure(failure)
            key = failure.request.key
        else:
            record = parse_record(text)
            _add(store, record)
            key = record.key
        desk.forget(key)
    clear_running(desk.settings, key=key)


def _collect(store: Store) -> None:
    """Store the records that lie in ``running/``: a pool that breaks drops what it had not handed over."""
    for record in read_running(store.settings).records:
        _add(store, record)
    clear_running(store.settings)


def _add(store: Store, record: SimulationRecord) -> None:
    """Store what a simulation found; what would not be read is a failure, else it would be pending for ever."""
    try:
        store.check_record(record)
        store.add_record(record)
    except RecordError as error:
        store.add_failure(
            Failure(
                request=record.request,
                what_happened=str(error),
                what_to_do="begin with another LABELWISE_CACHE, or prepare the data set again",
                created=utc_now(),
            )
        )


def _collect_orphans(store: Store) -> None:
    """Take over from a worker that died: its children may still be writing."""
    found = read_running(store.settings)
    if found.running or found.records:
        time.sleep(ORPHAN_SECONDS)
    _collect(store)


def _count_deaths(store: Store, desk: _Desk) -> None:
    """Suspect what was in flight when the pool died, and give up on what was so too often."""
    if desk.cancelled:
        return
    with desk.lock:
        for key, request in desk.in_flight.items():
            desk.deaths[key] += 1
            if desk.deaths[key] < MAX_DEATHS or store.record(key) is not None:
                continue
            store.add_failure(
                Failure(
                    request=request,
                    what_happened=f"the process that ran it died {MAX_DEATHS} times: killed, or out of memory",
                    what_to_do="run fewer simulations at once (--workers), or on a machine with more memory",
                    created=utc_now(),
                )
            )


@contextmanager
def _watching(desk: _Desk) -> Iterator[None]:
    """Look for cancelled campaigns while a pool runs."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(WATCH_SECONDS):
            with suppress(LabelwiseError):
                desk.stop_cancelled()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
