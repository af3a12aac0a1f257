"""Signing in, where an installation asks for it: until then a page shows one button, and nothing else.

Who somebody is stands in Streamlit's signed cookie, made from the provider's answer; no header is believed.
"""

import logging
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitSecretNotFoundError

from simulator.settings import Settings, settings_for

from .escape import escape
from .wording import TERMINAL

__all__ = ["is_shut", "require_sign_in"]

SHORTEST_SECRET = 32
"""Characters of a cookie's secret: who guesses it can be anybody."""

_LOG = logging.getLogger(__name__)


def is_shut(settings: Settings) -> bool:
    """Tell whether this session has to sign in first."""
    if not settings.needs_sign_in:
        return False
    return st.user.get("is_logged_in") is not True or bool(_why_nobody_is_believed())


def require_sign_in(settings: Settings) -> Settings:
    """End the page on a sign-in button where it is asked for; give the settings of the one who signed in."""
    if not settings.needs_sign_in:
        return settings_for(None, settings=settings)
    if is_shut(settings):
        _ask_to_sign_in()
    email = _find_email()
    with st.sidebar:
        st.caption(escape(email or st.user.get("name") or "Signed in"))
        if st.button("Sign out", icon=":material/logout:"):
            st.logout()
    return settings_for(email, settings=settings)


def _ask_to_sign_in() -> NoReturn:
    reason = _why_nobody_is_believed()
    with st.container(horizontal_alignment="center"), st.container(width=1040):
        st.title("Labelwise", anchor=False)
        if reason:
            _say_that_nobody_can(reason)
        elif st.button("Sign in", type="primary", icon=":material/login:"):
            try:
                st.login()
            except StreamlitAuthError as error:
                _say_that_nobody_can(error)
    st.stop()


def _why_nobody_is_believed() -> str:
    """Say why anybody could pretend to be somebody; "" where nobody can."""
    if st.get_option("server.trustedUserHeaders"):
        return "server.trustedUserHeaders is set, and a visitor can send any header"
    try:
        secret = st.secrets["auth"]["cookie_secret"]
    except (StreamlitSecretNotFoundError, KeyError):
        return "secrets.toml has no section [auth] with a cookie_secret"
    return "" if len(str(secret)) >= SHORTEST_SECRET else "cookie_secret in secrets.toml is too short"


def _say_that_nobody_can(reason: object) -> None:
    """Leave the reason to the log: whoever reads this is not known."""
    _LOG.error("Nobody can sign in: %s", reason)
    st.error(
        f"Nobody can sign in yet: '{TERMINAL} doctor' says what is missing on the server.",
        icon=":material/error:",
    )


def _find_email() -> str | None:
    """Find the address that the provider vouches for; one that it says it has not verified counts for nothing."""
    email, verified = st.user.get("email"), st.user.get("email_verified", True)
    return email if isinstance(email, str) and verified in (True, "true") else None
