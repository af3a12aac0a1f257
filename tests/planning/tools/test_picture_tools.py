import json
from dataclasses import replace
from xml.dom.minidom import parseString

import pytest

from simulator.planning.exports.files import is_safe
from simulator.planning.tools import TOOLS, label_studio
from simulator.planning.tools.cvat import CVAT
from simulator.planning.tools.label_studio import LABEL_STUDIO
from tests.planning.pictured import NAMES, make_pictured

HOSTILE = "<i>\"$mandible\" & 'b' \u2028 ü"


def write(tool, plan):
    return dict(tool.write(plan))


def replace_path(visit, folder):
    if not visit.volume.path:
        return visit
    return replace(visit, volume=visit.volume.model_copy(update={"path": str(folder / visit.volume.path)}))


def planned(plan):
    return [
        (visit.volume.name, index) for visit in plan.visits if visit.volume.path for index in visit.slices
    ]


@pytest.mark.parametrize("tool", [LABEL_STUDIO, CVAT], ids=lambda tool: tool.name)
class TestBoth:
    def test_it_is_listed(self, tool):
        assert TOOLS[tool.name] is tool

    def test_the_same_plan_is_the_same_bytes_in_safe_names(self, tool, tmp_path):
        plan = make_pictured(tmp_path, structure=HOSTILE)
        files = list(tool.write(plan))
        assert files == list(tool.write(plan))
        assert len(dict(files)) == len(files)
        assert all(is_safe(name) for name, _ in files)
        assert sum(name.startswith("images/") for name, _ in files) == len(planned(plan))

    def test_without_images_there_are_no_files(self, tool, tmp_path):
        assert list(tool.write(make_pictured(tmp_path, names=()))) == []

    def test_no_file_says_where_images_lie(self, tool, tmp_path):
        plan = make_pictured(tmp_path)
        visits = [replace_path(visit, tmp_path) for visit in plan.visits]
        files = write(tool, replace(plan, visits=tuple(visits)))
        assert len(files) > len(NAMES)
        assert not any(str(tmp_path).encode() in content for content in files.values())


class TestLabelStudio:
    def test_tasks_are_the_planned_slices_in_order(self, tmp_path):
        plan = make_pictured(tmp_path)
        files = write(LABEL_STUDIO, plan)
        data = [task["data"] for task in json.loads(files["tasks.json"])]
        assert [(one["volume"], one["slice"]) for one in data] == planned(plan)
        assert [one["priority"] for one in data] == sorted(one["priority"] for one in data)
        assert {one["image"].removeprefix("/data/local-files/?d=") for one in data} <= files.keys()
        assert {one["axis"] for one in data} == {2}

    @pytest.mark.parametrize("structure", [HOSTILE, "mandible", ']]><x y="', "$image", "", " "])
    def test_any_structure_is_one_label(self, tmp_path, structure):
        config = write(LABEL_STUDIO, make_pictured(tmp_path, names=("a",), structure=structure))[
            "labeling_config.xml"
        ]
        (label,) = parseString(config).getElementsByTagName("Label")
        assert label.getAttribute("value") == (structure.lstrip("$ ") or "structure")

    def test_characters_that_no_xml_holds_are_left_out(self, tmp_path):
        plan = make_pictured(tmp_path, names=("a",), structure="man\ufffedible")
        (label,) = parseString(write(LABEL_STUDIO, plan)["labeling_config.xml"]).getElementsByTagName("Label")
        assert label.getAttribute("value") == "mandible"

    def test_more_tasks_than_a_file_takes_are_several_files(self, tmp_path, monkeypatch):
        plan = make_pictured(tmp_path)
        whole = json.loads(write(LABEL_STUDIO, plan)["tasks.json"])
        monkeypatch.setattr(label_studio, "MOST_TASKS", 5)
        files = write(LABEL_STUDIO, plan)
        parts = [json.loads(files[f"tasks_{n}.json"]) for n in range(1, -(-len(whole) // 5) + 1)]
        assert [task for part in parts for task in part] == whole
        assert "tasks.json" not in files


class TestCvat:
    def test_a_volume_is_a_job_and_each_file_is_there_once(self, tmp_path):
        plan = make_pictured(tmp_path)
        files = write(CVAT, plan)
        request = json.loads(files["jobs.json"])
        jobs = request["data"]["job_file_mapping"]
        assert [one["volume"] for one in request["jobs"]] == list(dict.fromkeys(v for v, _ in planned(plan)))
        assert len(jobs) == len(NAMES)
        names = [name for job in jobs for name in job]
        assert sorted(f"images/{name}" for name in names) == sorted(
            f for f in files if f.startswith("images/")
        )

    def test_labels_are_the_structure_and_that_it_is_not_there(self, tmp_path):
        request = json.loads(write(CVAT, make_pictured(tmp_path, structure=HOSTILE))["jobs.json"])
        assert request["task"]["labels"] == [
            {"name": HOSTILE, "type": "any"},
            {"name": "not visible", "type": "tag"},
        ]

    def test_some_slices_are_drawn_twice_where_hours_are_left(self, tmp_path):
        plan = make_pictured(tmp_path)
        request = json.loads(write(CVAT, plan)["jobs.json"])
        names = [name for job in request["data"]["job_file_mapping"] for name in job]
        twice = request["data"]["validation_params"]
        assert (twice["mode"], twice["frame_selection_method"]) == ("gt", "manual")
        assert len(set(twice["frames"])) == len(twice["frames"]) == round(0.05 * len(names))
        assert set(twice["frames"]) <= set(names)

    def test_no_slice_is_drawn_twice_where_no_hours_are_left(self, tmp_path):
        plan = make_pictured(tmp_path)
        project = plan.answer.project.changed(hours=plan.hours)
        object.__setattr__(plan.answer, "project", project)
        assert "validation_params" not in json.loads(write(CVAT, plan)["jobs.json"])["data"]

    def test_the_script_is_whole(self, tmp_path):
        script = write(CVAT, make_pictured(tmp_path))["create_task.py"]
        compile(script, "create_task.py", "exec")
