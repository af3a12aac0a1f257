"""The frame around every page: navigation, logo, width, and the one call with which every page begins."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

from simulator.errors import LabelwiseError
from simulator.remedies import remedy_for
from simulator.settings import PROJECT, Settings, load_settings

from .escape import escape_sentence
from .signing_in import is_shut, require_sign_in
from .url_state import address_for, forget_refused, show_refused, write_address
from .wording import TERMINAL

__all__ = ["PAGES", "begin_page", "end_page", "open_frame", "open_page", "page_body", "set_aside"]

ASSETS = Path(__file__).parent / "assets"

PAGES = {
    "Your project": (
        ("project", "Project", "home"),
        ("plan", "Plan", "checklist"),
        ("progress", "Progress", "trending_up"),
    ),
    "Evidence": (
        ("procedure", "Procedure", "route"),
        ("frontier", "Frontier", "show_chart"),
        ("virtues", "Virtues", "balance"),
        ("saturation", "Saturation", "water_drop"),
        ("records", "Records", "table_rows"),
    ),
    "Measure": (("data", "Data", "view_in_ar"), ("simulate", "Simulate", "play_circle")),
}
"""Section → file, title and icon of its pages. """

FIRST = "project"
"""What the bare address shows."""

GONE = ("budget",)
"""Pages that others took the place of: their addresses lead to the first page."""

_LOG = logging.getLogger(__name__)


class _PageEnded(Exception):  # noqa: N818 - it is no error
    """A page has no more to show. After `st.stop` nothing could be shown or written any more, the address neither."""


def open_frame() -> Page:
    """Build the navigation; returns the page to run."""
    st.set_page_config(page_title="Labelwise", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), icon_image=str(ASSETS / "icon.svg"), size="large")
    sections = {
        section: [
            st.Page(
                PROJECT / "pages" / name / "page.py",
                title=title,
                icon=f":material/{icon}:",
                url_path=name if name != FIRST else "first",
                default=name == FIRST,
            )
            for name, title, icon in pages
        ]
        for section, pages in PAGES.items()
    }
    bare = next(page for pages in sections.values() for page in pages if page.url_path == "")
    hidden = [
        # The default page answers at the bare address only; without this, /project would be "not found".
        st.Page(lambda: _show(bare), title="Labelwise", url_path=FIRST, visibility="hidden"),
        *(
            st.Page(lambda: st.switch_page(bare), title="Labelwise", url_path=name, visibility="hidden")
            for name in GONE
        ),
    ]
    return st.navigation(
        {**sections, "": hidden}, position="hidden" if is_shut(load_settings()) else "sidebar"
    )


@cache
def set_aside(page: str) -> None:
    """Spare the garbage collector what a page's first run has loaded; once for all sessions.

    Streamlit has it walk every object after each run: the 200,000 of modules and records took longer than most pages.

    Parameters
    ----------
    page : str
        Its address; each loads modules of its own.
    """
    gc.collect()
    gc.freeze()


def _show(page: Page) -> None:
    st.switch_page(page, query_params=st.query_params.to_dict())


def begin_page() -> Settings:
    """Make sure that who looks may look; gives the settings: the first call of every page."""
    return require_sign_in(load_settings())


@contextmanager
def page_body() -> Iterator[None]:
    """Lay the page out in one column of readable width; what goes wrong becomes a message that says what to do."""
    forget_refused()
    with st.container(horizontal_alignment="center"), st.container(width=1040):
        notices = st.container()
        try:
            yield
        except _PageEnded:
            pass
        except LabelwiseError as error:
            _show_error(error)
        except OSError as error:
            _LOG.exception("A page could not read or write")
            where = error.filename or "the cache folder"
            _show_error(f"{error.strerror or error}: {where}; {remedy_for(error)}")
        except Exception:  # a page that ends in a blank box helps nobody; tests fail on what is logged here
            _LOG.exception("A page stopped")
            _show_error(
                "something in the cache folder or among the records could not be understood; "
                f"'{TERMINAL} doctor' says what is wrong there, and the server's log what happened here"
            )
        finally:
            with notices:
                show_refused()
            write_address()


def _show_error(what: object) -> None:
    st.error(escape_sentence(what), icon=":material/error:")


def end_page() -> NoReturn:
    """End a page before its last line."""
    raise _PageEnded


def open_page(name: str) -> NoReturn:
    """Go to another page; choices go along in the session, and in the address so that it is not written twice."""
    st.switch_page(PROJECT / "pages" / name / "page.py", query_params=address_for(name))
