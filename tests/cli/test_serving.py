"""What ``doctor`` says of a dashboard that is served to others."""

from dataclasses import replace
from importlib.util import find_spec

import pytest

from simulator.cli import serving
from simulator.cli.serving import Served, look_at_server, look_at_sign_in, read_served
from tests.e2e.deployment import HOST, read_environment, read_file

LOCAL = Served(
    address="localhost",
    allowed_hosts=("localhost", "127.0.0.1"),
    base_path="",
    is_guarded=True,
    auth={},
    secrets=(),
)
SHARED = replace(LOCAL, allowed_hosts=("localhost", HOST), base_path="labelwise")
AUTH = {
    "redirect_uri": f"https://{HOST}/labelwise/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "labelwise",
    "client_secret": "x",
    "server_metadata_url": "https://login.hospital.org/.well-known/openid-configuration",
}


@pytest.fixture
def asking(settings):
    """An installation in which people sign in, and one may start."""
    return replace(settings, needs_sign_in=True, starters=frozenset({"anna@hospital.org"}))


@pytest.fixture(autouse=True)
def _authlib(monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda name: "found")


def found(checks, status):
    return [check.found for check in checks if check.status == status]


def test_the_project_as_it_is_answers_this_machine_only():
    served = read_served()
    assert replace(served, auth={}, secrets=()) == LOCAL
    (check,) = look_at_server(served)
    assert (check.status, check.found.split(";")[0]) == ("ok", "answers this machine's own browser only")


def test_the_files_of_the_deployment_page_lack_only_their_secrets(monkeypatch, tmp_path, asking):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(read_file("secrets.toml", {}))
    secrets.chmod(0o640)
    variables = read_environment("labelwise.env", {}) | read_environment(
        "sign-in.env", {"/etc/labelwise/secrets.toml": secrets}
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    served = read_served()
    assert replace(served, auth={}, secrets=()) == SHARED
    assert {check.status for check in look_at_server(served)} == {"ok"}
    lacks = "section [auth] of secrets.toml lacks cookie_secret, client_secret; docs/deployment.md shows one"
    assert found(look_at_sign_in(served, asking), "wrong") == [lacks]
    filled = replace(served, auth=served.auth | {"cookie_secret": "5" * 32, "client_secret": "x"})
    assert found(look_at_sign_in(filled, asking), "ok") == ["on; 1 of those who sign in may start work"]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"address": ""}, "note", "listens on all addresses without TLS"),
        ({"address": "0.0.0.0"}, "note", "STREAMLIT_SERVER_ADDRESS=localhost"),
        (
            {"address": "0.0.0.0", "allowed_hosts": ("localhost",)},
            "wrong",
            "under any other name pages stay empty",
        ),
        ({"allowed_hosts": ()}, "wrong", "any name is answered"),
        ({"allowed_hosts": ("localhost", "*")}, "wrong", "any name is answered"),
        ({"allowed_hosts": ('["localhost",', f'"{HOST}"]')}, "wrong", "'[\"localhost\",' is no host's name"),
        ({"allowed_hosts": (f"localhost,{HOST}",)}, "wrong", "a space between"),
        ({"allowed_hosts": (f"https://{HOST}",)}, "wrong", "is no host's name"),
        ({"allowed_hosts": (f"{HOST}:443",)}, "wrong", "is no host's name"),
        ({"is_guarded": False}, "wrong", "server.enableXsrfProtection"),
    ],
)
def test_what_a_shared_server_lacks_is_said(changes, status, said):
    (one,) = found(look_at_server(replace(SHARED, **changes)), status)
    assert said in one


def test_names_of_all_kinds_are_names():
    names = ("localhost", "::1", "10.0.0.7", "*.hospital.org", "node_7", HOST)
    assert found(look_at_server(replace(SHARED, allowed_hosts=names)), "wrong") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cookie_secret": "short"}, "cookie_secret has fewer than 32 characters"),
        ({"redirect_uri": f"http://{HOST}/labelwise/oauth2callback"}, "cookies travel in the open"),
        (
            {"redirect_uri": "https://other.org/labelwise/oauth2callback"},
            "'other.org', which is no allowed host",
        ),
        ({"redirect_uri": f"https://{HOST}/oauth2callback"}, "has to lead to /labelwise/oauth2callback"),
        ({"client_id": ""}, "lacks client_id"),
    ],
)
def test_sign_in_that_is_half_configured_is_said(asking, changes, said):
    served = replace(SHARED, auth=AUTH | changes)
    (one,) = found(look_at_sign_in(served, asking), "wrong")
    assert said in one


def test_sign_in_that_is_whole_is_well(asking):
    assert found(look_at_sign_in(replace(SHARED, auth=AUTH), asking), "wrong") == []


def test_sign_in_without_its_package_is_said(asking, monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "httpx" else find_spec(name))
    (one,) = found(look_at_sign_in(replace(SHARED, auth=AUTH), asking), "wrong")
    assert "pip install 'streamlit[auth]'" in one


def test_secrets_that_anybody_may_read_are_said(asking, tmp_path):
    path = tmp_path / "secrets.toml"
    path.touch(mode=0o644)
    (one,) = found(look_at_sign_in(replace(SHARED, auth=AUTH, secrets=(path,)), asking), "wrong")
    assert f"chmod o= {path}" in one


def test_a_starter_without_an_address_is_said(asking):
    (one,) = found(
        look_at_sign_in(replace(SHARED, auth=AUTH), replace(asking, starters=frozenset({"anna"}))), "wrong"
    )
    assert one.startswith("'anna' in LABELWISE_STARTERS is no e-mail address")


def test_secrets_or_starters_without_sign_in_are_said(settings, asking):
    half = replace(asking, needs_sign_in=False)
    said = " ".join(found(look_at_sign_in(replace(SHARED, auth=AUTH), half), "wrong"))
    assert said.count("set LABELWISE_SIGN_IN=1") == 2


def test_who_is_let_in_without_sign_in_is_said(settings):
    assert found(look_at_sign_in(LOCAL, settings), "ok") == ["off"]
    (one,) = found(look_at_sign_in(SHARED, settings), "note")
    assert one.endswith("may look and start work")
    (one,) = found(look_at_sign_in(SHARED, replace(settings, is_read_only=True)), "note")
    assert one.endswith("may look")
