"""A fresh server whose very first request is for a page, with choices in the address."""

import re

import pytest

from pages.common.frame import PAGES

QUESTIONS = {
    "budget": "What does a budget buy?",
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

QUERY = "data=toy&effort=slices-drawn&budget=0.35"

pytestmark = pytest.mark.browser


def check_deep_link(page, name, query):
    page.get_by_role("heading", level=1, name=QUESTIONS[name]).wait_for()
    links = page.locator('[data-testid="stSidebarNavLink"]')
    links.first.wait_for()
    assert [text.splitlines()[-1] for text in links.all_inner_texts()] == TITLES
    page.wait_for_timeout(500)
    page.wait_for_url(re.compile(query.split("&")[0]))
    assert page.get_by_text("Page not found").count() == 0
    if name == "budget":
        page.get_by_text("With 35").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "budget"])
def test_cold_deep_link(serve, visit, cache, name):
    query = "of=toy" if name == "records" else QUERY
    with serve(cache) as address:
        page = visit(f"{address}/{name}?{query}")
        check_deep_link(page, name, query)
        page.close()


@pytest.mark.slow
def test_a_cold_deep_link_leads_to_the_plan_and_back_to_the_budget_at_once(serve, visit, cache):
    """The one journey of a browser that is not slow."""
    with serve(cache) as address:
        page = visit(f"{address}/budget?{QUERY}")
        check_deep_link(page, "budget", QUERY)
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_role("heading", level=1, name=QUESTIONS["plan"]).wait_for()
        page.wait_for_url(re.compile("budget=0.35"))
        page.go_back()
        page.get_by_role("heading", level=1, name=QUESTIONS["budget"]).wait_for()
        page.get_by_text("With 35").wait_for()
        page.close()


@pytest.mark.slow
def test_a_data_set_of_the_address_goes_along_to_the_next_page(serve, visit, cache):
    """A box that nobody touched must not fall back to its first option there."""
    with serve(cache) as address:
        page = visit(f"{address}/budget?data=phantom")
        page.get_by_text("Expected Dice").first.wait_for()
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        page.get_by_role("link", name="Saturation").click()
        page.wait_for_url(re.compile("/saturation.*data="))
        assert "data=phantom" in page.url
