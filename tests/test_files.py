"""Files and folders are there whole or not at all."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.errors import StoreError
from simulator.files import (
    make_folder,
    open_output,
    open_to_append,
    own_folder,
    read_file,
    write_file,
    write_output,
)


def test_a_folder_is_filled_once(tmp_path):
    calls = []

    def fill(folder):
        calls.append(folder)
        (folder / "inner").mkdir()
        (folder / "inner" / "file").write_text("x")

    make_folder(tmp_path / "new" / "a", fill, root=tmp_path)
    make_folder(tmp_path / "new" / "a", fill, root=tmp_path)
    assert (tmp_path / "new" / "a" / "inner" / "file").read_text() == "x"
    assert len(calls) == 1
    assert (tmp_path / "new" / "a").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path, error):
    def fill(folder):
        (folder / "file").write_text("x")
        raise error

    with pytest.raises(type(error)):
        make_folder(tmp_path / "a", fill, root=tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_what_a_killed_process_left_is_cleared(tmp_path):
    (tmp_path / "a.partial").mkdir()
    (tmp_path / "a.partial" / "old").write_text("x")
    make_folder(tmp_path / "a", lambda folder: (folder / "new").write_text("y"), root=tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        StoreError, match=r"file cannot be written to \((Not a directory|File exists)\); move away what"
    ):
        make_folder(tmp_path / "file" / "a", lambda folder: None, root=tmp_path)


WRITERS = {
    "ours": lambda path, content: write_file(path, content, root=path.parent.parent),
    "a person's": write_output,
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch, write):
    path = tmp_path / "new" / "file"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    monkeypatch.setattr("simulator.files.os.fsync", lambda handle: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write(path, b"three")
    assert [found.name for found in path.parent.iterdir()] == ["file"]
    assert path.read_bytes() == b"two"


def test_what_is_written_piece_by_piece_appears_whole_or_not_at_all(tmp_path):
    def write_and_stop():
        with open_output(tmp_path / "file") as file:
            file.write(b"half")
            assert not (tmp_path / "file").exists()
            raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        write_and_stop()
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_place_of_a_file_of_ours_is_replaced(tmp_path):
    victim, link = tmp_path / "victim", tmp_path / "cache" / "file"
    victim.write_bytes(b"precious")
    link.parent.mkdir()
    link.symlink_to(victim)
    write_file(link, b"one", root=link.parent)
    assert not link.is_symlink()
    assert (link.read_bytes(), victim.read_bytes()) == (b"one", b"precious")


@pytest.fixture
def leading_out(tmp_path):
    """A folder of ours in which ``link`` leads to a folder of others."""
    (tmp_path / "others").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "link").symlink_to(tmp_path / "others")
    return tmp_path / "cache"


@pytest.mark.parametrize("inner", ["link", "link/deeper"])
@pytest.mark.parametrize(
    "write",
    [
        lambda folder, root: write_file(folder / "file", b"one", root=root),
        lambda folder, root: open_to_append(folder / "file", root=root),
        lambda folder, root: own_folder(folder / "new", root=root),
        lambda folder, root: make_folder(folder / "new", lambda made: None, root=root),
    ],
    ids=["file", "log", "folder", "whole folder"],
)
def test_a_folder_of_ours_that_is_a_link_is_not_entered(leading_out, tmp_path, inner, write):
    with pytest.raises(
        StoreError, match=r"link is a link, which could lead to files of others; move it away"
    ):
        write(leading_out / inner, leading_out)
    assert list((tmp_path / "others").iterdir()) == []


def test_the_root_itself_may_be_a_link(leading_out, tmp_path):
    write_file(leading_out / "link" / "new" / "file", b"one", root=leading_out / "link")
    assert (tmp_path / "others" / "new" / "file").read_bytes() == b"one"


def test_a_half_made_folder_that_is_a_link_is_not_entered(leading_out, tmp_path):
    (tmp_path / "others" / "file").write_text("precious")
    (leading_out / "link").rename(leading_out / "a.partial")
    make_folder(leading_out / "a", lambda made: (made / "new").write_text("x"), root=leading_out)
    assert [path.name for path in (leading_out / "a").iterdir()] == ["new"]
    assert (tmp_path / "others" / "file").read_text() == "precious"


def test_a_link_that_a_person_names_is_followed_and_stays(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for content in (b"one", b"two"):
        write_output(tmp_path / "link", content)
        assert (tmp_path / "file").read_bytes() == content
    assert (tmp_path / "link").is_symlink()


def test_a_pipe_that_a_person_names_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        content = reader.submit(pipe.read_bytes)
        write_output(pipe, b"one")
        assert content.result(timeout=60) == b"one"
    assert pipe.is_fifo()


def test_a_log_goes_on_at_its_end(tmp_path):
    for content in (b"one", b"two"):
        with open_to_append(tmp_path / "log", root=tmp_path) as file:
            file.write(content)
    assert (tmp_path / "log").read_bytes() == b"onetwo"


@pytest.mark.timeout(20)
def test_a_log_is_no_link_and_no_pipe(tmp_path):
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="symbolic links"):
        open_to_append(tmp_path / "link", root=tmp_path)
    with pytest.raises(OSError, match="No such device"):
        open_to_append(tmp_path / "pipe", root=tmp_path)
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(OSError, match="no regular file"):
            open_to_append(tmp_path / "pipe", root=tmp_path)
    finally:
        os.close(reader)
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize(
    ("write", "mode"), [*zip(WRITERS.values(), (0o600, 0o640), strict=True)], ids=WRITERS
)
def test_a_file_is_private_unless_a_person_names_it(tmp_path, write, mode):
    before = os.umask(0o027)
    try:
        write(tmp_path / "file", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


def test_a_new_folder_is_private_and_one_that_is_there_keeps_its_rights(tmp_path):
    own_folder(tmp_path / "cache" / "new", root=tmp_path / "cache")
    for folder in (tmp_path / "cache", tmp_path / "cache" / "new"):
        assert folder.stat().st_mode & 0o777 == 0o700
        folder.chmod(0o770)
    own_folder(tmp_path / "cache" / "new", root=tmp_path / "cache")
    assert (tmp_path / "cache" / "new").stat().st_mode & 0o777 == 0o770


@pytest.mark.timeout(20)
def test_reading_ends(tmp_path):
    (tmp_path / "file").write_bytes(b"four")
    (tmp_path / "device").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert read_file(tmp_path / "file", max_bytes=4) == b"four"
    with pytest.raises(OSError, match="more than 3 bytes"):
        read_file(tmp_path / "file", max_bytes=3)
    for name in ("device", "pipe"):
        with pytest.raises(OSError, match="no regular file"):
            read_file(tmp_path / name, max_bytes=4)


def test_the_longest_name_that_a_file_can_have(tmp_path):
    write_file(tmp_path / ("x" * 255), b"one", root=tmp_path)
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
        make_folder(tmp_path / "made", fill, root=tmp_path)
    assert len(removals) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_what_is_not_whole_is_made_again(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").write_text("x")
    make_folder(
        tmp_path / "a",
        lambda folder: (folder / "new").write_text("y"),
        root=tmp_path,
        is_whole=lambda folder: (folder / "new").is_file(),
    )
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_a_link_that_stands_for_a_folder_is_not_followed_to_be_cleared(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old").write_text("x")
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="a is a link"):
        make_folder(tmp_path / "a", lambda folder: None, root=tmp_path, is_whole=lambda folder: False)
    assert (tmp_path / "elsewhere" / "old").read_text() == "x"
