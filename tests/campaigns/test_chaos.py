"""Kills at random: every record is there, once, and none is computed again when it is committed.

One test kills all that takes part, as it is started in earnest, whose start-up most kills then meet. The other kills
between two stores: trainings take moments, storing is slow, and workers are forked from a process that has loaded
everything.
"""

import contextlib
import math
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import psutil
import pytest

from simulator.campaigns import ask
from simulator.campaigns.running import read_running
from simulator.campaigns.worker import work
from simulator.settings import PROJECT
from simulator.store import open_store

N_KILLS_OF_ALL = 15
N_KILLS_BETWEEN_STORES = 50

WORKER = """
import sys
from pathlib import Path
from simulator.campaigns.worker import resume
from simulator.settings import Settings
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[2]))
resume(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate")
"""

NURSERY = """
import os, signal, sys, time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from diskcache import Cache
from simulator.campaigns import worker
from simulator.campaigns.child import follow_parent, run_task
from simulator.campaigns.pool import BrokenPoolError
from simulator.settings import Settings
from simulator.store import Store
import tests.campaigns.fakes

def slowly(function):
    def act(*arguments):
        done = function(*arguments)
        time.sleep(0.015)
        return done
    return act

def run(tasks):
    pool = ProcessPoolExecutor(2, mp_context=get_context("fork"), initializer=follow_parent)
    with pool:
        try:
            running = {pool.submit(run_task, task) for task in islice(tasks, 2)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                    running |= {pool.submit(run_task, task) for task in islice(tasks, 1)}
        except BrokenProcessPool as error:
            raise BrokenPoolError("a child died") from error

Cache._row_insert = slowly(Cache._row_insert)  # the row is there, but not committed
Store.check_record = slowly(Store.check_record)
Store.add_record = slowly(Store.add_record)
worker.ORPHAN_SECONDS = 0.3
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[2]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        worker.resume(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate_quickly", run=run)
        os._exit(0)
    print(pid, flush=True)
"""

LAUNCHER = """
import subprocess, sys, time
log = open(sys.argv[2] + "/worker.log", "a")
subprocess.Popen([sys.executable, "-c", *sys.argv[1:]], start_new_session=True, stdout=log, stderr=log)
time.sleep(3600)
"""


