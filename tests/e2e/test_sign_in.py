"""Signing in behind the proxy, with the files of the deployment page and a provider on this machine."""

import re
from functools import partial

import pytest

from tests.e2e.deployment import (
    HOST,
    NGINX,
    free_port,
    read_environment,
    read_file,
    run_nginx,
    run_provider,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light"),
]

CLAIMED = dict.fromkeys(
    ("X-Forwarded-User", "X-Forwarded-Email", "X-Auth-Request-Email", "Remote-User"), "anna@hospital.org"
)
PREPARE = "Make and prepare the phantom"


@pytest.fixture
def visit_shared(visit):
    """Open a window that takes the test's certificate, and keeps the provider's page from asking for its style."""
    return partial(visit, ignore_https_errors=True, blocked=["cdn.jsdelivr.net"])


@pytest.fixture
def shared(serve, cache, tmp_path):
    """Run provider, proxy and server as the page says; gives the address."""
    port, server_port = free_port(), free_port()
    address = f"https://{HOST}:{port}/labelwise"
    with run_provider(tmp_path) as provider:
        secrets = read_file(
            "secrets.toml",
            {
                "https://labelwise.hospital.org/labelwise": address,
                'cookie_secret = ""': f'cookie_secret = "{"5ec4e7" * 8}"',
                'client_secret = ""': 'client_secret = "known to the provider"',
                "https://login.hospital.org": f"http://localhost:{provider}",
            },
        )
        (tmp_path / "secrets.toml").write_text(secrets)
        variables = read_environment("labelwise.env", {"8501": server_port}) | read_environment(
            "sign-in.env", {"/etc/labelwise/secrets.toml": tmp_path / "secrets.toml"}
        )
        with (
            run_nginx(tmp_path, port=port, server_port=server_port, plain_port=free_port()),
            serve(cache, **variables),
        ):
            yield address


def sees_only_the_button(page):
    page.get_by_role("button", name="Sign in").wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    text = " ".join(page.locator("body").inner_text().split())
    assert text == "Skip to main content Labelwise login Sign in"


def sign_in(page, address, *, email):
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(email)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{address}/**")
    page.get_by_role("button", name="Sign out").wait_for()
    assert email in page.locator("body").inner_text().replace("\u2060", "")


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()


def test_nothing_is_shown_before_and_only_a_starter_may_start(shared, visit_shared):
    page = visit_shared(f"{shared}/data", extra_http_headers=CLAIMED)
    sees_only_the_button(page)

    sign_in(page, shared, email="carl@hospital.org")
    page.get_by_role("heading", level=1, name="What should be labeled?").wait_for()
    page.goto(f"{shared}/data?data=phantom")
    page.get_by_role("button", name=PREPARE).wait_for()
    assert page.get_by_role("button", name=PREPARE).is_disabled()
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == "_streamlit_user"]
    assert [(cookie["secure"], cookie["httpOnly"]) for cookie in cookies] == [(True, True)]

    sign_out(page)
    sees_only_the_button(page)
    assert not [cookie for cookie in page.context.cookies() if cookie["name"].startswith("_streamlit_user")]
    page.goto(f"{shared}/records?of=toy")
    sees_only_the_button(page)

    sign_in(page, shared, email="anna@hospital.org")
    page.goto(f"{shared}/data?data=phantom")
    page.get_by_role("button", name=PREPARE).click()
    page.get_by_text(re.compile("Preparing slices|Reference")).first.wait_for()


def test_a_login_leads_nowhere_else(shared, visit_shared):
    page = visit_shared(
        f"{shared}/auth/logout?next=http://localhost:1/&redirect_uri=http://localhost:1/",
    )
    page.wait_for_url(f"{shared}/")
    page.goto(f"{shared}/oauth2callback?code=x&state=y&next=http://localhost:1/")
    page.wait_for_url(f"{shared}/")
    sees_only_the_button(page)
