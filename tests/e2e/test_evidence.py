"""Through the evidence: Frontier, a point's records, Virtues, Saturation, the procedure."""

import re

import pytest

from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records
from tests.worlds import published_design

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    with open_store(Settings(cache=folder)) as store:
        for record in make_records(published_design()):
            store.add_record(record)
    return folder


def go(page, title, question):
    page.get_by_role("link", name=title).click()
    page.get_by_role("heading", level=1, name=question).wait_for()


def test_through_the_evidence(serve, visit, cache):
    with serve(cache) as address:
        page = visit(f"{address}/frontier?data=toy&effort=diversity-x-completeness")
        page.get_by_role("heading", level=2, name=re.compile("worth their effort")).wait_for()
        page.get_by_role("button", name="Show its records").click()
        page.get_by_role("heading", level=2, name=re.compile(r"^3 of [\d,]+ records")).wait_for()

        go(page, "Virtues", re.compile(r"\?$"))
        page.get_by_role("heading", level=2, name=re.compile("toy")).wait_for()
        go(page, "Saturation", "How good, and how many, are enough?")
        page.get_by_role("heading", level=2, name=re.compile("On toy")).wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="All lines (CSV)").click()
        assert download.value.suggested_filename == "saturation.csv"

        go(page, "Procedure", re.compile("step by step"))
        page.get_by_text("Given the hours").first.wait_for()
