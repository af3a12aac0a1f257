"""What a page costs the server, by the number of records, beside optuna-dashboard with as many trials.

Records are those published of the hippocampus again and again, with other seeds, imported into a folder of their own. A
real server answers a real browser; what counts is the CPU of the server with all its threads, from the request until it
is at rest. Writes the table of benchmarks/results.md.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from benchmarks.dashboard import PAGES, free_port, serve, serve_pages, write_records
from benchmarks.report import Row, compile_modules, tell
from simulator.settings import PROJECT, Settings
from simulator.store import open_store

SLIDERS = ("project", "procedure")
TARGETS = {1_000: 0.100, 10_000: 0.150, 100_000: 0.400}
"""Records → seconds of server CPU that a warm page may take."""

SLIDER_RECORDS, SLIDER_TARGET, COLD_TARGET, IMPORT_TARGET = 10_000, 0.060, 3.0, 1.0
REST_SECONDS, PATIENCE_SECONDS = 0.4, 90.0
FIGURE = ".js-plotly-plot .main-svg"
PEER_PYTHON = PROJECT / ".venv-peers" / "bin" / "python"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

IMPORT = "from pages.preload import preload; preload()"
"""Everything that pages import, without running one."""

ONE_FIGURE = """
import plotly.graph_objects as go
import streamlit as st
st.plotly_chart(go.Figure(go.Scatter(y=[1, 2, 3])))
"""
"""The least that a page with a chart can be."""

PEER = """
import json, sys, optuna
from optuna.distributions import FloatDistribution
from optuna_dashboard import run_server
optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = optuna.storages.InMemoryStorage()
study = optuna.create_study(storage=storage, direction="maximize")
share = FloatDistribution(0.0, 1.0)
for line in open(sys.argv[1]):
    record = json.loads(line)
    params = {name: record["virtues"][name] for name in ("diversity", "completeness", "quality")}
    study.add_trial(optuna.trial.create_trial(
        params=params, distributions=dict.fromkeys(params, share), value=record["performance"]["dice"]
    ))
