"""What every tool keeps to."""

import pytest

from simulator.planning.exports.files import is_safe
from simulator.planning.tools import TOOLS, get_tool
from tests.planning.tools.handing import make_plan, make_visit, make_volume, read_cases, write_image

HOSTILE = (
    "a b",
    "Zürich",
    "..",
    "../../up",
    "/etc/passwd",
    "C:\\a\\b",
    "nul",
    "CON",
    "患者",
    "=1+1",
    "=cmd()",
    "CT_1",
    "ct_1",
    "x" * 200,
    "x" * 199 + "X",
    "{}",
    "{0.__class__}",
)

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
    assert all(len(part) <= 200 for name in names for part in name.split("/"))


@by_tool
def test_no_table_of_it_is_run_by_a_spreadsheet(tool, plan):
    tables = [content.decode("utf-8-sig") for name, content in tool.write(plan) if name.endswith(".csv")]
    cells = [cell for table in tables for line in table.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


@by_tool
def test_a_plan_without_images_is_no_file(tool, tmp_path):
    assert list(tool.write(make_plan(tmp_path, make_visit(make_volume(path=""), 1)))) == []


@by_tool
def test_what_it_passes_over_is_named(tool, tmp_path):
    write_image(tmp_path / "CT_1.nii.gz")
    gone = make_visit(make_volume("gone", path="gone.nii.gz"), 1, order=1)
    passed_over = []
    plan = make_plan(tmp_path, gone, make_visit(make_volume(), 1, order=2))
    files = dict(tool.write(plan, passed_over.append))
    assert [one.volume.name for one in passed_over] == ["gone"]
    assert any("CT_1" in name for name in files)
    assert not any("gone" in name for name in files)


@pytest.mark.parametrize("name", ["nnunet", "slicer", "itk-snap", "monai-label"])
def test_a_table_says_which_files_belong_to_which_volume(name, plan):
    rows = read_cases(dict(TOOLS[name].write(plan)))
    assert [row["volume"].lstrip("'") for row in rows] == list(HOSTILE)
    assert [row["case"] for row in rows][:3] == ["a_b", "Zurich", "volume"]
    assert {row["slices_from_0"] for row in rows} == {"1;4"}
    assert {row["axis"] for row in rows} == {"2"}
