"""The whole way, and every place where it may be killed."""

import hashlib
import os
import tarfile
from dataclasses import replace
from types import SimpleNamespace

import pytest
from filelock import FileLock

from simulator.datasets import open_dataset
from simulator.datasets.download import download_task
from simulator.errors import DownloadError, ReadOnlyError
from tests.datasets.making import make_decathlon
from tests.datasets.serving import serving


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def content(tmp_path):
    """An archive of a small task, with what macOS adds."""
    folder = make_decathlon(tmp_path / "made" / "TaskX")
    for kind in ("imagesTr", "labelsTr"):
        (folder / kind / "._case_0.nii.gz").write_bytes(b"mac")
    with tarfile.open(tmp_path / "made" / "TaskX.tar", "w:") as tar:
        tar.add(folder, "TaskX")
    return (tmp_path / "made" / "TaskX.tar").read_bytes()


@pytest.fixture
def served(content):
    with serving(content) as found:
        yield found


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data" / "sets"


@pytest.fixture
def download(served, settings, target):
    def download_served(on_progress=lambda *step: None, settings=settings, **changes):
        known = {"md5": md5(served.content), "n_bytes": len(served.content)}
        return download_task(
            served.task(**(known | changes)), folder=target, settings=settings, on_progress=on_progress
        )

    return download_served


def md5(content):
    return hashlib.md5(content).hexdigest()


def left(target):
    return {path.name for path in target.iterdir() if not path.name.endswith(".lock")}


def test_a_task_is_fetched_checked_unpacked_and_can_be_opened(download, target, settings):
    doing = []
    made = download(lambda *step: doing.append(step[0]))
    assert made == target / "TaskX"
    assert list(dict.fromkeys(doing)) == ["downloading", "checking", "unpacking"]
    assert left(target) == {"TaskX"}
    assert not list(made.rglob("._*"))
    source = open_dataset(str(made), settings=settings)
    assert source.reference.n_pool == 4
    assert source.problems == ()


def test_what_is_there_is_not_fetched_again(download, served):
    download()
    download()
    assert len(served.asked) == 1


@pytest.mark.parametrize("stopped_at", ["downloading", "checking", "unpacking"])
def test_a_killed_download_leaves_nothing_that_looks_finished_and_goes_on(
    download, target, served, stopped_at
):
    served.drops = [2000]
    n_seen = 0

    def stop(doing, n_done, n_total):
        nonlocal n_seen
        n_seen += doing == stopped_at
        if n_seen == 2 or (stopped_at == "checking" and n_seen):
            raise KeyboardInterrupt("stopped")

    with pytest.raises(KeyboardInterrupt, match="stopped"):
        download(stop)
    assert not (target / "TaskX").exists()
    n_asked = len(served.asked)
    assert (download() / "dataset.json").is_file()
    again = served.asked[n_asked:]
    assert all(place is not None for place in again)  # never from the beginning
    assert bool(again) is (stopped_at == "downloading")


def test_a_wrong_checksum_is_refused_and_the_next_call_begins_anew(download, target, served, content):
    served.content = content[:-1] + b"!"
    with pytest.raises(DownloadError, match=f"has the MD5 checksum .*, not {md5(content)}, and was deleted"):
        download(md5=md5(content))
    assert left(target) == set()
    served.content = content
    download(md5=md5(content))
    assert served.asked == [None, None]


def test_without_checksum_and_size_the_archive_is_unpacked_as_it_came(download):
    assert download(md5=None, n_bytes=None).is_dir()


def test_a_server_without_the_archive_says_what_to_do(download, served, target):
    served.statuses = [404]
    with pytest.raises(DownloadError, match=r"404 .*save the archive as .*sets/TaskX\.tar by other means"):
        download()
    assert left(target) == set()


def test_an_archive_that_somebody_put_there_needs_no_network_and_stays(download, target, served, content):
    target.mkdir(parents=True)
    (target / "TaskX.tar").write_bytes(content)
    download(url="http://127.0.0.1:9/nowhere")
    assert left(target) == {"TaskX", "TaskX.tar"}
    assert served.asked == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[:-1], r"TaskX\.tar has [\d,]+ bytes, not [\d,]+, so it is damaged"),
        (lambda content: content[:-1] + b"!", r"TaskX\.tar has the MD5 checksum .*, so it is damaged"),
    ],
)
def test_a_damaged_archive_that_somebody_put_there_is_refused_and_left(
    download, target, content, change, message
):
    target.mkdir(parents=True)
    (target / "TaskX.tar").write_bytes(change(content))
    with pytest.raises(DownloadError, match=message):
        download()
    assert left(target) == {"TaskX.tar"}


def test_an_archive_that_somebody_put_there_needs_room(download, target, content, monkeypatch):
    target.mkdir(parents=True)
    (target / "TaskX.tar").write_bytes(content)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2**26))
    with pytest.raises(DownloadError, match=r"needs 0\.1 GB of room"):
        download()


def test_a_hostile_archive_leaves_no_folder(download, target, served, tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w:") as tar:
        tar.addfile(tarfile.TarInfo("TaskX/../../evil"))
    served.content = (tmp_path / "evil.tar").read_bytes()
    with pytest.raises(
        DownloadError, match=r"lies outside TaskX; nothing was unpacked\. Delete .*TaskX\.tar\.part and"
    ):
        download()
    assert left(target) == {"TaskX.tar.part", "TaskX.tar.part.etag"}


def test_two_at_once_are_one(download, target):
    target.mkdir(parents=True)
    with (
        FileLock(target / "TaskX.tar.lock"),
        pytest.raises(
            DownloadError, match=r"TaskX is being downloaded to .* by another process; wait for it"
        ),
    ):
        download()


def test_a_target_that_is_a_file_is_said(download, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"")
    with pytest.raises(
        DownloadError, match=r"cannot be written to .*; move away what stands there, or name another folder"
    ):
        download()


def test_a_full_disk_keeps_what_arrived(download, target, monkeypatch, served):
    def fill(handle):
        if os.fstat(handle).st_size > 1000:  # there is room for the mark, not for the archive
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fill)
        with pytest.raises(DownloadError, match=r"cannot be written to \(No space left on device"):
            download()
    assert left(target) == {"TaskX.tar.part", "TaskX.tar.part.etag"}
    download()
    assert served.asked == [None]  # what has its size needs no second request


def test_read_only_downloads_nothing(download, settings, target):
    with pytest.raises(ReadOnlyError, match="nothing can be downloaded, for this installation is read-only"):
        download(settings=replace(settings, is_read_only=True))
    assert not target.exists()
