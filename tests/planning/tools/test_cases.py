import re

import pytest

from simulator.errors import ProjectError
from simulator.planning.tools.cases import find_cases
from tests.planning.tools.handing import SHAPE, make_plan, make_visit, make_volume, write_image


def test_a_volume_that_no_tool_can_point_at_is_passed_over(tmp_path):
    write_image(tmp_path / "CT_1.nii.gz")
    without = make_visit(make_volume("no image", path=""), 1)
    unknown = make_visit(make_volume("no axis", axis=None, n_slices=11), 1)
    uncounted = make_visit(make_volume("no slices"))
    uncounted = type(uncounted)(**{**vars(uncounted), "slices": None})
    plan = make_plan(tmp_path, without, unknown, uncounted, make_visit(make_volume("whole"), 1, 3))
    assert [case.visit.volume.name for case in find_cases(plan)] == ["whole"]


def test_a_file_keeps_its_name_when_the_plan_changes(tmp_path):
    write_image(tmp_path / "CT_1.nii.gz")
    visits = [make_visit(make_volume(name), 1) for name in ("a b", "a_b", "a-b")]
    plan = make_plan(tmp_path, *visits)
    later = type(plan)(**{**vars(plan), "visits": plan.visits[1:]})
    assert [case.name for case in find_cases(plan)] == ["a_b", "a_b_2", "a-b"]
    assert [case.name for case in find_cases(later)] == ["a_b_2", "a-b"]


@pytest.mark.parametrize(
    ("facts", "n"),
    [
        ({"n_slices": SHAPE[2] + 1}, SHAPE[2] + 1),
        ({"n_slices": None, "labeled_slices": (SHAPE[2],)}, SHAPE[2] + 1),
        ({"n_slices": SHAPE[2] - 1}, SHAPE[2] - 1),
    ],
)
def test_an_image_of_another_number_of_slices_is_refused(tmp_path, facts, n):
    write_image(tmp_path / "CT_1.nii.gz")
    plan = make_plan(tmp_path, make_visit(make_volume(**facts), 1))
    fault = f"CT_1: {n} slices along axis 2 expected, its image has 11; look at the folder again"
    with pytest.raises(ProjectError, match=re.escape(fault)):
        list(find_cases(plan))


def test_an_image_that_is_gone_is_named(tmp_path):
    plan = make_plan(tmp_path, make_visit(make_volume(), 1))
    with pytest.raises(ProjectError, match=r"CT_1: CT_1\.nii\.gz is missing"):
        list(find_cases(plan))
