import os
import shutil
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
from tests.e2e.deployment import HOST, free_port
from tests.factories import make_records

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
]


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
    asked, contexts, allowed = [], [], {"localhost", HOST}

    def open_address(address, *, width=1440, height=1000, blocked=(), **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **options
        )
        for host in blocked:
            context.route(f"https://{host}/**", lambda route: route.abort())
        contexts.append(context)
        allowed.update(blocked)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    hosts = {url.split("/")[2].split(":")[0] for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= allowed


@pytest.fixture
def serve():
    """Start a fresh server on a cache folder, with further environment variables; yields its address."""

    @contextmanager
    def run(cache, **variables):
        port = variables.setdefault("STREAMLIT_SERVER_PORT", str(free_port()))
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py"],
            cwd=PROJECT,
            env={**os.environ, "LABELWISE_READ_ONLY": "", **variables, "LABELWISE_CACHE": str(cache)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://localhost:{port}/{variables.get('STREAMLIT_SERVER_BASE_URL_PATH', '')}".rstrip("/")
        try:
            _wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                # Streamlit sometimes waits for a connection that nobody closes; a service manager kills it then, too.
                server.kill()
                server.wait()

    return run


def _wait_for(address, server):
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server did not start")
