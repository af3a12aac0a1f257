"""What is said of a hand-over before it is packed, held against what is packed."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.planning.tools import TOOLS
from simulator.reports.foresight import foresee_handover
from simulator.reports.handover import pack_handover
from tests.datasets.making import write_nifti
from tests.planning.tools.handing import make_plan, make_visit, make_volume

SIDE, N_SLICES = 96, 24


def make_scan(seed):
    """A round body with noise, as a scanner makes it."""
    x, y = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    is_body = (x**2 + y**2 < 0.6)[..., np.newaxis]
    noise = np.random.default_rng(seed).normal(0, 12, (SIDE, SIDE, N_SLICES))
    return (np.where(is_body, 40, -1000) + noise).astype(np.int16)


@pytest.fixture
def plan(tmp_path):
    for i in range(4):
        write_nifti(tmp_path / f"CT_{i}.nii.gz", make_scan(i), affine=np.diag([0.8, 0.8, 2.5, 1]))
    visits = [
        make_visit(
            make_volume(f"CT_{i}", path=f"CT_{i}.nii.gz", n_slices=N_SLICES),
            *range(0, N_SLICES, 2),
            order=i + 1,
        )
        for i in range(6)
    ]
    return make_plan(tmp_path, *visits)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_the_size_is_about_that_of_the_zip(plan, tool):
    real = len(pack_handover(plan, tool=tool))
    assert real / 2 < foresee_handover(plan, tool=tool).n_bytes < real * 2


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_images_that_are_not_there_are_named_and_count_for_nothing(plan, tool):
    known = foresee_handover(plan, tool=tool)
    assert [one.volume.name for one in known.passed_over] == ["CT_4", "CT_5"]
    assert known.passed_over[0].why == "the image is missing or no regular file"
    rest = replace(plan, visits=plan.visits[:4])
    assert foresee_handover(rest, tool=tool).n_bytes == pytest.approx(known.n_bytes, rel=0.01)


def test_a_damaged_header_hinders_nothing(plan, tmp_path):
    (tmp_path / "CT_0.nii.gz").write_bytes(b"half a fi")
    assert foresee_handover(plan, tool=TOOLS["cvat"]).n_bytes > SIDE**2


def test_a_plan_without_images_is_sheet_and_tables(plan):
    rest = replace(plan, visits=plan.visits[4:])
    assert foresee_handover(rest, tool=TOOLS["cvat"]).n_bytes < 20_000
