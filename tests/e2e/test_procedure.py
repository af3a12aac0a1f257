"""Procedure in a browser: nothing scrolls sideways; box, slider, sentence and address say the same hours."""

import re
import time

import pytest

from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records, make_reference

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def cache(tmp_path):
    """Folder with the records of two data sets; full labeling of one takes ten times as long."""
    with open_store(Settings(cache=tmp_path)) as store:
        for reference in (make_reference(), make_reference(name="large", digit="b", n_pool=400)):
            for record in make_records(reference=reference):
                store.add_record(record)
    return tmp_path


def read_hours(page):
    """What box, slider and address say, in the numbers of the box; None where one is not there yet."""
    box, slider = page.get_by_label("Hours", exact=True).first, page.get_by_role("slider")
    asked = re.search(r"[?&]budget=([\d.e+-]+)", page.url)
    if not (box.count() and slider.count() and asked):
        return None
    said = page.get_by_test_id("stSliderThumbValue").first.inner_text().replace("\xa0", " ").split()
    return (
        float(box.input_value()),
        float(slider.first.input_value()),
        float(said[0]),
        float(asked[1]),
    )


def expect_hours(page, hours):
    """Wait until all say so many hours, and see that they go on to."""
    wanted = pytest.approx((hours,) * 4)
    end = time.monotonic() + 60
    while (found := read_hours(page)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(200)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(1500)
    assert (found, read_hours(page)) == (wanted, wanted)


def choose(page, label, option):
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


def type_hours(page, text):
    field = page.get_by_label("Hours", exact=True).first
    field.fill(text)
    field.press("Enter")


def test_box_slider_and_sentence_say_the_same_hours(serve, visit, cache):
    with serve(cache) as address:
        page = visit(f"{address}/procedure?data=toy")
        page.get_by_role("heading", name=re.compile("^With 2.2 hours")).wait_for()
        expect_hours(page, 2.2)
        choose(page, "Data set", "large")
        page.get_by_role("heading", name=re.compile("^With 2.2 hours.* as on other organs")).wait_for()
        expect_hours(page, 2.2)
        choose(page, "Data set", "toy")
        expect_hours(page, 2.2)
        page.get_by_text("What work costs").click()
        price = page.get_by_role("spinbutton", name="Drawing a slice, seconds")
        price.fill("120")
        price.press("Enter")
        expect_hours(page, 2.2)
        type_hours(page, "300")
        page.get_by_text("All is paid for").wait_for()
        expect_hours(page, 300)
        type_hours(page, "3.33")
        expect_hours(page, 3.33)
        type_hours(page, "8")
        page.get_by_role("heading", name=re.compile("^With 8 hours")).wait_for()
        expect_hours(page, 8)
        slider = page.get_by_role("slider").first
        slider.focus()
        for _ in range(4):
            slider.press("ArrowRight")
        expect_hours(page, 10)
        page = visit(page.url)
        page.get_by_role("heading", name=re.compile("^With 10 hours")).wait_for()
        expect_hours(page, 10)


def test_no_width_scrolls_sideways(serve, visit, cache):
    with serve(cache) as address:
        for width in (420, 1024, 1440):
            page = visit(f"{address}/procedure?data=toy&budget=4", width=width, height=900)
            page.get_by_role("heading", name=re.compile("^With 4 hours")).wait_for()
            main = page.locator('[data-testid="stMain"]')
            assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
            assert page.locator("button", has_text="…").count() == 0
