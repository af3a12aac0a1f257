"""``doctor``: what is there, and what is wrong."""

import os
import sqlite3
import subprocess

import psutil
import pytest

from simulator.campaigns.sharing import Sharing
from simulator.cli import doctor
from simulator.cli.serving import Served
from simulator.store import open_store
from tests.factories import make_record


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Asking torch for its device takes seconds, and Streamlit for its configuration one."""
    monkeypatch.setattr(doctor, "_look_at_device", lambda settings: [])
    local = Served(
        address="localhost", allowed_hosts=("localhost",), base_path="", is_guarded=True, auth={}, secrets=()
    )
    monkeypatch.setattr(doctor, "read_served", lambda: local)


def find(done, name):
    (facts,) = done.lines
    return {check["name"]: check for check in facts["checks"]}[name]


def test_all_is_well_in_an_empty_folder(run):
    done = run("doctor", "--json")
    assert (done.code, done.errors, done.lines[0]["n_wrong"]) == (0, [], 0)
    assert find(done, "locks")["found"] == "a second process does not get a lock that is held"
    assert find(done, "store")["found"] == "0 records, 0 of them published; 0 pending; no worker is there"


def test_it_prints_a_line_a_check(run):
    assert any(line.startswith("ok     locks: ") for line in run("doctor").lines)


def test_hostile_rows_are_found(run, settings):
    with open_store(settings) as store:
        store.add_record(make_record())
    with sqlite3.connect(settings.cache / "store" / "cache.db") as connection:
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES ('record/x', 1, 4, X'80')")
    connection.close()
    done = run("doctor", "--json")
    assert done.code == 1
    assert len(done.errors) == 1
    assert find(done, "store, row 2")["status"] == "wrong"
    assert find(done, "store")["found"].startswith("1 records")


def test_a_network_folder_is_found(run, settings, monkeypatch):
    mount = psutil._ntuples.sdiskpart(
        device="server:/x", mountpoint=str(settings.cache.parent), fstype="nfs4", opts="rw"
    )
    monkeypatch.setattr(psutil, "disk_partitions", lambda **options: [mount])
    done = run("doctor", "--json")
    assert done.code == 1
    assert "is a network folder (nfs4), where SQLite breaks" in find(done, "cache (LABELWISE_CACHE)")["found"]


def test_a_lock_that_does_not_hold_is_found(run, monkeypatch):
    monkeypatch.setattr(doctor, "_LOCK_QUESTION", "print('got it')")
    done = run("doctor", "--json")
    assert done.code == 1
    assert "a second process got a lock that was held" in find(done, "locks")["found"]


def test_a_cache_that_cannot_be_is_found(run, settings):
    settings.cache.write_text("a file")
    done = run("doctor", "--json")
    assert done.code == 1
    assert find(done, "cache (LABELWISE_CACHE)")["status"] == find(done, "locks")["status"] == "wrong"


def refuse(*arguments, **options):
    raise PermissionError(13, "Permission denied", "/elsewhere")


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("list_prepared", "prepared data sets"),
        ("find_progress", "store"),
        ("hold_lock", "locks"),
        ("_look_at_cache", "folders"),
        ("_look_at_packages", "packages"),
    ],
)
def test_what_may_not_be_read_is_wrong_and_the_rest_is_looked_at(run, monkeypatch, function, name):
    n_checks = len(run("doctor", "--json").lines[0]["checks"])
    monkeypatch.setattr(doctor, function, refuse)
    done = run("doctor", "--json")
    assert (done.code, len(done.errors), done.lines[0]["n_wrong"]) == (1, 1, 1)
    found = find(done, name)["found"]
    assert "Permission denied" in found
    assert "make room" not in found
    assert "check who may read and write there" in found
    assert name in ("packages", "folders") or len(done.lines[0]["checks"]) == n_checks


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_cache_that_may_not_be_read_is_found(run, settings):
    settings.cache.mkdir(mode=0)
    done = run("doctor", "--json")
    assert (done.code, len(done.errors)) == (1, 1)
    assert "may not be read or written here; check who may" in find(done, "cache (LABELWISE_CACHE)")["found"]
    settings.cache.chmod(0o700)


def test_a_container_without_semaphores_is_noted(run, monkeypatch):
    assert find(run("doctor", "--json"), "processes")["status"] == "ok"
    monkeypatch.setattr("multiprocessing.Semaphore", refuse)
    done = run("doctor", "--json")
    assert done.code == 0
    found = find(done, "processes")
    assert found["status"] == "note"
    assert found["found"].startswith("simulations run one at a time here: ")


def test_a_package_that_is_missing_is_found(run, monkeypatch):
    monkeypatch.setattr(doctor, "_required", lambda: ["torch", "no-such-package"])
    done = run("doctor", "--json")
    assert find(done, "no-such-package")["found"] == "not installed; run make install"


def test_the_device_is_asked_for_without_loading_torch_here(monkeypatch, settings):
    monkeypatch.undo()
    monkeypatch.setattr(doctor, "_version", lambda package: "2.9.0+cpu")
    (check,) = doctor._look_at_device(settings)
    assert check.found.endswith("(torch without CUDA)")


def find_gpu(monkeypatch, settings, *, known, measured=None):
    """Look at a device that torch names "GPU", where `known` was measured before and `measured` would be now."""
    monkeypatch.undo()
    monkeypatch.setattr(doctor, "_version", lambda package: "2.9.0+cu130")
    answer = subprocess.CompletedProcess([], 0, stdout="GPU\n")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: answer)
    monkeypatch.setattr(doctor, "find_sharing", lambda settings: known)
    monkeypatch.setattr(doctor, "measure_sharing", lambda settings: measured)
    device, sharing = doctor._look_at_device(settings)
    assert device.found == "cuda, GPU"
    return sharing


SHARING = Sharing(
    device="GPU", torch="2.9.0", free_bytes=2**34, bytes_each=3 * 2**29, rates=((1, 4000.0), (2, 6000.0))
)


def test_how_many_share_a_gpu_is_told(monkeypatch, settings):
    told = "2 on the GPU (1 at a time 4,000, 2 at a time 6,000 slices/s; 1.5 GiB each)"
    assert find_gpu(monkeypatch, settings, known=SHARING).found == told


def test_another_gpu_is_measured_anew(monkeypatch, settings):
    other = SHARING.model_copy(update={"device": "an older one", "rates": ((1, 10.0),)})
    check = find_gpu(monkeypatch, settings, known=other, measured=SHARING)
    assert check.found.startswith("2 on the GPU")


def test_a_gpu_that_nobody_measured_is_noted(monkeypatch, settings):
    check = find_gpu(monkeypatch, settings, known=None)
    assert (check.status, check.found[:12]) == ("note", "not measured")


def test_a_configuration_that_cannot_be_read_is_found(run, monkeypatch):
    def fail():
        raise ValueError("Invalid statement (at line 1, column 1)")

    monkeypatch.setattr(doctor, "read_served", fail)
    done = run("doctor", "--json")
    assert done.code == 1
    assert find(done, "dashboard")["found"].startswith("its configuration cannot be read: Invalid statement")
