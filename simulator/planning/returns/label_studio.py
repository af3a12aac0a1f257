"""Label Studio's export as JSON: a list of tasks, each with what was drawn and how long it took (`lead_time`)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...errors import ProjectError
from .returned import Returned, TimedSlice
from .tallying import MAX_SLICE, NAMELESS, Tally, refuse_large, start_tally

__all__ = ["read_label_studio"]

MAX_SECONDS = 1e7
"""Four months; no slice takes as long."""

SKIPPED = "passed over: slices that were skipped ({n})"
DRAFTS = "passed over: slices with a draft that nobody submitted ({n})"
UNDONE = "passed over: slices that nobody labeled yet ({n})"
UNTIMED = "annotations whose time is not known ({n})"


def read_label_studio(content: bytes, *, name: str, volumes: Iterable[str] = ()) -> Returned:
    """Read an export of Label Studio, in its format JSON.

    Parameters
    ----------
    content : bytes
        Where it ends early, what comes before is read.
    name : str
        Of the file, for messages.
    volumes : iterable of str, default=()
        Of the project, in its order: others are passed over.

    Returns
    -------
    Returned
        A slice is labeled if an annotation of it was submitted, with a mark or without; one that waits as a draft, or
        was skipped, is not. Seconds are as Label Studio counts them, from opening to submitting.

    Raises
    ------
    ProjectError
        If it is no such export, is too large, or names no slice.
    """
    refuse_large(len(content), name=name)
    tally = start_tally(volumes)
    for task in _iterate(_decode(content, name=name), name=name, tally=tally):
        _read_task(task, tally)
    if tally.is_foreign:
        raise ProjectError(
            f"no task in {name} names a slice, expected volume and slice in its data as tasks.json gives them; "
            "export the project that was made of the plan, as JSON and not as JSON-MIN"
        )
    return tally.finish()


def _decode(content: bytes, *, name: str) -> str:
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _not_an_export(name) from None
    if not text.startswith("["):
        raise _not_an_export(name)
    return text


def _not_an_export(name: str) -> ProjectError:
    return ProjectError(
        f"{name} is no JSON list of tasks; choose the format JSON under Export in Label Studio"
    )


def _iterate(text: str, *, name: str, tally: Tally) -> Iterator[dict[str, Any]]:
    """Go through the tasks one by one, so that masks of one are in memory at a time."""
    decoder, place, n = json.JSONDecoder(), _skip(text, 1), 0
    while not text.startswith("]", place):
        try:
            task, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            task = None
        if not isinstance(task, dict):
            if not n:
                raise _not_an_export(name)
            tally.notes.append(f"{name} cannot be read behind its task {n}; export it again for the rest")
            return
        n += 1
        yield task
        place = _skip(text, place)
        if text.startswith(",", place):
            place = _skip(text, place + 1)
    if not n:
        tally.notes.append(f"{name} holds no task yet")


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _read_task(task: Mapping[str, Any], tally: Tally) -> None:
    found = _find_slice(task.get("data"), tally)
    if found is None:
        tally.passed_over[NAMELESS] += 1
        return
    annotations = [one for one in _listed(task.get("annotations")) if not one.get("was_cancelled")]
    for annotation in annotations:
        tally.add(*found)
        _read_time(annotation, found, tally)
    if not annotations and task.get("annotations"):
        tally.passed_over[SKIPPED] += 1
    elif not annotations and task.get("drafts"):
        tally.passed_over[DRAFTS] += 1
    elif not annotations:
        tally.passed_over[UNDONE] += 1


def _find_slice(data: object, tally: Tally) -> tuple[str, int] | None:
    if not isinstance(data, dict):
        return None
    volume, index = data.get("volume"), data.get("slice")
    if isinstance(volume, str) and volume and type(index) is int and 0 <= index < MAX_SLICE:
        return (volume, index) if tally.knows(volume) else None
    path = _path_of(data.get("image"))
    return None if path is None else tally.find_slice(path)


def _path_of(address: object) -> str | None:
    """Take a picture's path off its address, which Label Studio gives as ``/data/local-files/?d=…`` or as a path."""
    if not isinstance(address, str):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parse_qs(parts.query).get("d") or [parts.path])[0]


def _read_time(annotation: dict[str, Any], found: tuple[str, int], tally: Tally) -> None:
    seconds: Any = annotation.get("lead_time")
    if type(seconds) in (int, float) and 0 < seconds <= MAX_SECONDS:
        who = _annotator(annotation.get("completed_by"))
        tally.seconds.append(
            TimedSlice(volume=found[0], slice_index=found[1], seconds=float(seconds), annotator=who)
        )
    else:
        tally.passed_over[UNTIMED] += 1


def _annotator(who: object) -> str:
    """Name who drew: a number, or a person of whom the address is nearest to a name."""
    if isinstance(who, dict):
        who = next((who[key] for key in ("email", "username", "id") if who.get(key)), "")
    return str(who)[:200] if isinstance(who, str | int) and not isinstance(who, bool) else ""


def _listed(values: object) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
