"""Behind a proxy that ends TLS, under a path, at a name of its own: the very files of the deployment page."""

import http.client
import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.deployment import HOST, NGINX, free_port, read_environment, run_nginx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light"),
]


@pytest.fixture
def ports():
    return {"server_port": free_port(), "port": free_port(), "plain_port": free_port()}


def test_the_app_fills_and_a_click_works(serve, visit, cache, tmp_path, ports):
    variables = read_environment("labelwise.env", {"8501": ports["server_port"]})
    with run_nginx(tmp_path, **ports), serve(cache, **variables):
        address = f"https://{HOST}:{ports['port']}/labelwise"
        page = visit(f"{address}/procedure?data=toy&budget=3.5", ignore_https_errors=True)
        page.get_by_text("With 3.5 hours").wait_for()
        page.get_by_role("link", name="Frontier").click()
        page.get_by_role("heading", level=1, name="Which labeling is worth its effort?").wait_for()
        page.wait_for_url(re.compile(f"^{re.escape(address)}/frontier\\?.*data=toy"))
        page.get_by_role("link", name="Records").click()
        page.get_by_role("heading", level=1, name="What did each simulation find?").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download all (CSV)").click()
        assert Path(download.value.path()).read_bytes().count(b"\n") > 1
        page.goto(f"https://{HOST}:{ports['port']}/")
        page.wait_for_url(re.compile(f"^{re.escape(address)}/"))
        page.get_by_role("heading", level=1, name="What should be labeled?").wait_for()
        assert {cookie["secure"] for cookie in page.context.cookies()} == {True}
        assert _redirect(ports["plain_port"], "/labelwise/plan") == f"https://{HOST}/labelwise/plan"


def _redirect(port, path):
    """Ask without TLS, in another host's name; returns where that leads."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": "evil.example"})
        return connection.getresponse().getheader("Location")


def test_only_the_names_of_the_page_are_answered(serve, cache):
    port = free_port()
    with serve(cache, **read_environment("labelwise.env", {"8501": port})):
        for host, status in {HOST: 101, "localhost": 101, "evil.example": 403}.items():
            assert _shake_hands(port, "/labelwise/_stcore/stream", host=host) == status


def test_a_name_that_nobody_allowed_is_refused(serve, cache):
    port = free_port()
    with serve(cache, STREAMLIT_SERVER_PORT=str(port)):
        assert _shake_hands(port, "/_stcore/stream", host=HOST) == 403


def _shake_hands(port, path, *, host):
    """Ask for a WebSocket in a host's name; returns the answer's status."""
    headers = {
        "Host": host,
        "Origin": f"https://{host}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
