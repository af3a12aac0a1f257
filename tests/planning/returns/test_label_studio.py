import json

import pytest

from simulator.errors import ProjectError
from simulator.planning.returns import tallying
from simulator.planning.returns.label_studio import read_label_studio
from simulator.planning.returns.returned import Returned, TimedSlice
from simulator.planning.tools.label_studio import LABEL_STUDIO
from tests.planning.pictured import NAMES, make_pictured

BRUSH = {
    "type": "brushlabels",
    "from_name": "mask",
    "to_name": "image",
    "original_width": 4,
    "original_height": 4,
    "image_rotation": 0,
    "value": {"format": "rle", "rle": [0, 0, 0, 64], "brushlabels": ["mandible"]},
}


def annotation(*, result=(BRUSH,), seconds=31.5, who=1, **facts):
    return {"id": 1, "completed_by": who, "result": list(result), "lead_time": seconds, **facts}


def task(volume, index, *annotations, **facts):
    data = {"image": "/data/local-files/?d=images/x.png", "volume": volume, "slice": index}
    return {"id": 1, "data": data, "annotations": list(annotations), **facts}


def timed(volume, index, seconds):
    return TimedSlice(volume=volume, slice_index=index, seconds=seconds, annotator="1")


def read(tasks, **options):
    return read_label_studio(json.dumps(tasks).encode(), name="export.json", **options)


class TestLabeled:
    def test_what_was_submitted_is_labeled_with_its_time(self):
        found = read(
            [task("b", 9, annotation()), task("b", 3, annotation(seconds=8)), task("a", 1, annotation())]
        )
        assert found == Returned(
            labeled={"a": (1,), "b": (3, 9)},
            seconds=(timed("b", 9, 31.5), timed("b", 3, 8.0), timed("a", 1, 31.5)),
        )

    def test_a_slice_without_a_mark_is_labeled_and_one_by_two_people_is_once(self):
        found = read(
            [task("a", 1, annotation(result=()), annotation(who={"id": 7, "email": "b@example.org"}))]
        )
        assert found.labeled == {"a": (1,)}
        assert [one.annotator for one in found.seconds] == ["1", "b@example.org"]

    def test_what_waits_is_counted(self):
        found = read(
            [
                task("a", 1, annotation(was_cancelled=True)),
                task("a", 2, drafts=[annotation()]),
                task("a", 3),
                task("a", 4, annotation(seconds=None)),
                {"data": {"image": "cat.png"}, "annotations": [annotation()]},
            ]
        )
        assert found.labeled == {"a": (4,)}
        assert sorted(found.notes) == [
            "annotations whose time is not known (1)",
            "passed over: pictures that are none of a plan's (1)",
            "passed over: slices that nobody labeled yet (1)",
            "passed over: slices that were skipped (1)",
            "passed over: slices with a draft that nobody submitted (1)",
        ]

    def test_the_tasks_that_were_written_come_back(self, tmp_path):
        files = dict(LABEL_STUDIO.write(make_pictured(tmp_path)))
        tasks = [{**one, "annotations": [annotation()]} for one in json.loads(files["tasks.json"])]
        found = read(tasks)
        assert set(found.labeled) == set(NAMES)
        for one in tasks:
            one["data"] = {"image": one["data"]["image"]}
        assert read(tasks, volumes=NAMES) == found

    @pytest.mark.parametrize("seconds", [None, -1, 0, True, "9", 1e300, [1]])
    def test_times_that_are_none_are_left_out(self, seconds):
        found = read([task("a", 1, annotation(seconds=seconds))])
        assert (found.labeled, found.seconds) == ({"a": (1,)}, ())

    @pytest.mark.parametrize("index", [-1, 1.0, "1", True, None, 10**9])
    def test_slices_that_are_none_are_passed_over(self, index):
        found = read([task("a", index, annotation()), task("a", 1, annotation())])
        assert found.labeled == {"a": (1,)}

    def test_volumes_of_another_project_are_passed_over(self):
        tasks = [task("a", 1, annotation()), task("b", 2, annotation())]
        found = read(tasks, volumes=["a"])
        assert (found.labeled, len(found.seconds)) == ({"a": (1,)}, 1)
        assert found.notes == ("passed over: pictures that are none of a plan's (1)",)
        with pytest.raises(ProjectError, match="export the project that was made of the plan"):
            read(tasks, volumes=["c"])


class TestFaults:
    def test_an_export_that_ends_early_is_read_as_far_as_it_goes(self):
        whole = json.dumps([task("a", index, annotation()) for index in range(9)]).encode()
        for n_bytes in range(len(whole) // 2, len(whole) - 1, 7):
            found = read_label_studio(whole[:n_bytes], name="export.json")
            assert found.labeled["a"] == tuple(range(len(found.labeled["a"])))
            assert "cannot be read behind its task" in found.notes[-1]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{}",
            b"null",
            b"[1]",
            b"[null, {}]",
            b"\xff\xfe",
            b"PK\x03\x04",
            b"[" * 100_000,
            b"id,volume\n1,a",
            b'["a',
        ],
    )
    def test_what_is_no_export_is_said(self, content):
        with pytest.raises(
            ProjectError, match=r"export\.json is no JSON list of tasks; choose the format JSON"
        ):
            read_label_studio(content, name="export.json")

    def test_an_export_of_another_project_is_said(self):
        with pytest.raises(ProjectError, match=r"no task in export\.json names a slice"):
            read([{"data": {"image": "s3://cats/cat.png"}, "annotations": [annotation()]}] * 3)

    def test_a_project_without_tasks_is_nothing_yet(self):
        assert read([]) == Returned(labeled={}, notes=("export.json holds no task yet",))

    def test_the_other_json_of_label_studio_is_told_from_this_one(self):
        with pytest.raises(ProjectError, match="as JSON and not as JSON-MIN"):
            read(
                [{"image": "/data/x_slice_0001.png", "volume": "a", "slice": 1, "mask": [], "lead_time": 2.5}]
            )

    def test_large_files_are_refused(self, monkeypatch):
        monkeypatch.setattr(tallying, "MAX_BYTES", 10)
        with pytest.raises(ProjectError, match="the limit is 10; export fewer volumes"):
            read([task("a", 1)])

    @pytest.mark.parametrize("address", ["http://[", 7, None, "/data/local-files/?d=", {"a": 1}])
    def test_strange_addresses_name_no_slice(self, address):
        found = read([{"data": {"image": address}, "annotations": []}, task("a", 1, annotation())])
        assert found.labeled == {"a": (1,)}
