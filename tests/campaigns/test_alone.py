"""Where processes share no semaphore, simulations run in one process, and nothing else is different."""

import errno
import os
import threading
import time

import pytest

from simulator.campaigns import ask, cancel_campaign, has_semaphores
from simulator.campaigns.alone import BrokenPoolError
from simulator.campaigns.child import Task
from simulator.campaigns.pool import run_pool
from simulator.campaigns.worker import work
from simulator.records import canonical_json
from simulator.store import open_store
from tests.campaigns.fakes import DIES, RAISES, SLEEPS, read_log

FAKE = "tests.campaigns.fakes:simulate"

REFUSALS = [
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EROFS, "Read-only file system"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.ENOSYS, "Function not implemented"),
    FileNotFoundError(errno.ENOENT, "No such file or directory"),
    ImportError("This platform lacks a functioning sem_open implementation"),
]


@pytest.fixture(params=REFUSALS, ids=lambda error: getattr(error, "strerror", None) or "no sem_open")
def refusal(request):
    return request.param


@pytest.fixture
def without_semaphores(monkeypatch):
    def refuse(error=REFUSALS[0]):
        def fail(*arguments):
            raise error

        monkeypatch.setattr("multiprocessing.Semaphore", fail)
        # What would be needed must not be reached.
        monkeypatch.setattr("simulator.campaigns.pool.ProcessPoolExecutor", fail)

    return refuse


def ask_for(settings, requests):
    with open_store(settings) as store:
        return ask(store, requests, name="test")


def read(settings):
    with open_store(settings, is_read_only=True) as store:
        return store.keys(), store.failures(), store.pending()


def test_semaphores_are_found_by_making_one(without_semaphores, refusal):
    assert has_semaphores()
    without_semaphores(refusal)
    assert not has_semaphores()


def test_records_and_failures_come_from_one_process(settings, make_requests, without_semaphores):
    requests = make_requests(0, 1, RAISES)
    ask_for(settings, requests)
    without_semaphores()
    assert work(settings, n_workers=2, simulation=FAKE)
    keys, failures, pending = read(settings)
    assert keys == {request.key for request in requests[:2]}
    assert failures.keys() == {requests[2].key}
    assert pending == {}
    processes = {line.split()[2] for line in (settings.cache / "log").read_text().splitlines()}
    assert len(processes) == 1
    assert str(os.getpid()) not in processes


def test_its_death_is_that_of_a_pool(settings, make_requests, without_semaphores):
    without_semaphores()
    (request,) = make_requests(DIES)
    settings.cache.mkdir()
    task = Task(request=canonical_json(request.model_dump(mode="json")), settings=settings, simulation=FAKE)
    with pytest.raises(BrokenPoolError, match="the process that ran it died: it was killed"):
        list(run_pool(iter([task]), n_workers=2))


def test_a_cancelled_simulation_ends_at_once(settings, make_requests, without_semaphores):
    campaign = ask_for(settings, make_requests(SLEEPS))
    without_semaphores()
    worker = threading.Thread(target=work, args=(settings,), kwargs={"n_workers": 1, "simulation": FAKE})
    worker.start()
    while not read_log(settings, "begin"):
        time.sleep(0.02)
    cancel_campaign(campaign.id, settings=settings)
    worker.join(timeout=8)
    assert not worker.is_alive()
    assert read(settings)[2] == {}
