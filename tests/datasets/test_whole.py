"""Files and folders are there whole or not at all."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.datasets.whole import make_folder, read_file, write_file
from simulator.errors import StoreError


def test_a_folder_is_filled_once(tmp_path):
    calls = []

    def fill(folder):
        calls.append(folder)
        (folder / "inner").mkdir()
        (folder / "inner" / "file").write_text("x")

    make_folder(tmp_path / "new" / "a", fill)
    make_folder(tmp_path / "new" / "a", fill)
    assert (tmp_path / "new" / "a" / "inner" / "file").read_text() == "x"
    assert len(calls) == 1
    assert (tmp_path / "new" / "a").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path, error):
    def fill(folder):
        (folder / "file").write_text("x")
        raise error

    with pytest.raises(type(error)):
        make_folder(tmp_path / "a", fill)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_what_a_killed_process_left_is_cleared(tmp_path):
    (tmp_path / "a.partial").mkdir()
    (tmp_path / "a.partial" / "old").write_text("x")
    make_folder(tmp_path / "a", lambda folder: (folder / "new").write_text("y"))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        StoreError, match=r"file cannot be written to \((Not a directory|File exists)\); move away what"
    ):
        make_folder(tmp_path / "file" / "a", lambda folder: None)


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "new" / "file"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    monkeypatch.setattr(
        "simulator.datasets.whole.os.fsync", lambda handle: (_ for _ in ()).throw(OSError("full"))
    )
    with pytest.raises(OSError, match="full"):
        write_file(path, b"three")
    assert [found.name for found in path.parent.iterdir()] == ["file"]
    assert path.read_bytes() == b"two"


def test_a_link_is_followed_and_stays(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for content in (b"one", b"two"):
        write_file(tmp_path / "link", content)
        assert (tmp_path / "file").read_bytes() == content
    assert (tmp_path / "link").is_symlink()


def test_a_pipe_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        content = reader.submit(pipe.read_bytes)
        write_file(pipe, b"one")
        assert content.result(timeout=60) == b"one"
    assert pipe.is_fifo()


@pytest.mark.parametrize(("options", "mode"), [({}, 0o600), ({"mode": 0o666}, 0o640)])
def test_a_file_is_private_unless_it_is_not(tmp_path, options, mode):
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "file", b"", **options)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


def test_the_longest_name_that_a_file_can_have(tmp_path):
    write_file(tmp_path / ("x" * 255), b"one")
    assert (tmp_path / ("x" * 255)).read_bytes() == b"one"


def test_a_thread_that_writes_on_after_an_error_leaves_nothing(tmp_path, monkeypatch):
    """As a thread of a preparation does, until it hears of it: a last file while the folder is being emptied."""
    removals, remove = [], shutil.rmtree

    def remove_and_be_disturbed(folder, **options):
        if folder.exists():
            removals.append(folder)
            remove(folder, **options)
            if len(removals) == 1:
                folder.mkdir()
                (folder / "late").touch()

    def fill(folder):
        monkeypatch.setattr(shutil, "rmtree", remove_and_be_disturbed)
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        make_folder(tmp_path / "made", fill)
    assert len(removals) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_what_is_not_whole_is_made_again(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").write_text("x")
    make_folder(
        tmp_path / "a",
        lambda folder: (folder / "new").write_text("y"),
        is_whole=lambda folder: (folder / "new").is_file(),
    )
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_a_link_that_stands_for_a_folder_is_not_followed_to_be_cleared(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old").write_text("x")
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="cannot be written to"):
        make_folder(tmp_path / "a", lambda folder: None, is_whole=lambda folder: False)
    assert (tmp_path / "elsewhere" / "old").read_text() == "x"


def test_no_more_is_read_than_can_have_been_written(tmp_path):
    (tmp_path / "a").write_bytes(b"1234")
    assert read_file(tmp_path / "a", max_bytes=4) == b"1234"
    with pytest.raises(ValueError, match="a has more than 3 bytes"):
        read_file(tmp_path / "a", max_bytes=3)
    (tmp_path / "b").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "c")
    for name in "bcd":
        with pytest.raises(ValueError, match=f"{name} is missing or no regular file"):
            read_file(tmp_path / name, max_bytes=4)
