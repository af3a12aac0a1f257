"""What the pictures promise at three widths: no sideways scrolling, the answer on the first screen."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_widths_and_keys(serve, visit, cache):
    with serve(cache) as address:
        for width in (420, 1024, 1440):
            page = visit(f"{address}/?data=toy&effort=slices-drawn&budget=0.2", width=width, height=900)
            answer = page.get_by_text("With 20")
            answer.wait_for()
            page.locator(".js-plotly-plot").first.wait_for()
            main = page.locator('[data-testid="stMain"]')
            assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
            assert answer.bounding_box()["y"] < 600
            assert page.locator("button", has_text="…").count() == 0
            assert page.locator(".legend").count() == 0
        slider = page.get_by_role("slider").first
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_text("With 21").wait_for()
        page.wait_for_url(re.compile("budget=0.21"))
