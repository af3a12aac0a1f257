"""What every tool keeps to."""

import pytest

from simulator.planning.exports.files import is_safe
from simulator.planning.tools import TOOLS, get_tool
from tests.planning.tools.handing import make_plan, make_visit, make_volume, read_cases, write_image

HOSTILE = ("a b", "Zürich", "..", "../../up", "/etc/passwd", "a\\b", "nul", "患者", "=1+1", "CT_1")

by_tool = pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))


@pytest.fixture
def plan(tmp_path):
    write_image(tmp_path / "image 1.nii.gz")
    volumes = [make_volume(name, path="image 1.nii.gz") for name in HOSTILE]
    return make_plan(
        tmp_path, *(make_visit(volume, 1, 4, order=i) for i, volume in enumerate(volumes, start=1))
    )


@by_tool
def test_it_says_what_it_is(tool):
    assert tool == get_tool(tool.name)
    assert tool.title
    assert tool.contents
    assert all(step.endswith(".") and "\n" not in step for step in tool.how)


@by_tool
def test_same_plan_same_bytes_under_safe_names(tool, plan):
    files = list(tool.write(plan))
    assert files == list(tool.write(plan))
    names = [name for name, _ in files]
    assert all(map(is_safe, names))
    assert len({name.lower() for name in names}) == len(names)


@by_tool
def test_a_plan_without_images_is_no_file(tool, tmp_path):
    assert list(tool.write(make_plan(tmp_path, make_visit(make_volume(path=""), 1)))) == []


@pytest.mark.parametrize("name", ["nnunet", "slicer"])
def test_a_table_says_which_files_belong_to_which_volume(name, plan):
    rows = read_cases(dict(TOOLS[name].write(plan)))
    assert [row["volume"].lstrip("'") for row in rows] == list(HOSTILE)
    assert [row["case"] for row in rows][:3] == ["a_b", "Zurich", "volume"]
    assert {row["slices_from_0"] for row in rows} == {"1;4"}
    assert {row["axis"] for row in rows} == {"2"}
