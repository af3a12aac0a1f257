import asyncio
import errno
import gc
import re
import subprocess
import sys
import threading

import pytest

import pages.common.records
from pages.common.frame import PAGES, set_aside
from pages.preload import preloaded
from simulator.settings import PROJECT

NAMES = [name for pages in PAGES.values() for name, _, _ in pages]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/x"),
            "No space left on device: /data/x; make room",
        ),
        (
            OverflowError("int too large"),
            "could not be understood; '.venv/bin/python -m simulator doctor' says",
        ),
    ],
)
def test_what_goes_wrong_is_said_with_what_to_do_and_logged(show, monkeypatch, caplog, error, said):
    def fail(settings):
        raise error

    monkeypatch.setattr(pages.common.records, "read_table", fail)
    app = show("records")
    assert not app.exception
    assert said in app.error[0].value.replace("\\", "")
    assert [record.exc_info[1] for record in caplog.records if record.name == "pages.common.frame"] == [error]
    caplog.clear()


def test_the_garbage_collector_is_spared_what_the_first_run_of_a_page_has_loaded(show):
    gc.unfreeze()
    set_aside.cache_clear()
    show("records")
    n_frozen = gc.get_freeze_count()
    assert n_frozen > 100_000

    show("records")  # what a later run makes is collected as ever
    assert gc.get_freeze_count() <= n_frozen


@pytest.mark.parametrize("name", NAMES)
def test_pages_begin_with_the_guard_and_are_short(name):
    lines = (PROJECT / "pages" / name / "page.py").read_text().splitlines()
    statements = [line for line in lines if line.startswith(("settings", "with", "st.", "def"))]
    assert statements[0] == "settings = begin_page()"
    assert len(lines) <= 85


def test_only_the_guard_reads_the_settings():
    """What a page gets from it is read-only for one who may not start."""
    readers = [
        path.relative_to(PROJECT / "pages").as_posix()
        for path in sorted((PROJECT / "pages").rglob("*.py"))
        if re.search("load_settings|Settings\\(", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["common/frame.py"]


def test_every_page_is_in_the_navigation():
    assert sorted(NAMES) == sorted(path.parent.name for path in (PROJECT / "pages").glob("*/page.py"))


def test_what_pages_share_is_loaded_beforehand_without_torch_and_sklearn():
    code = "from pages.preload import preload; preload(); import sys; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    parts = (path.relative_to(PROJECT).with_suffix("").parts for path in (PROJECT / "pages").glob("*/*.py"))
    assert {".".join(part) for part in parts if part[-1] != "page"} <= loaded
    assert not {"torch", "sklearn", "pages.main", "pages.project.page"} & loaded


def test_a_server_that_starts_does_so_without_being_asked(monkeypatch):
    began = threading.Event()
    monkeypatch.setattr("pages.preload.preload", began.set)

    async def start():
        async with preloaded(None):
            assert began.wait(timeout=10)

    asyncio.run(start())


def test_a_page_calculates_in_one_thread_and_what_it_launches_is_free_to_choose():
    code = (
        "import app, os, psutil, scipy.linalg; "
        "print(psutil.Process().num_threads(), os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={}, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["1", "None"]
