"""``doctor``: what is installed, which device and folders are used, whether locks work there, who is answered."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import joblib
import psutil
import typer

from ..campaigns import find_progress, has_semaphores, hold_lock
from ..campaigns.sharing import find_sharing, measure_sharing
from ..datasets import list_prepared
from ..errors import LabelwiseError
from ..remedies import CHECK_RIGHTS, remedy_for
from ..settings import PROJECT, Settings, load_settings
from ..store import open_store
from .checks import Check
from .options import JsonOption, print_json
from .printing import say
from .running import ONE_PROCESS
from .serving import look_at_server, look_at_sign_in, read_served

__all__ = ["app"]

app = typer.Typer(add_completion=False)

OPTIONAL_PACKAGES = {
    "distributed": "only --backend dask needs it",
    "SimpleITK": "only NRRD and MetaImage need it",
}
"""Package → what needs it."""

NETWORK_FILE_SYSTEMS = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.sshfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "pvfs2",
    "smb3",
    "smbfs",
}
"""Where SQLite's locks cannot be relied on, and a store breaks sooner or later."""

ROOMY_BYTES = 2**30

_LOCK_QUESTION = """
import sys
from filelock import FileLock, Timeout
try:
    FileLock(sys.argv[1], fallback_to_soft=False).acquire(timeout=0)
except Timeout:
    print("held")
"""


@app.command()
def doctor(*, json: JsonOption = False) -> None:
    """Say what is installed, which device and folders are used, whether locks work there, and what is wrong."""
    settings = load_settings()
    looks = {
        "packages": _look_at_packages,
        "device": _look_at_device,
        "processes": _look_at_processes,
        "folders": _look_at_folders,
        "locks": _look_at_locks,
        "store": _look_at_store,
        "prepared data sets": _look_at_datasets,
        "serving": _look_at_serving,
    }
    checks = [check for name, look in looks.items() for check in _look(name, look, settings)]
    n_wrong = sum(check.status == "wrong" for check in checks)
    if json:
        print_json({"checks": [asdict(check) for check in checks], "n_wrong": n_wrong})
    else:
        for check in checks:
            say(f"{check.status:<5}  {check.name}: {check.found}")
    if n_wrong:
        raise LabelwiseError(f"{n_wrong} of {len(checks)} checks are wrong; each says above what to do")


def _look(name: str, look: Callable[[Settings], list[Check]], settings: Settings) -> list[Check]:
    """Look at one thing; what cannot be looked at is wrong, and keeps no other from being looked at."""
    try:
        return look(settings)
    except LabelwiseError as error:
        found = str(error)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        found = f"cannot be looked at: {error.strerror or error}{where}; {remedy_for(error)}"
    return [Check(name=name, status="wrong", found=found)]


def _look_at_packages(settings: Settings) -> list[Check]:
    checks = [Check(name="python", status="ok", found=f"{platform.python_version()}, {platform.platform()}")]
    for package in (*_required(), *OPTIONAL_PACKAGES):
        version = _version(package)
        is_optional = package in OPTIONAL_PACKAGES
        if version is not None:
            checks.append(Check(name=package, status="ok", found=version))
        elif is_optional:
            found = f"not installed; {OPTIONAL_PACKAGES[package]}"
            checks.append(Check(name=package, status="note", found=found))
        else:
            checks.append(Check(name=package, status="wrong", found="not installed; run make install"))
    return checks