class Kingdom:
    """The processes of one cache folder, found by their command lines."""

    def __init__(self, settings):
        self.settings = settings
        self.launchers = []

    def launch(self):
        """Do what the browser's server does on a click."""
        command = [
            sys.executable,
            "-c",
            LAUNCHER,
            WORKER,
            str(self.settings.cache),
            str(self.settings.published),
        ]
        self.launchers.append(subprocess.Popen(command, cwd=PROJECT))

    def workers(self):
        return [process for process in self._all() if process.info["cmdline"][2:3] == [WORKER]]

    def children(self):
        found = []
        for worker in self.workers():
            with contextlib.suppress(psutil.Error):
                found += [child for server in worker.children() for child in server.children()]
        return found

    def kill_one(self, chance):
        """Kill a worker, a child of its pool, or a launcher; say whether there was one."""
        victims = chance.choice([self.workers, self.children, lambda: self.launchers])()
        if not victims:
            return False
        victim = chance.choice(victims)
        with contextlib.suppress(psutil.Error):
            victim.kill()
        if victim in self.launchers:
            self.launchers.remove(victim)
            victim.wait()
        return True

    def end(self):
        for process in [*self.workers(), *self.children(), *self.launchers]:
            with contextlib.suppress(psutil.Error):
                process.kill()
        for launcher in self.launchers:
            launcher.wait()

    def _all(self):
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = process.info["cmdline"] or []
            if str(self.settings.cache) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_at_random_lose_no_record_and_compute_none_twice(settings, make_requests):
    chance = random.Random(0)
    kingdom = Kingdom(settings)
    asked, n_kills, seeds = [], 0, iter(range(100_000))
    try:
        while n_kills < N_KILLS_OF_ALL:
            with open_store(settings) as store:
                if (
                    len(store.pending()) < 4
                ):  # overlapping campaigns, so that there is always something to kill
                    mine = make_requests(*(next(seeds) for _ in range(6)))
                    requests = (*asked[-2:], *mine)
                    ask(store, requests, name="chaos", retry_failed=True)
                    asked += mine
            if not kingdom.workers() or not kingdom.launchers:
                kingdom.launch()
            time.sleep(chance.uniform(0.2, 2.0))
            n_kills += kingdom.kill_one(chance)
    finally:
        kingdom.end()
    check_that_nothing_is_lost_or_done_twice(settings, asked)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_between_two_stores_lose_no_record_and_compute_none_twice(settings, make_requests):
    chance = random.Random(1)
    asked = make_requests(*range(300))
    with open_store(settings) as store:
        for start in range(0, 300, 100):  # overlapping
            ask(store, asked[max(0, start - 20) : start + 100], name="chaos")
    seen, found, n_between = {}, {}, 0
    with nursery(settings) as fork_worker:
        worker = fork_worker()
        for _ in range(N_KILLS_BETWEEN_STORES):
            before = count_records(settings)
            wait_for_records(settings, before + chance.randint(1, 3))
            time.sleep(chance.uniform(0, 0.08))
            if chance.random() < 0.2 and (children := worker.children()):
                chance.choice(children).kill()
                continue
            worker.kill()
            worker.wait()
            found |= {record.key: time.time() for record in read_running(settings).records}
            seen |= read_commits(settings)
            n_between += before < len(seen) < len(asked)
            worker = fork_worker()
        worker.kill()
    assert n_between > N_KILLS_BETWEEN_STORES / 2
    check_that_nothing_is_lost_or_done_twice(settings, asked)
    assert seen.items() <= read_commits(settings).items()
    # What had been found, and only not been stored yet, is not computed again either.
    assert found
    assert [key for key, when in read_begins(settings) if when > found.get(key, math.inf)] == []


@contextlib.contextmanager
def nursery(settings):
    """Give a function that forks a worker from a process that has loaded everything."""
    command = [sys.executable, "-c", NURSERY, str(settings.cache), str(settings.published)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout.readline() == "ready\n"

        def fork_worker():
            process.stdin.write("fork\n")
            return psutil.Process(int(process.stdout.readline()))

        yield fork_worker
        process.kill()


def check_that_nothing_is_lost_or_done_twice(settings, asked):
    with open_store(settings) as store:
        ask(store, asked, name="the rest", retry_failed=True)
    assert work(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate_quickly")
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == {request.key for request in asked}
        assert store.failures() == store.pending() == {}
        assert store.problems() == ()
    committed = read_commits(settings)
    assert sorted(committed) == sorted(request.key for request in asked)
    assert [key for key, when in read_begins(settings) if when > committed[key]] == []


def read_begins(settings):
    """Key and time of each training that began, in seconds since 1970."""
    lines = [line.split() for line in (settings.cache / "log").read_text().splitlines()]
    return [(key, float(when)) for what, key, _, _, when in lines if what == "begin"]


def read_commits(settings):
    """Key of each row of a record → when it was committed, in seconds since 1970."""
    with closing(sqlite3.connect(settings.cache / "store" / "cache.db")) as connection:
        rows = connection.execute("SELECT key, store_time FROM Cache WHERE key LIKE 'record/%'").fetchall()
    return {key.removeprefix("record/"): stored for key, stored in rows}


def count_records(settings):
    with closing(sqlite3.connect(settings.cache / "store" / "cache.db")) as connection:
        query = "SELECT count(*) FROM Cache WHERE key BETWEEN 'record/' AND 'record/~'"
        return connection.execute(query).fetchone()[0]


def wait_for_records(settings, n_records, *, seconds=60):
    deadline = time.monotonic() + seconds
    while count_records(settings) < n_records:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
