"""Pages of an installation that asks to sign in, and of one that lets only some start."""

import dataclasses

import pytest
import streamlit as st

import pages.common.frame
from pages.common.frame import PAGES

NAMES = [name for pages in PAGES.values() for name, _, _ in pages]
AUTH = {"cookie_secret": "s" * 32}


@pytest.fixture
def meet(settings, monkeypatch):
    """Make the installation one with sign-in, and this session somebody's; None for nobody's."""

    def become(user, *, starters=("anna@hospital.org",), auth=AUTH):
        asked = dataclasses.replace(settings, needs_sign_in=True, starters=frozenset(starters))
        monkeypatch.setattr(pages.common.frame, "load_settings", lambda: asked)
        monkeypatch.setattr(st, "user", user or {})
        monkeypatch.setattr(st, "secrets", {"auth": auth})

    return become


def user(email="anna@hospital.org", **claims):
    return {"is_logged_in": True, "email": email, **claims}


def shown(app):
    """Name all that is on the page or beside it."""
    names = [type(element).__name__ for element in (*app.main, *app.sidebar)]
    return [name for name in names if "Block" not in name]


@pytest.mark.parametrize("name", NAMES)
def test_who_is_not_known_sees_one_button(show, fill, meet, name):
    fill()
    meet(None)
    app = show(name)
    assert shown(app) == ["Title", "Button"]
    assert (app.title[0].value, app.button[0].label) == ("Labelwise", "Sign in")


@pytest.mark.parametrize(
    "found",
    [{"is_logged_in": False}, {"email": "anna@hospital.org"}, user(is_logged_in="1"), user(is_logged_in=1)],
)
def test_only_a_signed_cookie_makes_somebody_known(show, meet, found):
    meet(found)
    assert shown(show("procedure")) == ["Title", "Button"]


def test_who_signed_in_sees_the_page_and_can_sign_out(show, fill, meet):
    fill()
    meet(user("<anna>@hospital.org"))
    app = show("records")
    assert app.title[0].value == "What did each simulation find?"
    assert [button.label for button in app.sidebar.button] == ["Sign out"]
    assert "<" not in app.sidebar.caption[0].value.replace("\\<", "")


@pytest.mark.parametrize(
    ("found", "may_start"),
    [
        (user(), True),
        (user("ANNA@hospital.org", email_verified=True), True),
        (user(email_verified=False), False),
        (user(email_verified="false"), False),
        (user("carl@hospital.org"), False),
        (user(None), False),
        (user(["anna@hospital.org"]), False),
    ],
)
def test_only_a_verified_address_of_a_starter_may_start(show, meet, found, may_start):
    meet(found)
    assert may_prepare(show("data")) is may_start


def may_prepare(app):
    return not next(
        button for button in app.button if button.label == "Make and prepare the phantom"
    ).disabled


def test_starters_without_sign_in_let_nobody_start(show, meet, settings, monkeypatch):
    meet(user())
    named = dataclasses.replace(settings, starters=frozenset({"anna@hospital.org"}))
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: named)
    assert not may_prepare(show("data"))


def test_a_button_that_was_clicked_though_it_could_not_be_starts_nothing(show, meet, settings, monkeypatch):
    meet(user("carl@hospital.org"))
    monkeypatch.setattr(st, "button", lambda label, **options: label == "Make and prepare the phantom")
    said = show("data").error[0].value.replace("\\", "")
    assert said.startswith(
        "The phantom was not made yet, and only those named in LABELWISE_STARTERS may start work"
    )
    assert not settings.cache.exists()


def test_why_one_may_not_start_is_said(show, fill, meet, with_phantom):
    fill(reference=with_phantom)
    meet(user("carl@hospital.org"))
    said = [text.value.replace("\\", "") for text in show("simulate").markdown]
    assert any("only those named in LABELWISE_STARTERS may start work here" in text for text in said)


@pytest.mark.parametrize("auth", [{}, {"cookie_secret": ""}, {"cookie_secret": "short"}])
def test_a_cookie_that_anybody_could_sign_lets_nobody_in(show, meet, caplog, auth):
    meet(user(), auth=auth)
    app = show("procedure")
    assert not app.button
    assert app.error[0].value.startswith("Nobody can sign in yet: ")
    assert "cookie" not in app.error[0].value
    assert "cookie_secret" in caplog.text


def test_headers_are_never_believed(show, meet, monkeypatch, caplog):
    meet(user())
    options = st.get_option
    monkeypatch.setattr(
        st,
        "get_option",
        lambda name: {"X-User": "email"} if name == "server.trustedUserHeaders" else options(name),
    )
    assert show("procedure").error[0].value.startswith("Nobody can sign in yet: ")
    assert "trustedUserHeaders" in caplog.text


def test_what_sign_in_lacks_is_said_when_the_button_is_clicked(show, meet, caplog):
    meet(None)
    app = show("procedure")
    app.button[0].click().run()
    assert app.error[0].value.startswith("Nobody can sign in yet: ")
    assert "Nobody can sign in" in caplog.text


def test_secrets_that_got_lost_let_nobody_in(show, settings, monkeypatch, caplog):
    asked = dataclasses.replace(settings, needs_sign_in=True)
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: asked)
    monkeypatch.setattr(st, "user", user())
    app = show("procedure")
    assert shown(app) == ["Title", "Error"]
    assert "secrets.toml has no section" in caplog.text
