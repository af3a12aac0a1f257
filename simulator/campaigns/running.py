"""What runs now: ``running/<key>.json``, one writer, replaced whole.

While a simulation runs the file holds its progress; its last write is the record itself, so that a result
survives the death of whoever waited for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from ..errors import RecordError
from ..files import read_file, write_file
from ..records import (
    MAX_LINE_BYTES,
    Count,
    Frozen,
    Number,
    SimulationRecord,
    SimulationRequest,
    canonical_json,
    parse_record,
)
from ..settings import Settings

__all__ = ["Running", "clear_running", "find_running", "read_running", "write_progress", "write_record"]

_NAME = re.compile(r"[0-9a-f]{64}\.json|\.[0-9a-f]{32}\.partial")
"""Of a file of ours: finished, or half written."""


class Running(Frozen):
    """Progress of one simulation.

    Parameters
    ----------
    request : SimulationRequest
    epoch : int
        Epochs that are done.
    n_epochs : int or None
        Epochs at most; None until the training begins.
    started : float
        When it was handed out, in seconds since 1970.
    place : str, default=""
        Name of the machine that runs it; empty while it waits on a cluster.
    """

    request: SimulationRequest
    epoch: Count
    n_epochs: Number | None
    started: Annotated[float, Field(ge=0)]
    place: Annotated[str, Field(max_length=255)] = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The files of ``running/``: what is under way, records nobody has collected yet, and the rest."""

    running: tuple[Running, ...]
    records: tuple[SimulationRecord, ...]


def write_progress(settings: Settings, running: Running) -> None:
    """Say how far a simulation is.

    Parameters
    ----------
    settings : Settings
    running : Running
    """
    _write(settings, running.request.key, canonical_json(running.model_dump(mode="json")))


def write_record(settings: Settings, record: SimulationRecord) -> None:
    """Leave a finished record for the worker; the last write to this file."""
    _write(settings, record.key, record.to_json())


def read_running(settings: Settings) -> Found:
    """Read what runs now, and finished records that lie there.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    Found
        In order of start; files that do not validate are passed over.
    """
    found = [read for path in _list(settings) if (read := _read(path)) is not None]
    running = sorted((item for item in found if isinstance(item, Running)), key=lambda item: item.started)
    return Found(
        running=tuple(running), records=tuple(item for item in found if isinstance(item, SimulationRecord))
    )


def find_running(settings: Settings, *, key: str) -> Running | None:
    """Read how far one simulation is; None where nothing says so."""
    read = _read(_folder(settings) / f"{key}.json")
    return read if isinstance(read, Running) else None


def clear_running(settings: Settings, *, key: str | None = None) -> None:
    """Remove the file of one simulation, or all files. Only the worker does this."""
    for path in _list(settings):
        if key is None or path.name == f"{key}.json":
            path.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.cache / "running"


def _list(settings: Settings) -> Iterator[Path]:
    """List regular files that are named as ours are; links and folders are not, nor what lies behind a link."""
    folder = _folder(settings)
    for path in () if folder.is_symlink() else sorted(folder.glob("*")):
        if _is_ours(path):
            yield path


def _is_ours(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def _read(path: Path) -> Running | SimulationRecord | None:
    try:
        if path.suffix != ".json" or not _is_ours(path):
            return None
        text = read_file(path, max_bytes=MAX_LINE_BYTES)
        read = parse_record(text) if b'"per_volume"' in text else Running.model_validate_json(text)
    except (OSError, RecordError, ValidationError):
        return None
    key = read.key if isinstance(read, SimulationRecord) else read.request.key
    return read if path.stem == key else None


def _write(settings: Settings, key: str, text: str) -> None:
    # A worker that starts after a power failure does again what it cannot read here.
    write_file(_folder(settings) / f"{key}.json", text.encode(), root=settings.cache, is_lasting=False)
