"""What the pictures promise at three widths: no sideways scrolling, the answer on the first screen."""

import re

import pytest

from pages.common.frame import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_widths_and_keys(serve, visit, cache):
    with serve(cache) as address:
        for width in (420, 1024, 1440):
            page = visit(f"{address}/project", width=width, height=900)
            answer = page.get_by_role("heading", level=2, name=re.compile("With 15 hours"))
            answer.wait_for()
            page.locator(".js-plotly-plot").first.wait_for()
            main = page.locator('[data-testid="stMain"]')
            assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
            assert answer.bounding_box()["y"] < 600
            assert page.locator(".legend").count() == 0
        slider = page.get_by_role("slider").first
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_role("heading", level=2, name=re.compile("With (?!15 )")).wait_for()


def test_the_question_stands_at_the_same_place_on_every_page(serve, visit, cache):
    """With boxes beside it, with boxes below, and without any; with records, and with nothing to look at."""
    names = [name for pages in PAGES.values() for name, _, _ in pages]
    with serve(cache) as address:
        for width in (420, 1024, 1440):
            places = set()
            for name in names:
                page = visit(f"{address}/{name}?data=toy", width=width, height=900)
                page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
                box = page.get_by_role("heading", level=1).bounding_box()
                places.add((round(box["x"]), round(box["y"])))
                page.close()
            assert len(places) == 1