def _required() -> list[str]:
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [re.split("[<>=]", line)[0] for line in lines if line[:1].isalpha()]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _look_at_device(settings: Settings) -> list[Check]:
    """Ask torch in a process of its own: it takes seconds and half a gigabyte to load."""
    n_processors = joblib.cpu_count()
    if (_version("torch") or "+cpu").endswith("+cpu"):
        return [
            Check(name="device", status="ok", found=f"cpu, {n_processors} processors (torch without CUDA)")
        ]
    question = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else '')"
    try:
        answer = subprocess.run(  # noqa: S603
            [sys.executable, "-c", question], capture_output=True, text=True, timeout=120, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        return [
            Check(name="device", status="wrong", found=f"torch cannot be loaded ({error}); run make install")
        ]
    device = answer.stdout.strip()
    if not device:
        found = f"cpu, {n_processors} processors (torch sees no CUDA device)"
        return [Check(name="device", status="ok", found=found)]
    return [Check(name="device", status="ok", found=f"cuda, {device}"), _look_at_sharing(settings, device)]


def _look_at_sharing(settings: Settings, device: str) -> Check:
    """Say how many trainings share the GPU; it is measured where nobody did, and where it was another GPU."""
    name = "trainings at a time"
    sharing = find_sharing(settings)
    if sharing is not None and sharing.device != device:
        sharing = measure_sharing(settings)
    if sharing is None:
        found = "not measured, for a worker is there or it failed; run doctor again when nothing else uses the GPU"
        return Check(name=name, status="note", found=found)
    rates = ", ".join(f"{number} at a time {rate:,.0f}" for number, rate in sharing.rates)
    found = f"{sharing.n_trainings} on the GPU ({rates} slices/s; {sharing.bytes_each / 2**30:.1f} GiB each)"
    return Check(name=name, status="ok", found=found)


def _look_at_processes(settings: Settings) -> list[Check]:
    """Make a semaphore: processes of a pool share some, and a container may have nowhere to keep them."""
    if has_semaphores():
        return [Check(name="processes", status="ok", found="several simulations can run at once")]
    return [Check(name="processes", status="note", found=ONE_PROCESS)]


def _look_at_folders(settings: Settings) -> list[Check]:
    roots = [_look_at_folder("data (LABELWISE_DATA)", root) for root in settings.data_roots]
    return [_look_at_cache(settings.cache), _look_at_folder("published records", settings.published), *roots]


def _look_at_folder(name: str, folder: Path) -> Check:
    if folder.is_dir():
        return Check(name=name, status="ok", found=str(folder))
    return Check(name=name, status="note", found=f"there is no folder {folder}")


def _look_at_cache(folder: Path) -> Check:
    """Check that the cache can be written to, has room, and lies on a disk of this machine."""
    name = "cache (LABELWISE_CACHE)"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        found = f"{folder}: {error.strerror}; {remedy_for(error)}, or set LABELWISE_CACHE to another one"
        return Check(name=name, status="wrong", found=found)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        found = (
            f"{folder} may not be read or written here; {CHECK_RIGHTS}, or set LABELWISE_CACHE to another one"
        )
        return Check(name=name, status="wrong", found=found)
    kind = _file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        found = (
            f"{folder} is a network folder ({kind}), where SQLite breaks; set LABELWISE_CACHE to a local one"
        )
        return Check(name=name, status="wrong", found=found)
    if free < ROOMY_BYTES:
        return Check(name=name, status="wrong", found=f"{folder}: {free / 2**20:.0f} MiB free; make room")
    return Check(name=name, status="ok", found=f"{folder} ({kind}, {free / 2**30:.0f} GiB free)")


def _file_system(folder: Path) -> str:
    """Name the file system that a folder lies on: that of the innermost mount point above it."""
    path = folder.resolve()
    mounts = {Path(mount.mountpoint): mount.fstype for mount in psutil.disk_partitions(all=True)}
    return next((mounts[parent] for parent in (path, *path.parents) if parent in mounts), "unknown")


def _look_at_locks(settings: Settings) -> list[Check]:
    """Take a lock and start a process that must not get it."""
    try:
        with hold_lock(settings, name="doctor", timeout=1):
            answer = subprocess.run(  # noqa: S603
                [sys.executable, "-c", _LOCK_QUESTION, str(settings.cache / "doctor.lock")],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
    except subprocess.SubprocessError as error:
        return [Check(name="locks", status="wrong", found=f"cannot be tested: {error}")]
    if answer.stdout.strip() == "held":
        return [Check(name="locks", status="ok", found="a second process does not get a lock that is held")]
    found = "a second process got a lock that was held; set LABELWISE_CACHE to a folder on a local disk"
    return [Check(name="locks", status="wrong", found=found)]


def _look_at_store(settings: Settings) -> list[Check]:
    with open_store(settings, is_read_only=True) as store:
        progress, table, problems = find_progress(store), store.table(), store.problems()
    n_published = int((table["source"] == "published").sum())
    worker = "a worker is there" if progress.is_working else "no worker is there"
    found = f"{len(table)} records, {n_published} of them published; {progress.n_pending} pending; {worker}"
    broken = [
        Check(name=problem.where, status="wrong", found=f"{problem.what}; move it away")
        for problem in problems
    ]
    return [Check(name="store", status="ok", found=found), *broken]


def _look_at_datasets(settings: Settings) -> list[Check]:
    prepared = sorted({f"{found.name} ({found.fingerprint[:12]})" for found in list_prepared(settings)})
    return [Check(name="prepared data sets", status="ok", found=", ".join(prepared) or "none yet")]


def _look_at_serving(settings: Settings) -> list[Check]:
    try:
        served = read_served()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return [Check(name="dashboard", status="wrong", found=f"its configuration cannot be read: {error}")]
    return [*look_at_server(served), *look_at_sign_in(served, settings)]
