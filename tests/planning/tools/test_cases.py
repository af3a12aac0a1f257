import pytest

from simulator.planning.tools.cases import find_cases
from tests.planning.tools.handing import SHAPE, make_plan, make_visit, make_volume, write_image


def pass_over(plan):
    """Find cases, and say why others are none."""
    passed_over = []
    cases = list(find_cases(plan, passed_over.append))
    return cases, {one.volume.name: (one.why, one.what_to_do) for one in passed_over}


def test_a_volume_that_no_tool_can_point_at_is_passed_over_and_named(tmp_path):
    write_image(tmp_path / "CT_1.nii.gz")
    without = make_visit(make_volume("no image", path=""), 1)
    outside = make_visit(make_volume("outside", path="../CT_1.nii.gz"), 1)
    unknown = make_visit(make_volume("no axis", axis=None, n_slices=11), 1)
    uncounted = make_visit(make_volume("no slices"))
    uncounted = type(uncounted)(**{**vars(uncounted), "slices": None})
    whole = make_visit(make_volume("whole"), 1, 3)
    cases, why = pass_over(make_plan(tmp_path, without, unknown, uncounted, outside, whole))
    assert [case.visit.volume.name for case in cases] == ["whole"]
    assert why == {
        "no image": (
            "where its image lies is not known",
            "give the folder of images under My volumes",
        ),
        "no axis": (
            "across which axis it is sliced is not known",
            "name the axis in the list of volumes",
        ),
        "no slices": (
            "how many slices it has is not known",
            "name n_slices in the list of volumes, or give the folder of images",
        ),
        "outside": (
            f"its image lies outside {tmp_path}",
            "give a path inside that folder under My volumes",
        ),
    }


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
def test_an_image_of_another_number_of_slices_is_passed_over(tmp_path, facts, n):
    write_image(tmp_path / "CT_1.nii.gz")
    cases, why = pass_over(make_plan(tmp_path, make_visit(make_volume(**facts), 1)))
    assert cases == []
    fault = f"{n} slices along axis 2 expected, its image has 11"
    assert why == {"CT_1": (fault, "look at the folder again under My volumes")}


def test_images_that_are_gone_or_damaged_are_named_and_the_others_are_there(tmp_path):
    write_image(tmp_path / "CT_1.nii.gz")
    (tmp_path / "CT_3.nii.gz").write_bytes(b"half a fi")
    visits = [make_visit(make_volume(f"CT_{i}", path=f"CT_{i}.nii.gz"), 1, order=i) for i in (1, 2, 3)]
    cases, why = pass_over(make_plan(tmp_path, *visits))
    assert [case.name for case in cases] == ["CT_1"]
    assert list(why) == ["CT_2", "CT_3"]
    assert why["CT_2"] == (
        "the image is missing or no regular file",
        "add it, or leave this volume out",
    )
