"""Kills at random: every record is there, and none is computed again once it is committed."""

import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import psutil
import pytest

from simulator.campaigns import ask
from simulator.campaigns.worker import work
from simulator.settings import PROJECT
from simulator.store import open_store

N_KILLS = 50

WORKER = """
import sys
from pathlib import Path
from simulator.campaigns.worker import resume
from simulator.settings import Settings
settings = Settings(cache=Path(sys.argv[1]), published=Path(sys.argv[2]))
resume(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate")
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
                found += [
                    child
                    for child in worker.children()
                    if any("popen_loky" in part for part in child.cmdline())
                ]
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
        while n_kills < N_KILLS:
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

    with open_store(settings) as store:
        ask(store, asked, name="the rest", retry_failed=True)
    assert work(settings, n_workers=2, simulation="tests.campaigns.fakes:simulate")
    with open_store(settings, is_read_only=True) as store:
        assert store.keys() == {request.key for request in asked}
        assert store.failures() == store.pending() == {}
        assert store.problems() == ()
    committed = read_commits(settings)
    begun = [
        line.split() for line in (settings.cache / "log").read_text().splitlines() if line.startswith("begin")
    ]
    late = [key for _, key, _, _, began in begun if float(began) > committed[key]]
    assert late == []


def read_commits(settings):
    """Key of each record → when it was committed, in seconds since 1970."""
    with closing(sqlite3.connect(settings.cache / "store" / "cache.db")) as connection:
        rows = connection.execute("SELECT key, store_time FROM Cache WHERE key LIKE 'record/%'").fetchall()
    return {key.removeprefix("record/"): stored for key, stored in rows}
