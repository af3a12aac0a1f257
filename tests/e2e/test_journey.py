"""Open, set a budget, read the recommendation, download the plan, simulate what is missing, see it appear."""

import csv
import io
import re
from pathlib import Path

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


def test_from_a_budget_to_a_new_record(serve, visit, settings):
    with open_store(settings, is_read_only=True) as store:
        n_before = len(store.keys())
    fingerprint = open_dataset("phantom", settings=settings).reference.fingerprint
    with serve(settings.cache) as address:
        page = visit(f"{address}/budget?data={fingerprint[:12]}&effort=slices-drawn&budget=0.2")
        page.get_by_text("With 20").wait_for()
        settle(page)
        slider = page.get_by_role("slider").first
        slider.focus()
        for budget in range(21, 26):
            slider.press("ArrowRight")
            answer = page.get_by_role("heading", level=2, name=re.compile(f"^With {budget}"))
            answer.wait_for()
        assert "Expected Dice" in answer.inner_text()

        page.get_by_role("button", name="Make the plan").click()
        sentence = page.get_by_role("heading", level=2, name=re.compile("^Label "))
        n_slices = int(re.search(r"Label ([\d,]+) slices", sentence.inner_text())[1].replace(",", ""))
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the plan (CSV)").click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == n_slices
        assert all(row["volume"].startswith("phantom_") for row in rows)

        page.get_by_role("link", name="Simulate").click()
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
