"""An own folder: a provisional answer, trainings that choose themselves, the answer."""

import re

import numpy as np
import pytest

from simulator.campaigns import is_working
from simulator.settings import Settings
from simulator.store import open_store
from tests.datasets.making import describe_decathlon, write_nifti

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMES = [f"patient_{i:02d}" for i in range(15)]
SHAPE = (24, 24, 12)
WORK_MS = 270_000
"""What trainings on tiny volumes may take on a busy machine."""


@pytest.fixture
def folder(tmp_path):
    """Small volumes with a bright ellipsoid each: so easy that fewer trainings than are allowed settle the answer."""
    folder = tmp_path / "data" / "own"
    places = np.moveaxis(np.indices(SHAPE), 0, -1)
    for i, name in enumerate(NAMES):
        rng = np.random.default_rng(i)
        centre = (np.array(SHAPE) - 1) / 2 + rng.uniform(-1, 1, 3)
        radii = np.array([9.6, 8.6, 6.0]) * rng.uniform(0.9, 1.1, 3)
        mask = (((places - centre) / radii) ** 2).sum(axis=-1) < 1
        image = rng.normal(-1000, 20, SHAPE) + 1400 * mask
        write_nifti(folder / "imagesTr" / f"{name}.nii.gz", image.astype(np.int16))
        write_nifti(folder / "labelsTr" / f"{name}.nii.gz", mask.astype(np.uint8))
    describe_decathlon(folder, [f"{name}.nii.gz" for name in NAMES])
    return folder


def go(page, title, question):
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", level=1, name=question).wait_for()


@pytest.mark.timeout(600)
def test_from_an_own_folder_to_its_answer(serve, visit, folder, tmp_path):
    cache = tmp_path / "cache"
    with serve(cache, LABELWISE_DATA=str(folder.parent)) as address:
        page = visit(f"{address}/data")
        page.get_by_role("textbox", name="Folder on this machine").fill(folder.name)
        page.get_by_test_id("stBaseButton-secondaryFormSubmit").click()
        page.get_by_text("12 volumes to label from, 3 kept for testing").wait_for()
        page.get_by_role("button", name="Prepare its slices").click()
        page.get_by_role("heading", level=2, name=re.compile("^Quality .* in this volume")).wait_for()

        go(page, "Procedure", "How do you proceed, step by step?")
        answer = page.get_by_role("heading", level=2, name=re.compile("^With .* Expected Dice"))
        answer.filter(has_text="as on other organs").wait_for()
        page.get_by_text("Nothing has been measured on these volumes themselves").wait_for()

        page.get_by_role("button", name="Answer it on my volumes").click()
        page.get_by_role("heading", level=1, name="What should be measured next?").wait_for()
        page.get_by_role("button", name="Answer my question").click()
        page.get_by_role("heading", level=2, name=re.compile(r"^\d+ of \d+ trainings done")).wait_for()
        page.get_by_role("heading", name=re.compile(r"^After \d+ trainings?, Dice is known to ±")).wait_for()
        end = page.get_by_role("heading", level=2, name=re.compile("^(Settled after|Done:) "))
        end.wait_for(timeout=WORK_MS)
        n_done = int(re.search(r"(\d+) of 24 trainings", end.inner_text())[1])
        # How sure the answers are, or how far they are from that.
        page.get_by_text(re.compile("^Expected Dice is known to ±")).wait_for()
        if end.inner_text().startswith("Settled"):
            page.get_by_role("heading", level=2, name="The answers are settled").wait_for()

        page.get_by_role("button", name="See the answer").click()
        page.get_by_role("heading", level=1, name="How do you proceed, step by step?").wait_for()
        answer.filter(has_not_text="as on other organs").wait_for()
        assert page.get_by_text("Nothing has been measured on these").count() == 0

        go(page, "Project", "What should be labeled?")
        page.get_by_role("button", name=re.compile("^Most like mine")).click()
        page.get_by_text("own", exact=False).first.wait_for()
    settings = Settings(cache=cache)
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
        assert not store.failures()
    assert (table["name"] == "own").sum() == n_done
    assert not is_working(settings)
