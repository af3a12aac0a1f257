"""What came back is told by what it holds."""

import io
import json
import zipfile

import pytest

from simulator.errors import ProjectError, TableError
from simulator.planning.returns.reading import read_returned, read_returned_file
from tests.planning.returns.test_label_studio import annotation, task
from tests.planning.returns.test_sheet import fill_in
from tests.planning.test_label_maps import draw
from tests.planning.test_progress import plan_of

CVAT = (
    b'<?xml version="1.0"?><annotations><version>1.1</version>'
    b'<image id="0" name="CT_003_slice_0012.png" width="8" height="8">'
    b'<mask label="bone" rle="1"/></image></annotations>'
)


@pytest.fixture(scope="module")
def plan():
    return plan_of()


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_xml", ".xml"), content)
    return packed.getvalue()


def test_a_folder_is_one_of_label_maps(plan, tmp_path):
    draw(tmp_path / "back", "CT_003", (12, 20))
    assert read_returned(tmp_path / "back", plan=plan).labeled == {"CT_003": (12, 20)}


def test_a_file_is_what_it_holds_whatever_it_is_called(plan, tmp_path):
    exports = {
        "tick.bin": fill_in(plan, {"CT_003": {"done": "yes"}}),
        "list.csv": b"volume,done\nCT_003,yes\n",
        "studio.txt": b"\xef\xbb\xbf" + json.dumps([task("CT_003", 12, annotation())]).encode(),
        "cvat.csv": CVAT,
        "cvat.zip": zipped(annotations_xml=CVAT),
    }
    for name, content in exports.items():
        (tmp_path / name).write_bytes(content)
        found = read_returned(tmp_path / name, plan=plan)
        assert list(found.labeled) == ["CT_003"], name


def test_an_export_that_broke_off_is_read_as_far_as_it_goes(plan):
    whole = json.dumps([task("CT_003", 12, annotation()), task("CT_003", 14, annotation())]).encode()
    studio = read_returned_file(whole[:-60], name="half.json", plan=plan)
    assert studio.labeled == {"CT_003": (12,)}
    assert "cannot be read behind its task 1; export it again for the rest" in studio.notes[-1]
    cvat = read_returned_file(CVAT[:-10], name="half.xml", plan=plan)
    assert cvat.labeled == {"CT_003": (12,)}
    assert "cannot be read behind its image 1" in "".join(cvat.notes)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.nii.gz", b"\x1f\x8b\x08 anything"),
        ("labels.zip", zipped(a="b")),
        ("labels.zip", b"PK\x03\x04 half of it"),
        ("photo.png", b"\x89PNG"),
        ("empty", b""),
    ],
)
def test_what_is_none_of_these_is_refused_with_what_is_read(plan, name, content):
    with pytest.raises(
        ProjectError, match=r"a folder of label maps, the plan's table .* an export of Label Studio"
    ):
        read_returned_file(content, name=name, plan=plan)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("x.xlsx", b"PK\x03\x04 half of it", "x.xlsx is damaged or no Excel workbook"),
        ("x.csv", b"a,b\n1,2\n", "column volume is missing"),
    ],
)
def test_a_table_that_is_no_plan_is_refused(plan, name, content, fault):
    with pytest.raises(TableError, match=fault):
        read_returned_file(content, name=name, plan=plan)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (json.dumps([task("liver", 3, annotation())]).encode(), "names a slice"),
        (b'{"a": 1}', "is no JSON list of tasks"),
        (b"<html></html>", "is no export of CVAT"),
    ],
)
def test_an_export_of_something_else_is_refused(plan, content, fault):
    with pytest.raises(ProjectError, match=fault):
        read_returned_file(content, name="x", plan=plan)


def test_a_file_that_is_not_there_is_named(plan, tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_returned(tmp_path / "nowhere.json", plan=plan)
