"""Resuming, and servers that drop, lie or have something else."""

import socket
from types import SimpleNamespace

import pytest

from simulator.datasets import fetching
from simulator.datasets.fetching import check_room, fetch_part
from simulator.errors import DownloadError
from tests.datasets.serving import serving

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """No pauses; gives those that would have been made."""
    made = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


@pytest.fixture
def served():
    with serving(CONTENT) as found:
        yield found


@pytest.fixture
def part(tmp_path):
    return tmp_path / "TaskX.tar.part"


def fetch(served, part, **changes):
    steps = []
    fetch_part(served.task(**changes), part, on_progress=lambda *step: steps.append(step))
    return steps


def test_a_file_arrives_whole_and_says_how_far_it_is(served, part):
    steps = fetch(served, part, n_bytes=len(CONTENT))
    assert part.read_bytes() == CONTENT
    assert steps[0] == ("downloading", 0, len(CONTENT))
    assert steps[-1] == ("downloading", len(CONTENT), len(CONTENT))
    assert served.asked == [None]


def test_dropped_connections_are_gone_on_from_where_they_stopped(served, part, waits):
    served.drops = [1000, 0, 500]
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert served.asked == [None, "bytes=1000-", "bytes=1000-", "bytes=1500-"]
    assert waits == [1.0, 2.0, 4.0]


def test_reset_connections_are_gone_on_from_what_arrived(served, part, waits):
    """A reset may throw away what was on its way, so where to go on is read off the file, not off what was sent."""
    served.drops, served.resets = [4000, 3000], True
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert len(served.asked) == 3
    assert len(waits) == 2


def test_a_server_that_keeps_dropping_is_given_up_and_what_came_is_kept(served, part, waits):
    served.drops = [100] * 99
    with pytest.raises(DownloadError, match="broke off 6 times in a row, 600 bytes are here"):
        fetch(served, part)
    assert waits == list(fetching.WAIT_SECONDS)
    assert part.read_bytes() == CONTENT[:600]
    served.drops = []
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert served.asked[-1] == "bytes=600-"


def test_getting_ahead_earns_more_tries(served, part, monkeypatch, waits):
    monkeypatch.setattr(fetching, "CHUNK_BYTES", 1024)
    served.drops = [1024] * 9
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert set(waits) == {1.0}


def test_a_server_that_ignores_ranges_starts_anew_and_is_given_up_if_it_drops(served, part, waits):
    served.knows_ranges, served.drops = False, [3000, 2000]
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    served.drops = [3000] * 99
    part.write_bytes(b"")
    with pytest.raises(DownloadError, match="3,000 bytes are here"):
        fetch(served, part)


def test_a_server_that_ignores_ranges_is_not_asked_for_ever(served, part, monkeypatch, waits):
    """Now more, now less arrives before it hangs up: only what was never reached before is progress."""
    monkeypatch.setattr(fetching, "CHUNK_BYTES", 1024)
    served.knows_ranges, served.drops = False, [3000, 1000] * 50
    with pytest.raises(DownloadError, match="broke off 6 times"):
        fetch(served, part)
    assert len(served.asked) == len(fetching.WAIT_SECONDS) + 1


def test_a_file_that_changed_meanwhile_is_fetched_anew(served, part):
    served.drops = [1000, *[0] * 5]
    with pytest.raises(DownloadError, match="1,000 bytes are here"):
        fetch(served, part)
    served.content, served.etag, served.drops = CONTENT[::-1], '"two"', []
    fetch(served, part)
    assert part.read_bytes() == CONTENT[::-1]


def test_a_server_that_ignores_if_range_is_found_out_by_its_tag(served, part):
    part.write_bytes(b"old" * 100)
    part.with_name("TaskX.tar.part.etag").write_text('"zero"')
    served.etag = '"one"'
    with pytest.MonkeyPatch.context() as patch:
        # What the server would do with a Range alone.
        patch.setattr(
            "tests.datasets.serving._Handler._start",
            lambda self: 300 if self.headers.get("Range") == "bytes=300-" else 0,
        )
        fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert served.asked == ["bytes=300-", None]


