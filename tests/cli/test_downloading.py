"""``datasets download``: what a terminal and a program see, and that what came is found by its name."""

import hashlib
import json
import tarfile

import pytest

from simulator.cli import main
from tests.datasets.making import make_decathlon
from tests.datasets.serving import serving


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command with a cache of its own; give exit code, stdout and the lines of stderr."""
    for name in ("LABELWISE_DATA", "LABELWISE_READ_ONLY", "LABELWISE_SCHEDULER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABELWISE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments):
        code = main(["datasets", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err.splitlines()

    return run_command


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Serve a small Task04 in place of the real one."""
    folder = make_decathlon(tmp_path / "made" / "Task04_Hippocampus", name="Hippocampus")
    with tarfile.open(tmp_path / "made.tar", "w:") as tar:
        tar.add(folder, folder.name)
    content = (tmp_path / "made.tar").read_bytes()
    with serving(content) as found:
        task = found.task(name=folder.name, md5=hashlib.md5(content).hexdigest(), n_bytes=len(content))
        monkeypatch.setattr("simulator.cli.downloading.get_task", lambda name: task)
        yield found


def test_a_program_reads_json_lines_and_goes_on_with_the_command_it_is_told(run, served, tmp_path):
    code, out, errors = run("download", "Task04_Hippocampus")
    assert (code, errors) == (0, [])
    lines = [json.loads(line) for line in out.splitlines()]
    assert list(dict.fromkeys(line["event"] for line in lines)) == [
        "downloading",
        "checking",
        "unpacking",
        "done",
    ]
    total = len(served.content)
    assert lines[0] == {
        "event": "downloading",
        "task": "Task04_Hippocampus",
        "n_done_bytes": 0,
        "n_total_bytes": total,
    }
    assert lines[-1] == {
        "event": "done",
        "task": "Task04_Hippocampus",
        "folder": str(tmp_path / "cache" / "datasets" / "Task04_Hippocampus"),
        "licence": "CC-BY-SA 4.0",
        "next": "python -m simulator datasets inspect Task04_Hippocampus",
    }
    code, out, errors = run(*lines[-1]["next"].split()[4:])
    assert (code, errors) == (0, [])
    assert "No problems found" in out
    assert "Task04_Hippocampus: Medical Segmentation Decathlon" in out


def test_a_person_reads_licence_folder_and_next_step(run, served, monkeypatch, tmp_path):
    monkeypatch.setattr("simulator.cli.downloading.is_terminal", lambda: True)
    code, out, _ = run("download", "Task04_Hippocampus", "-o", "my data")
    assert code == 0
    folder = tmp_path / "my data" / "Task04_Hippocampus"
    assert out.splitlines() == [
        "Task04_Hippocampus: Medical Segmentation Decathlon (Antonelli et al. 2022), CC-BY-SA 4.0",
        f"It lies in {folder}. Go on with: python -m simulator datasets inspect '{folder}'",
    ]


def test_an_archive_that_somebody_put_there_is_said_to_be_left(run, served, monkeypatch, tmp_path):
    monkeypatch.setattr("simulator.cli.downloading.is_terminal", lambda: True)
    (tmp_path / "Task04_Hippocampus.tar").write_bytes(served.content)
    out = run("download", "Task04_Hippocampus", "-o", tmp_path)[1]
    assert out.splitlines()[-1] == "Task04_Hippocampus.tar beside it is not needed any more."
    assert served.asked == []


def test_the_first_data_folder_is_the_place(run, served, monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("LABELWISE_DATA", str(tmp_path / "data"))
    out = run("download", "Task04_Hippocampus")[1]
    assert json.loads(out.splitlines()[-1])["folder"] == str(tmp_path / "data" / "Task04_Hippocampus")
    assert run("inspect", "Task04_Hippocampus")[0] == 0


def test_a_home_that_nobody_has_is_one_line(run):
    code, _, errors = run("download", "Task04_Hippocampus", "-o", "~no-such-user/x")
    assert code == 2
    assert "--output is '~no-such-user/x'" in errors[0]


def test_an_unknown_task_is_one_line_with_all_ten_and_exit_code_2(run):
    code, out, errors = run("download", "Task11_Moon")
    assert (code, out, len(errors)) == (2, "", 1)
    assert "Task01_BrainTumour" in errors[0]
    assert "Task10_Colon" in errors[0]


def test_without_network_it_is_one_line_that_says_what_to_do(run, served):
    served.statuses = [404]
    code, _, errors = run("download", "Task04_Hippocampus")
    assert (code, len(errors)) == (1, 1)
    assert "save the archive as" in errors[0]
    assert "datasets/Task04_Hippocampus.tar by other means" in errors[0]


def test_read_only_downloads_nothing(run, served, monkeypatch):
    monkeypatch.setenv("LABELWISE_READ_ONLY", "1")
    code, out, errors = run("download", "Task04_Hippocampus")
    assert (code, out) == (1, "")
    assert "this installation is read-only" in errors[0]


def test_list_says_what_can_be_downloaded(run):
    assert "Task03_Liver" in run("list")[1]
    offered = json.loads(run("list", "--json")[1])["downloads"]
    assert [task["name"][:6] for task in offered] == [f"Task{n:02d}" for n in range(1, 11)]


def test_a_task_that_is_not_here_says_how_to_get_it(run):
    code, _, errors = run("inspect", "Task09_Spleen")
    assert code == 2
    assert errors[0].endswith("or run python -m simulator datasets download Task09_Spleen")
    assert "download" not in run("inspect", "OpenKBP_Mandible")[2][0]
