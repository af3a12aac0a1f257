"""One worker a cache folder."""

import errno
import subprocess
import sys

import pytest
from filelock import FileLock

from simulator.campaigns.lock import hold_lock, is_working
from simulator.errors import StoreError

HOLD = """
import sys, time
from pathlib import Path
from simulator.campaigns.lock import hold_lock
from simulator.settings import Settings
with hold_lock(Settings(cache=Path(sys.argv[1]))) as is_held:
    print(is_held, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(settings):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.cache)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_asking_makes_nothing(settings):
    assert not is_working(settings)
    assert not settings.cache.exists()


def test_where_no_lock_can_be_taken_nobody_is_seen(settings, monkeypatch):
    """A read-only file system gives EROFS, which only a mount could show."""
    settings.cache.mkdir()
    (settings.cache / "worker.lock").touch()

    def refuse(*args, **options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    assert not is_working(settings)


def test_a_lock_that_is_held_is_seen_and_not_given_and_free_as_soon_as_its_holder_is_killed(settings, holder):
    assert is_working(settings)
    with hold_lock(settings, timeout=0) as is_held:
        assert not is_held
    with hold_lock(settings, name="another", timeout=0) as is_held:
        assert is_held
    holder.kill()
    holder.wait()
    assert not is_working(settings)
    with hold_lock(settings, timeout=0) as is_held:
        assert is_held


def test_a_lock_is_free_after_use_and_after_an_error(settings):
    def fail():
        with hold_lock(settings):
            assert is_working(settings)
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert not is_working(settings)


def test_a_lock_that_is_a_link_is_not_followed(settings, tmp_path):
    (tmp_path / "victim").write_text("precious")
    settings.cache.mkdir()
    (settings.cache / "worker.lock").symlink_to(tmp_path / "victim")
    assert not is_working(settings)
    with pytest.raises(StoreError, match=r"worker\.lock is a link, .*; move it away"), hold_lock(settings):
        pass
    assert (tmp_path / "victim").read_text() == "precious"