def test_after_a_part_of_another_file_progress_is_counted_from_the_beginning(served, part, monkeypatch):
    monkeypatch.setattr(fetching, "CHUNK_BYTES", 1024)
    part.write_bytes(b"x" * (len(CONTENT) + 1))
    served.drops = [1024] * 9
    fetch(served, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("tag", [b'"\xe9"', b'"a"\r\nX-Evil: 1', b'"a\n"', b""])
def test_a_damaged_tag_is_as_good_as_none(served, part, tag):
    part.write_bytes(CONTENT[:1000])
    part.with_name("TaskX.tar.part.etag").write_bytes(tag)
    fetch(served, part)
    assert part.read_bytes() == CONTENT


def test_without_a_strong_tag_the_rest_is_asked_for_all_the_same(served, part):
    served.etag, served.drops = 'W/"weak"', [1000]
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert not part.with_name("TaskX.tar.part.etag").exists()


def test_what_is_whole_is_not_fetched_again(served, part):
    part.write_bytes(CONTENT)
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert served.asked == [f"bytes={len(CONTENT)}-"]


@pytest.mark.parametrize("place", ["bytes 7-9/10240", "bytes 100-200/50", "nonsense", None, "bytes */10240"])
def test_a_wrong_place_is_not_believed(served, part, place):
    part.write_bytes(CONTENT[:100])
    served.headers = {"Content-Range": place}
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert served.asked == ["bytes=100-", None]


def test_what_has_the_known_size_needs_no_server_but_room(served, part, monkeypatch):
    part.write_bytes(CONTENT)
    fetch(served, part, n_bytes=len(CONTENT))
    assert served.asked == []
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2**26))
    with pytest.raises(DownloadError, match=r"needs 0\.1 GB of room"):
        fetch(served, part, n_bytes=len(CONTENT))


def test_a_server_that_has_no_more_and_does_not_say_how_much_leaves_it_to_the_checksum(served, part):
    part.write_bytes(CONTENT)
    served.headers = {"Content-Range": None}
    fetch(served, part, md5="0" * 32)
    assert served.asked == [f"bytes={len(CONTENT)}-"]
    fetch(served, part)  # nothing to tell it by
    assert served.asked[1:] == [f"bytes={len(CONTENT)}-", None]
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("n_bytes", [None, len(CONTENT)])
@pytest.mark.parametrize("headers", [{}, {"Content-Range": None}])
def test_a_part_that_is_too_long_is_begun_anew(served, part, n_bytes, headers):
    part.write_bytes(CONTENT + b"more")
    served.headers = headers
    fetch(served, part, n_bytes=n_bytes)
    assert part.read_bytes() == CONTENT


def test_a_length_that_is_too_long_ends_with_what_there_is(served, part):
    served.length = len(CONTENT) + 5000
    fetch(served, part)
    assert part.read_bytes() == CONTENT


def test_another_size_than_the_known_one_is_refused_before_anything_is_written(served, part):
    with pytest.raises(
        DownloadError, match="offers 10,240 bytes, but the archive has 10,241; was it replaced"
    ):
        fetch(served, part, n_bytes=len(CONTENT) + 1)
    assert not part.exists()


@pytest.mark.parametrize("length", [None, "-1", "many"])
def test_a_length_must_be_told(served, part, length):
    served.headers = {"Content-Length": length}
    with pytest.raises(DownloadError, match=r"does not say how large|broke off 6 times"):
        fetch(served, part)
    assert not part.exists()


@pytest.mark.parametrize("status", [404, 403, 301, 302, 204])
def test_what_is_not_there_is_no_second_try(served, part, status):
    served.statuses = [status]
    with pytest.raises(DownloadError, match=f"answered {status} .*; the archive is not there any more"):
        fetch(served, part)
    assert len(served.asked) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_asked_again(served, part, status, waits):
    served.statuses = [status, status]
    fetch(served, part)
    assert part.read_bytes() == CONTENT
    assert waits == [1.0, 2.0]


def test_a_server_that_nobody_can_reach_is_said_at_once(part, served, waits):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/x.tar"
        with pytest.raises(DownloadError, match="cannot be reached; check the network"):
            fetch(served, part, url=url)
    assert waits == []


def test_a_connection_that_is_not_trusted_says_what_helps_behind_a_proxy(part, served, waits):
    with pytest.raises(DownloadError, match=r"cannot be reached; .* not trusted; .*REQUESTS_CA_BUNDLE"):
        fetch(served, part, url=served.url.replace("http:", "https:"))
    assert (waits, served.asked) == ([], [])


def test_room_is_looked_for_before_anything_is_written(served, part, monkeypatch):
    monkeypatch.setattr(
        "shutil.disk_usage", lambda folder: SimpleNamespace(free=2**26 + 2 * len(CONTENT) - 1)
    )
    with pytest.raises(
        DownloadError, match=r"needs 0\.1 GB of room for archive and volumes, 0\.1 GB are free"
    ):
        fetch(served, part)
    assert not part.exists()
    part.write_bytes(CONTENT[:1])
    fetch(served, part)


def test_room_counts_what_is_spared(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2**26))
    check_room(tmp_path, 0)
    with pytest.raises(DownloadError, match="make room there, or name another folder with --output"):
        check_room(tmp_path, 1)
