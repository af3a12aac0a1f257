"""One file over HTTP, resumed where it stopped: what has arrived is kept in a part file that a later call goes on with.

The server is asked for what is missing (RFC 9110 §14: ``Range``), and only if the file is still the same (§13.1.5:
``If-Range`` with the ``ETag`` of the first answer). What it answers is believed as little as possible: the place that
it continues from, the size and the number of bytes are checked, a redirection is not followed.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, MaxRetryError

from ..errors import DownloadError
from ..files import open_to_append, write_file
from .tasks import Task

__all__ = ["OnProgress", "check_room", "fetch_part", "forget_part"]

OnProgress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes that are done, and all bytes."""

CHUNK_BYTES = 2**20

WAIT_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Pauses before each further try. A try that got ahead by `CHUNK_BYTES` begins the row anew."""

TIMEOUT_SECONDS = (15.0, 60.0)
"""To be connected, and between two pieces that arrive."""

SPARE_BYTES = 2**26
"""Room that is left on the disk for others."""

_TAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')

_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-\d{1,18}|\*)/(\d{1,18})")


class _DroppedError(Exception):
    """The server stopped before the end, or asks to come back later: try again."""


def fetch_part(task: Task, part: Path, *, on_progress: OnProgress) -> None:
    """Bring an archive into a part file, going on with what is there.

    Parameters
    ----------
    task : Task
    part : Path
        In a folder that is there. Kept when it fails: the next call goes on with it.
    on_progress : function of str, int and int

    Raises
    ------
    DownloadError
        If the server cannot be reached, does not have the archive or offers another one, if it keeps dropping the
        connection, or if there is no room on the disk.
    OSError
        If the part file cannot be written.
    """
    start = furthest = _length(part)
    n_failed, is_replaced = 0, False
    while True:
        try:
            _fetch_rest(task, part, on_progress=on_progress)
            return
        except requests.ConnectionError as error:
            if _is_unreachable(error) and n_failed == 0 and _length(part) == start:
                raise DownloadError(f"{task.url} cannot be reached; {_advise(error)}") from error
            reason = "the connection was lost"
        except (requests.RequestException, HTTPError) as error:
            reason = f"the transfer broke off, {type(error).__name__}"
        except _DroppedError as error:
            reason = str(error)
        if not part.exists() and not is_replaced:
            # A part of another file was deleted: once, progress is counted from the beginning again.
            furthest, is_replaced = 0, True
        # A server that cannot go on begins anew each time: only what was never reached before is progress.
        if _length(part) >= furthest + CHUNK_BYTES:
            n_failed, furthest = 0, _length(part)
        if n_failed == len(WAIT_SECONDS):
            raise DownloadError(
                f"{task.url} broke off {n_failed + 1} times in a row, {_length(part):,} bytes are here ({reason})"
            )
        time.sleep(WAIT_SECONDS[n_failed])
        n_failed += 1


def forget_part(part: Path) -> None:
    """Delete a part file, so that the next download begins anew."""
    part.unlink(missing_ok=True)
    _tag_file(part).unlink(missing_ok=True)


def check_room(folder: Path, n_bytes: int) -> None:
    """Check that a folder's disk has room, before anything is written.

    Raises
    ------
    DownloadError
        If less than `n_bytes` and `SPARE_BYTES` are free.
    """
    free = shutil.disk_usage(folder).free
    if free < n_bytes + SPARE_BYTES:
        raise DownloadError(
            f"{folder} needs {(n_bytes + SPARE_BYTES) / 1e9:.1f} GB of room for archive and volumes, "
            f"{free / 1e9:.1f} GB are free; make room there, or name another folder with --output"
        )


def _fetch_rest(task: Task, part: Path, *, on_progress: OnProgress) -> None:
    """Ask once for what is missing and write what arrives."""
    have, tag = _length(part), _read_tag(part)
    if have == task.n_bytes:
        check_room(part.parent, have)
        return
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | ({"If-Range": tag} if tag else {})
    with closing(
        requests.get(task.url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    ) as answer:
        _check_status(task, answer)
        start, total = _find_place(task, answer, have=have)
        is_other = start and tag and answer.headers.get("ETag", tag) != tag
        if start not in {0, have} or start > total or is_other:
            forget_part(part)
            raise _DroppedError("what is here is no part of what the server has")
        if task.n_bytes not in {None, total}:
            raise DownloadError(
                f"{task.url} offers {total:,} bytes, but the archive has {task.n_bytes:,}; was it replaced?"
            )
        # The archive stays until its volumes are unpacked, and these need as much room again.
        check_room(part.parent, 2 * total - start)
        _write(part, answer, start=start, total=total, on_progress=on_progress)


def _check_status(task: Task, answer: requests.Response) -> None:
    code = answer.status_code
    if code in {200, 206, 416}:
        return
    if code == 429 or code >= 500:
        raise _DroppedError(f"the server answered {code} {answer.reason}")
    raise DownloadError(
        f"{task.url} answered {code} {answer.reason}; the archive is not there any more, or not for everybody"
    )


def _find_place(task: Task, answer: requests.Response, *, have: int) -> tuple[int, int]:
    """Read from which byte on the server sends, and how many the whole file has."""
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if answer.status_code == 200:
        length = answer.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) <= 18):
            raise DownloadError(f"{answer.url} does not say how large the archive is")
        return 0, int(length)
    if match is None:
        # A server that has nothing more (416) and does not say how much it has leaves it to the checksum.
        is_whole = answer.status_code == 416 and task.md5 is not None and task.n_bytes is None
        return (have, have) if is_whole else (-1, 0)
    place, total = match[1], int(match[2])
    # 416: the server has nothing after what was asked for; all is here if it has as much.
    return (total if answer.status_code == 416 else int(place or -1)), total


def _write(part: Path, answer: requests.Response, *, start: int, total: int, on_progress: OnProgress) -> None:
    """Write what arrives, never more than was announced."""
    n_done = start
    if not start:
        part.unlink(missing_ok=True)
    with open_to_append(part, root=part.parent) as file:
        if start == 0:
            _write_tag(part, answer.headers)
        on_progress("downloading", n_done, total)
        # `read1` hands over what has come: `iter_content` loses what is less than a chunk when the server hangs up.
        while n_done < total and (
            piece := answer.raw.read1(min(CHUNK_BYTES, total - n_done), decode_content=False)
        ):
            file.write(piece)
            n_done += len(piece)
            on_progress("downloading", n_done, total)
        file.flush()
        os.fsync(file.fileno())
    if n_done < total:
        raise _DroppedError("the server stopped before the end")


def _is_unreachable(error: requests.ConnectionError) -> bool:
    """Tell a server that nobody can talk to (no network, no such name, no trust) from one that hung up."""
    return bool(error.args) and isinstance(error.args[0], MaxRetryError)


def _advise(error: requests.ConnectionError) -> str:
    """Say what to do where a server cannot be reached: hospitals often inspect what is encrypted."""
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "the connection is not trusted; if a proxy here replaces certificates, name the file of its authority "
            "in REQUESTS_CA_BUNDLE"
        )
    return "check the network"


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _tag_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.etag")


def _read_tag(part: Path) -> str:
    """Read the mark that was kept; what is none is as good as nothing, and must not get into a request."""
    path = _tag_file(part)
    tag = path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""
    return tag if _TAG.fullmatch(tag) else ""


def _write_tag(part: Path, headers: Mapping[str, str]) -> None:
    """Keep the mark of this version of the file; a weak one (W/) does not promise the same bytes."""
    tag = headers.get("ETag", "")
    if _TAG.fullmatch(tag):
        write_file(_tag_file(part), tag.encode("ascii"), root=part.parent)
    else:
        _tag_file(part).unlink(missing_ok=True)
