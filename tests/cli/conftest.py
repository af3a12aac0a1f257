import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from simulator.campaigns.child import run_task
from simulator.campaigns.worker import work_or_follow
from simulator.cli import main, project
from simulator.settings import Settings
from tests.factories import make_reference


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings of a folder of its own, which all commands take for the environment's."""
    found = Settings(cache=tmp_path / "cache", published=tmp_path / "published")
    nouns = ("simulate", "campaign", "records", "doctor", "frontier", "recommend", "plan", "reproduce")
    for name in (*nouns, *(f"project.{command}" for command in project.COMMANDS)):
        monkeypatch.setattr(f"simulator.cli.{name}.load_settings", lambda: found)
    return found


@pytest.fixture
def close(settings, monkeypatch):
    """Make the installation read-only from then on."""

    def close_installation():
        closed = replace(settings, is_read_only=True)
        for name in ("simulate", "campaign", "records", "project.new"):
            monkeypatch.setattr(f"simulator.cli.{name}.load_settings", lambda: closed)

    return close_installation


@pytest.fixture
def run(settings, capsys):
    """Run a command; give its exit code, the JSON lines or text of stdout, and the lines of stderr."""

    def run_command(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        lines = captured.out.splitlines()
        values = [json.loads(line) if line.startswith("{") else line for line in lines]
        return SimpleNamespace(code=code, lines=values, errors=captured.err.splitlines())

    return run_command


@pytest.fixture
def fake_simulations(monkeypatch):
    """Open a data set that needs no volumes, and simulate in moments and in this process."""
    source = SimpleNamespace(reference=make_reference(), name="toy", problems=(), look=lambda **options: ())
    for name in ("simulate", "campaign"):
        monkeypatch.setattr(f"simulator.cli.{name}.open_dataset", lambda *args, **options: source)
    for name in ("simulate", "running", "scoring"):
        monkeypatch.setattr(f"simulator.cli.{name}.prepare_for", lambda *args, **options: None)
    for name in ("alone", "running"):
        monkeypatch.setattr(f"simulator.cli.{name}.work_or_follow", _work_here)
    return source


def _work_here(settings, *, run=None, **options):
    simulation = "tests.campaigns.fakes:simulate"
    work_or_follow(settings, **{**options, "simulation": simulation, "run": run or partial(map, run_task)})
