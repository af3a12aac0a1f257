"""A lab's journey: from volumes and hours to the zip that annotators open, and back."""

import io
import re
import zipfile

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from simulator.settings import Settings
from simulator.store import open_store
from tests.factories import make_records, make_reference

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])


def download(page):
    """Hand over, and open the zip."""
    page.get_by_role("button", name=re.compile("Hand over")).click()
    button = page.get_by_role("button", name=re.compile("Download the zip"))
    # While a page is computed, what it showed before stands beside what it shows.
    expect(button).to_have_count(1)
    with page.expect_download() as found:
        button.click()
    page.keyboard.press("Escape")
    return zipfile.ZipFile(io.BytesIO(found.value.path().read_bytes()))


def read_plan(archive):
    return pd.read_csv(io.BytesIO(archive.read("plan.csv")), encoding="utf-8-sig", dtype={"slices": str})


def come_to_rest(page):
    """Wait until nothing is computed any more: what is typed into a page that still changes may be lost."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def enter(page, label, value):
    come_to_rest(page)
    box = page.get_by_role("spinbutton", name=label, exact=True).first
    box.fill(str(value))
    box.press("Enter")


def test_from_numbers_and_hours_to_a_zip(serve, visit, tmp_path):
    with serve(tmp_path / "empty") as address:
        page = visit(address)
        page.get_by_role("heading", name=re.compile("^For example: With 15 hours")).wait_for()
        enter(page, "Hours", 40)
        page.get_by_role("heading", name=re.compile("^With 40 hours: label 54 volumes")).wait_for()
        page.get_by_role("button", name=re.compile("^My volumes")).click()
        enter(page, "Volumes", 50)
        page.get_by_role("heading", name=re.compile("^With 40 hours: label 45 volumes")).wait_for()
        page.keyboard.press("Escape")
        with download(page) as archive:
            assert archive.namelist() == ["instructions.html", "plan.xlsx", "plan.csv"]
            plan = read_plan(archive)
        assert len(plan) == 50
        assert (plan["role"] == "test").sum() == 5
        assert plan["cumulative_hours"].max() <= 40
        # The address leads back to it, in a window of its own.
        page.wait_for_url(re.compile("project=[0-9a-f]{12}"))
        again = visit(page.url)
        again.get_by_role("heading", name=re.compile("^With 40 hours: label 45 volumes")).wait_for()


def test_from_a_folder_over_label_maps_to_a_changed_plan(serve, visit, tmp_path):
    images, back = tmp_path / "images", tmp_path / "back"
    images.mkdir()
    back.mkdir()
    generator = np.random.default_rng(0)
    for i in range(20):
        voxels = generator.normal(0, 50, (16, 16, 40 + i)).astype(np.int16)
        nib.save(nib.Nifti1Image(voxels, AFFINE), images / f"CT_{i:02d}.nii.gz")
    with serve(tmp_path / "cache", LABELWISE_DATA=str(tmp_path)) as address:
        page = visit(address)
        page.get_by_role("heading", name=re.compile("^For example")).wait_for()
        page.get_by_role("button", name=re.compile("^My volumes")).click()
        page.get_by_role("radio", name="A folder of images").click()
        page.get_by_role("textbox", name="Folder on this machine").fill(str(images))
        page.get_by_role("textbox", name="Folder on this machine").press("Enter")
        page.get_by_role("button", name=re.compile("Look")).click()
        page.get_by_role("button", name="Use these 20").click()
        page.get_by_role("button", name=re.compile("^My volumes 20 CT volumes")).wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("heading", name=re.compile("^With 15 hours: label 18 volumes")).wait_for()
        enter(page, "Hours", 3)
        page.get_by_role("heading", name=re.compile("^With 3 hours: label ")).wait_for()
        with download(page) as archive:
            plan = read_plan(archive)
            tool = [name for name in archive.namelist() if name.startswith("slicer/")]
        assert len(tool) >= 2 * len(plan)

        for row in plan.head(6).itertuples():
            image = nib.load(images / f"{row.volume}.nii.gz")
            labels = np.zeros(image.shape, dtype=np.uint8)
            for part in row.slices.split(";"):
                first, _, last = part.partition("-")
                labels[4:9, 4:9, int(first) : int(last or first) + 1] = 1
            nib.save(nib.Nifti1Image(labels, image.affine), back / f"{row.volume}.nii.gz")

        page.get_by_role("link", name="Progress").click()
        page.get_by_role("heading", name=re.compile("^Nothing has come back yet")).wait_for()
        page.get_by_role("button", name=re.compile("Add what came back")).click()
        page.get_by_role("textbox", name="Folder of label maps on this machine").fill(str(back))
        page.get_by_role("spinbutton", name="Hours spent so far").fill("2.4")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("heading", name=re.compile("^After 2.4 of 3 hours, 4 of ")).wait_for()
        page.get_by_text(re.compile("A slice takes .* s, not 30")).wait_for()
        page.get_by_role("button", name=re.compile("Use the new plan")).click()
        page.get_by_text(re.compile("The plan stands")).wait_for()


@pytest.fixture
def two_references(tmp_path):
    """Folder with the records of two data sets."""
    with open_store(Settings(cache=tmp_path)) as store:
        for reference in (make_reference(), make_reference(name="other", digit="b")):
            for record in make_records(reference=reference):
                store.add_record(record)
    return tmp_path


def test_what_the_volumes_are_like_is_chosen_and_chosen_again(serve, visit, two_references):
    with serve(two_references) as address:
        page = visit(address)
        page.get_by_role("heading", name=re.compile("Expected Dice")).wait_for()
        for name in ("other", "toy", "other"):
            page.get_by_role("button", name=re.compile("Most like mine")).click()
            page.get_by_test_id("stPopoverBody").get_by_text(name, exact=True).click()
            page.get_by_role("heading", name=re.compile(f"if your volumes are like {name}")).wait_for()
            come_to_rest(page)
            page.keyboard.press("Escape")
            # The words on it change once it is closed, which makes it another one.
            page.get_by_role("button", name=re.compile(f"Most like mine {name}")).wait_for()
