"""A fresh server whose very first request is for a page, with choices in the address."""

import re

import pytest

from pages.common.frame import PAGES

QUESTIONS = {
    "project": "What should be labeled?",
    "progress": "How far are we?",
    "plan": "Who labels what, and when?",
    "procedure": "How do you proceed, step by step?",
    "frontier": "Which labeling is worth its effort?",
    "virtues": "Which virtue comes first?",
    "saturation": "How good, and how many, are enough?",
    "records": "What did each simulation find?",
    "data": "What does a quality look like?",
    "simulate": "What should be measured next?",
}
TITLES = [title for pages in PAGES.values() for _, title, _ in pages]

QUERY = "data=toy&budget=3.5"

pytestmark = pytest.mark.browser


def check_deep_link(page, name, query):
    page.get_by_role("heading", level=1, name=QUESTIONS[name]).wait_for()
    links = page.locator('[data-testid="stSidebarNavLink"]')
    links.first.wait_for()
    assert [text.splitlines()[-1] for text in links.all_inner_texts()] == TITLES
    page.wait_for_timeout(500)
    page.wait_for_url(re.compile(query.split("&")[0]))
    assert page.get_by_text("Page not found").count() == 0
    if name == "procedure":
        page.get_by_text("With 3.5 hours").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "procedure"])
def test_cold_deep_link(serve, visit, cache, name):
    query = "of=toy" if name == "records" else QUERY
    with serve(cache) as address:
        page = visit(f"{address}/{name}?{query}")
        check_deep_link(page, name, query)
        page.close()


@pytest.mark.slow
def test_a_cold_deep_link_and_back_to_it_at_once(serve, visit, cache):
    with serve(cache) as address:
        page = visit(f"{address}/procedure?{QUERY}")
        check_deep_link(page, "procedure", QUERY)
        page.get_by_role("link", name="Frontier").click()
        page.get_by_role("heading", level=1, name=QUESTIONS["frontier"]).wait_for()
        # Back stops at every writing of the address: at one that Frontier has made by now, too.
        page.go_back()
        if "/procedure" not in page.url:
            page.go_back()
        page.get_by_role("heading", level=1, name=QUESTIONS["procedure"]).wait_for()
        page.get_by_text("With 3.5 hours").wait_for()
        page.close()


@pytest.mark.slow
def test_an_address_of_a_page_that_is_gone_leads_to_the_project(serve, visit, cache):
    with serve(cache) as address:
        page = visit(f"{address}/budget?data=toy&effort=slices-drawn&budget=0.35")
        page.get_by_role("heading", level=1, name=QUESTIONS["project"]).wait_for()
        assert page.get_by_text("Page not found").count() == 0
        page.close()


@pytest.mark.slow
def test_a_data_set_of_the_address_goes_along_to_the_next_page(serve, visit, cache):
    """A box that nobody touched must not fall back to its first option there."""
    with serve(cache) as address:
        page = visit(f"{address}/procedure?data=phantom")
        page.get_by_role("heading", level=1, name=QUESTIONS["procedure"]).wait_for()
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        page.get_by_role("link", name="Saturation").click()
        page.wait_for_url(re.compile("/saturation.*data="))
        assert "data=phantom" in page.url
