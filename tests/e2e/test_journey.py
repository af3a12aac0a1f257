"""Choose what is missing, simulate it, see it appear."""

import re

import pytest

from simulator.campaigns import is_working
from simulator.datasets import open_dataset, prepare_dataset
from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def settings(tmp_path):
    """An installation with the phantom and records of all its combinations but those under `smoke`."""
    settings = Settings(cache=tmp_path / "cache")
    source = open_dataset("phantom", settings=settings)
    prepare_dataset(source, slice_size=128, settings=settings)
    with open_store(settings) as store:
        for record in make_records(reference=source.reference):
            store.add_record(record)
    return settings


def settle(page):
    """Wait until the page has said what it has to say, and its charts have been drawn anew."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(1000)


def test_from_a_cell_to_a_new_record(serve, visit, settings):
    with open_store(settings, is_read_only=True) as store:
        n_before = len(store.keys())
    fingerprint = open_dataset("phantom", settings=settings).reference.fingerprint
    with serve(settings.cache) as address:
        page = visit(f"{address}/simulate?data={fingerprint[:12]}")
        page.get_by_role("heading", level=1, name="What should be measured next?").wait_for()
        page.get_by_label("Protocol").click()
        page.get_by_role("option", name=re.compile("smoke")).click()
        page.get_by_text("0 of 40 configurations are measured").wait_for()
        page.get_by_label("Seeds").fill("1")
        page.get_by_label("Seeds").press("Enter")
        page.wait_for_url(re.compile("seeds=1"))
        settle(page)
        box = page.locator("g.textpoint text", has_text="–").first.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.get_by_role("heading", name=re.compile("^1 training")).wait_for()
        settle(page)  # the card above is filled last, and moves the button
        page.get_by_role("button", name="Start 1 training").click()
        page.get_by_text("of 1 training").wait_for()
        page.get_by_text("1 of 40 configurations are measured").wait_for(timeout=180_000)
        cells = page.locator("g.textpoint text", has_text=re.compile(r"^\d\.\d\d$"))
        cells.first.wait_for()
        assert cells.count() == 1
        page.get_by_role("link", name="Records").click()
        page.get_by_role("heading", level=1, name="What did each simulation find?").wait_for()
    with open_store(settings, is_read_only=True) as store:
        assert len(store.keys()) == n_before + 1
        assert not store.failures()
    assert not is_working(settings)
