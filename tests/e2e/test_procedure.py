"""The four steps in a browser: nothing scrolls sideways, and what was decided arrives on the plan."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_decisions_arrive_on_the_plan(serve, visit, cache):
    with serve(cache) as address:
        for width in (420, 1024, 1440):
            page = visit(f"{address}/procedure?data=toy&budget=4&atleast=12", width=width, height=900)
            page.get_by_text("So: keep 10 of 40 volumes for testing").wait_for()
            main = page.locator('[data-testid="stMain"]')
            assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
            assert page.locator("button", has_text="…").count() == 0
        page.get_by_role("radio", name="5", exact=True).click()
        page.get_by_text("keep 5 of 40 volumes for testing").wait_for()
        page.wait_for_url(re.compile("heldout=5"))
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_text("Who labels what, and when?").wait_for()
        page.wait_for_url(re.compile("/plan.*budget=4"))
        assert "atleast=12" in page.url
        assert "apart=5" in page.url
        page.get_by_text("12 slices a volume").wait_for()
