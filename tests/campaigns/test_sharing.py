"""How many trainings share a GPU: what is best is logic; measured by a stand-in for the process that trains."""

import importlib.metadata
import json
import subprocess

import pytest

from simulator.campaigns import hold_lock, sharing
from simulator.campaigns.sharing import Sharing, find_sharing, read_sharing
from simulator.settings import Settings

GIB = 2**30
TORCH = importlib.metadata.version("torch")
FACTS = {
    "device": "a GPU",
    "torch": TORCH,
    "free_bytes": 8 * GIB,
    "bytes_each": GIB,
    "rates": [[1, 1000.0], [2, 1800.0], [4, 2500.0]],
}


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", published=tmp_path / "published")


@pytest.fixture
def asked(monkeypatch):
    """A machine with a driver, where whoever measures prints what `told` holds; gives how often that was."""
    told = {"answer": json.dumps(FACTS), "n": 0}

    def run(command, **options):
        told["n"] += 1
        return subprocess.CompletedProcess(command, 0, stdout=told["answer"])

    monkeypatch.setattr(sharing, "has_driver", lambda: True)
    monkeypatch.setattr(subprocess, "run", run)
    return told


@pytest.mark.parametrize(
    ("rates", "free", "best"),
    [
        ([(1, 1000.0), (2, 1800.0), (4, 2500.0)], 8, 4),
        ([(1, 1000.0), (2, 1800.0), (4, 1900.0)], 8, 2),
        ([(1, 1000.0), (2, 1050.0), (4, 1080.0)], 8, 1),
        ([(1, 1000.0), (2, 1050.0), (4, 1300.0)], 8, 4),
        ([(1, 1000.0), (2, 1800.0), (4, 2500.0)], 3, 2),
        ([(1, 1000.0), (2, 1800.0)], 0, 1),
        ([(1, 1000.0)], 8, 1),
    ],
)
def test_more_train_at_a_time_where_that_pays_and_fits(rates, free, best):
    found = Sharing(**{**FACTS, "rates": tuple(rates), "free_bytes": free * GIB})
    assert found.n_trainings == best


def test_it_is_measured_once(settings, asked):
    said = []
    first, second = (find_sharing(settings, say=said.append) for _ in range(2))
    assert first == second == read_sharing(settings)
    assert (first.device, first.n_trainings, asked["n"]) == ("a GPU", 4, 1)
    assert said == ["measuring how many trainings share the GPU, once: half a minute"]


def test_another_torch_is_measured_anew(settings, asked):
    asked["answer"] = json.dumps({**FACTS, "torch": "1.0"})
    for _ in range(2):
        find_sharing(settings)
    assert asked["n"] == 2


def test_without_a_driver_nothing_is_measured(settings, asked, monkeypatch):
    monkeypatch.setattr(sharing, "has_driver", lambda: False)
    assert find_sharing(settings) is None
    assert asked["n"] == 0


def test_nothing_is_measured_beside_a_worker(settings, asked):
    with hold_lock(settings):
        assert find_sharing(settings) is None
    assert asked["n"] == 0


@pytest.mark.parametrize("answer", ["null", "", "no JSON", json.dumps({**FACTS, "rates": []})])
def test_what_cannot_be_measured_is_not_kept(settings, asked, answer):
    asked["answer"] = answer
    assert find_sharing(settings) is None
    assert not (settings.cache / "sharing.json").exists()


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("python", 1), OSError("no process")])
def test_whoever_measures_may_fail(settings, asked, monkeypatch, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    assert find_sharing(settings) is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", json.dumps({**FACTS, "rates": [[1, -1.0]]}), json.dumps(FACTS) + " " * 2**16],
)
def test_a_file_that_is_not_ours_is_measured_anew(settings, asked, content):
    settings.cache.mkdir()
    (settings.cache / "sharing.json").write_text(content)
    assert read_sharing(settings) is None
    assert find_sharing(settings).n_trainings == 4
    assert read_sharing(settings).n_trainings == 4
