import io
import json
import zipfile
from xml.sax.saxutils import quoteattr

import pytest

from simulator.errors import ProjectError
from simulator.planning.returns import cvat
from simulator.planning.returns.cvat import read_cvat
from simulator.planning.tools.cvat import CVAT
from tests.planning.pictured import NAMES, make_pictured

MASK = (
    '<mask label="mandible" source="manual" occluded="0" rle="3, 4" left="1" top="1" width="3" height="3"/>'
)
POLYGON = (
    '<polygon label="mandible" points="1,1;4,1;4,4" z_order="0"><attribute name="a">1</attribute></polygon>'
)
BOX = '<box label="mandible" xtl="1" ytl="1" xbr="2" ybr="2" z_order="0"/>'
TAG = '<tag label="not visible" source="manual"></tag>'
OTHER_TAG = '<tag label="blurred" source="manual"></tag>'
TIMES = "CVAT's times are not used"


def export(images, *, head=""):
    body = "\n".join(
        f'<image id="{number}" name={quoteattr(name)} width="12" height="10">{inner}</image>'
        for number, (name, inner) in enumerate(images)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<annotations><version>1.1</version>'
        f"<meta><task><id>1</id><name>x</name><created>2026-01-01</created></task></meta>{body}</annotations>"
    ).encode()


def packed(content, *, member="annotations.xml"):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return written.getvalue()


def read(content, **options):
    return read_cvat(content, name="export.xml", **options)


class TestLabeled:
    def test_outlines_and_the_tag_are_labeled_and_the_rest_is_counted(self):
        found = read(
            export(
                [
                    ("images/a_slice_0009.png", MASK),
                    ("a_slice_0003.png", POLYGON + BOX),
                    ("a_slice_0004.png", TAG),
                    ("a_slice_0005.png", BOX),
                    ("a_slice_0006.png", ""),
                    ("a_slice_0007.png", OTHER_TAG),
                    ("cat.png", MASK),
                ]
            )
        )
        assert found.labeled == {"a": (3, 4, 9)}
        assert found.seconds == ()
        assert sorted(note.split(";")[0] for note in found.notes[:-1]) == [
            "passed over: pictures that are none of a plan's (1)",
            "passed over: slices on which nothing was drawn (2)",
            "passed over: slices with boxes, lines or points alone, which enclose no pixels (1)",
        ]
        assert found.notes[-1].startswith(TIMES)
        assert "cvat#6462" in found.notes[-1]

    def test_the_files_that_were_written_come_back(self, tmp_path):
        request = json.loads(dict(CVAT.write(make_pictured(tmp_path)))["jobs.json"])
        names = [name for job in request["data"]["job_file_mapping"] for name in job]
        content = export([(name, MASK) for name in names])
        found = read(content, volumes=NAMES)
        assert set(found.labeled) == set(NAMES)
        assert sum(map(len, found.labeled.values())) == len(names)
        assert read(packed(content), volumes=NAMES) == found

    def test_what_stands_outside_images_or_inside_shapes_is_no_mark(self):
        inner = f"<box>{MASK}</box>"
        found = read(
            export([("a_slice_0001.png", inner), ("a_slice_0002.png", MASK)]).replace(
                b"<meta>", b"<meta><mask/>"
            )
        )
        assert found.labeled == {"a": (2,)}

    def test_volumes_of_another_project_are_passed_over(self):
        content = export([("a_slice_0001.png", MASK), ("b_slice_0001.png", MASK)])
        assert read(content, volumes=["a"]).labeled == {"a": (1,)}
        with pytest.raises(ProjectError, match="export the task that was made of the plan"):
            read(content, volumes=["c"])


class TestFaults:
    def test_an_export_that_ends_early_is_read_as_far_as_it_goes(self):
        whole = export([(f"a_slice_{index:04d}.png", MASK) for index in range(9)])
        for content in (whole[:n] for n in range(len(whole) // 2, len(whole) - 1, 11)):
            found = read(content)
            assert found.labeled["a"] == tuple(range(len(found.labeled["a"])))
            assert any("cannot be read behind its image" in note for note in found.notes)

    @pytest.mark.parametrize(
        "head",
        [
            "<!DOCTYPE annotations>",
            '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;&b;">]>',
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        ],
    )
    def test_document_types_are_refused_and_with_them_all_entities(self, head):
        with pytest.raises(ProjectError, match=r"export\.xml has a document type"):
            read(export([("a_slice_0001.png", "&b;")], head=head))

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b"<annotations></annotations>",
            b"<html><image name='a_slice_0001.png'/></html>",
            b"\xff\xfe\x00",
            b"PK\x03\x04",
            b'<?xml version="1.0" encoding="none"?><annotations/>',
            b"<annotations><track/></annotations>",
        ],
    )
    def test_what_is_no_export_is_said(self, content):
        with pytest.raises(
            ProjectError, match=r"export\.xml is no export of CVAT; export the task as CVAT for images 1\.1"
        ):
            read(content)

    def test_an_export_of_another_task_is_said(self):
        with pytest.raises(ProjectError, match=r"no image in export\.xml names a slice"):
            read(export([("cat.png", MASK)] * 3))

    def test_a_zip_of_another_format_is_said(self):
        with pytest.raises(ProjectError, match=r"export\.xml holds no annotations\.xml"):
            read(packed(b"x", member="../annotations.xml"))

    def test_a_damaged_zip_is_said(self):
        content = bytearray(packed(export([("a_slice_0001.png", MASK)])))
        content[60:90] = bytes(30)
        with pytest.raises(ProjectError, match=r"export\.xml is no export of CVAT"):
            read(bytes(content))

    def test_a_zip_that_unpacks_to_more_than_it_may_is_refused(self, monkeypatch):
        monkeypatch.setattr(cvat, "MAX_BYTES", 2**20)
        monkeypatch.setattr("simulator.planning.returns.tallying.MAX_BYTES", 2**20)
        content = packed(export([("a_slice_0001.png", MASK + " " * 2**22)]))
        assert len(content) < 2**20
        with pytest.raises(
            ProjectError, match=r"annotations\.xml in export\.xml has [\d,]+ bytes, the limit is 1,048,576"
        ):
            read(content)

    def test_large_files_are_refused(self, monkeypatch):
        monkeypatch.setattr("simulator.planning.returns.tallying.MAX_BYTES", 10)
        with pytest.raises(ProjectError, match="the limit is 10; export fewer volumes"):
            read(export([("a_slice_0001.png", MASK)]))

    def test_deep_nesting_ends(self):
        content = export([("a_slice_0001.png", "<a>" * 50_000 + "</a>" * 50_000), ("a_slice_0002.png", MASK)])
        assert read(content).labeled == {"a": (2,)}