run_server(storage, host="localhost", port=int(sys.argv[2]))
"""
"""optuna-dashboard with a trial a record, kept in memory: what a database would cost it is not counted."""


def prepare(folder, n_records):
    """Make a cache with records and a project, and a file of the records; one that is there stays."""
    cache, file = folder / f"cache-{n_records}", folder / f"{n_records}.jsonl"
    if not cache.exists():
        write_records(file, n_records=n_records)
        for command in (
            ["records", "import", file],
            ["project", "new", "Liver", "--hours=15", "--volumes=60"],
        ):
            subprocess.run(  # noqa: S603
                [sys.executable, "-m", "simulator", *map(str, command)],
                cwd=PROJECT,
                env={**os.environ, "LABELWISE_CACHE": str(cache)},
                stdout=subprocess.DEVNULL,
                check=True,
            )
    return cache, file


def find_project(cache):
    """Find the id of the project in a cache."""
    with open_store(Settings(cache=cache), is_read_only=True) as store:
        return next(iter(store.projects()))


def serve_peer(file, *, port):
    return serve([str(PEER_PYTHON), "-c", PEER, str(file), str(port)], port=port)


def used(server):
    """CPU seconds of a server so far."""
    times = server.cpu_times()
    return times.user + times.system


def spend(server, act):
    """Do something in the browser; returns the CPU seconds that the server took for it until it was at rest."""
    before = used(server)
    act()
    known, since, start = used(server), time.monotonic(), time.monotonic()
    while time.monotonic() - since < REST_SECONDS and time.monotonic() - start < PATIENCE_SECONDS:
        time.sleep(0.05)
        if (now := used(server)) > known + 0.015:
            known, since = now, time.monotonic()
    return used(server) - before


def open_page(page, address, shown):
    """Open an address, and wait until something is seen; a slow machine is waited for, and then no more."""
    with suppress(Error):
        page.goto(address)
        page.locator(shown).first.wait_for(timeout=PATIENCE_SECONDS * 1000)


def measure_pages(browser, cache, *, n_visits, n_steps):
    """Visit each page, and move its slider; returns name → CPU seconds, one a warm visit, or of a step."""
    port, project = free_port(), find_project(cache)
    visits, steps = {name: [] for name in PAGES}, {}

    def find_address(name):
        # Project answers at the bare address; its own leads there.
        return f"http://localhost:{port}/{'' if name == PAGES[0] else name}?project={project}"

    with serve_pages(cache, port=port) as server, browser.new_context() as context:
        page = context.new_page()
        for turn in range(n_visits + 1):
            for name in PAGES:
                taken = spend(server, partial(open_page, page, find_address(name), "h1"))
                if turn:
                    visits[name].append(taken)
        for name in SLIDERS if n_steps else ():
            spend(server, partial(open_page, page, find_address(name), "h1"))
            slider = page.get_by_role("slider").first
            slider.focus()
            taken = [spend(server, partial(slider.press, "ArrowRight")) for _ in range(n_steps + 1)]
            steps[name] = taken[1:]
    return visits, steps


def serve_one_figure(folder, *, port):
    """Start a dashboard that has one chart of three points, and nothing else."""
    (folder / "one.py").write_text(ONE_FIGURE)
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "one.py"), f"--server.port={port}"]
    return serve([*command, "--server.headless=true"], port=port)


def measure_cold(browser, serving):
    """Seconds from the start of a server to the first figure in the browser."""
    port, start = free_port(), time.perf_counter()
    with serving(port=port), browser.new_context() as context:
        open_page(context.new_page(), f"http://localhost:{port}/", FIGURE)
        return time.perf_counter() - start


def measure_import():
    """CPU seconds of a process that imports what pages import."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", IMPORT]
    subprocess.run(command, cwd=PROJECT, stderr=subprocess.DEVNULL, check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_open(browser, serving, path, *, n_visits):
    """Open one page again and again; returns seconds to its first figure, and CPU seconds of the server."""
    seconds = []
    port = free_port()
    with serving(port=port) as server, browser.new_context() as context:
        page = context.new_page()

        def visit():
            start = time.perf_counter()
            open_page(page, f"http://localhost:{port}{path}", FIGURE)
            seconds.append(time.perf_counter() - start)

        taken = [spend(server, visit) for _ in range(n_visits + 1)]
    return seconds[1:], taken[1:]


def measure_beside(browser, cache, file, *, n_visits):
    """Open Frontier, and what optuna-dashboard shows of as many trials."""
    rows = []
    known = {"Frontier": (lambda port: serve_pages(cache, port=port), "/frontier")}
    if PEER_PYTHON.exists():
        known["optuna-dashboard"] = (lambda port: serve_peer(file, port=port), "/dashboard/studies/0")
    n = int(file.stem)
    for name, (serving, path) in known.items():
        seconds, taken = measure_open(browser, serving, path, n_visits=n_visits)
        rows.append(Row(what=f"{name}, {n:,}, open to first figure", values=seconds, unit="s"))
        rows.append(Row(what=f"{name}, {n:,}, the same", values=taken, unit="s CPU"))
    return rows


def measure(folder, sizes, *, n_visits, n_steps):
    compile_modules()
    rows = []
    rows.append(
        Row(
            what="import of what pages import",
            values=[measure_import() for _ in range(n_visits)],
            unit="s CPU",
            target=IMPORT_TARGET,
        )
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        made = {n: prepare(folder, n) for n in sizes}
        smallest = made[min(sizes)][0]
        started = {
            "server's start to the first figure": (partial(serve_pages, smallest), COLD_TARGET),
            "the same, of a Streamlit page with one chart alone": (partial(serve_one_figure, folder), None),
        }
        for what, (serving, target) in started.items():
            colds = [measure_cold(browser, serving) for _ in range(n_visits)]
            rows.append(Row(what=what, values=colds, unit="s", target=target))
        for n, (cache, file) in made.items():
            is_asked = n == min(SLIDER_RECORDS, max(sizes))
            visits, steps = measure_pages(
                browser, cache, n_visits=n_visits, n_steps=n_steps if is_asked else 0
            )
            for name, taken in visits.items():
                what = f"{name.title()}, {n:,} records, warm"
                rows.append(Row(what=what, values=taken, unit="s CPU", target=TARGETS[n]))
            for name, taken in steps.items():
                what = f"{name.title()}, {n:,} records, a step of the slider"
                values = [statistics.mean(taken)]  # the system counts CPU in hundredths of a second
                rows.append(Row(what=what, values=values, unit="s CPU", target=SLIDER_TARGET))
            if n_visits > 1:
                rows += measure_beside(browser, cache, file, n_visits=n_visits)
        browser.close()
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 records, one visit; nothing is written")
    parser.add_argument("--caches", type=Path, help="folder in which caches are made, and found again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(
            asked.caches or Path(scratch),
            [1_000] if asked.quick else sorted(TARGETS),
            n_visits=1 if asked.quick else 2,
            n_steps=3 if asked.quick else 10,
        )
    packages = ("streamlit", "plotly", "pandas", "playwright")
    tell("pages", found, packages=packages, is_quick=asked.quick)
