import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from simulator.settings import PROJECT, Settings
from simulator.store import open_store
from tests.factories import make_records

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("the browser tests need Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Folder with the records of a small campaign on one synthetic data set."""
    folder = tmp_path_factory.mktemp("cache")
    with open_store(Settings(cache=folder)) as store:
        for record in make_records():
            store.add_record(record)
    return folder


@pytest.fixture
def visit(browser):
    """Open a new window on an address; at the end no request may have left the machine."""
    asked, contexts = [], []

    def open_address(address, *, width=1440, height=1000):
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    hosts = {url.split("/")[2].split(":")[0] for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}


@pytest.fixture
def serve():
    """Start a fresh server on a cache folder; yields its address."""

    @contextmanager
    def run(cache):
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=PROJECT, env={**os.environ, "LABELWISE_CACHE": str(cache), "LABELWISE_READ_ONLY": ""},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        address = f"http://localhost:{port}"
        try:
            _wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)

    return run


def _wait_for(address, server):
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server did not start")
