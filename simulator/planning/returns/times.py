"""A log of times in any of the forms that come: a table, or an export of Label Studio; CVAT's times are no use."""

from ...errors import ProjectError
from ..times.log import LONGEST, TimeLog, TimeRow, read_time_log
from .cvat import FLAW, is_cvat
from .label_studio import read_label_studio
from .returned import Returned

__all__ = ["read_times", "time_rows"]


def read_times(content: bytes, *, name: str) -> TimeLog:
    """Read what labeling took, on any volumes: those of a trial tell as much as a project's own.

    Parameters
    ----------
    content : bytes
        A table as for `read_time_log`, or an export of Label Studio as JSON.
    name : str
        Of the file, for messages.

    Returns
    -------
    TimeLog

    Raises
    ------
    ProjectError
        If it is an export of CVAT, or one of Label Studio that cannot be read or holds no time.
    TableError
        If it is no such table; the message names line and column.
    """
    if is_cvat(content):
        raise ProjectError(
            f"{name} is of CVAT, whose times {FLAW}; write volume, slice and seconds into a table, or take Label Studio"
        )
    if not content[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return read_time_log(content, name=name)
    returned = read_label_studio(content, name=name)
    rows = time_rows(returned)
    if not rows:
        raise ProjectError(f"{name} holds no time above 0; export a project in which slices were submitted")
    return TimeLog(rows=rows, notes=returned.notes)


def time_rows(returned: Returned) -> tuple[TimeRow, ...]:
    """Take the times of what came back as a log; slices that took more than a day were left open, and are left out."""
    slices = (
        TimeRow(volume=one.volume, slice=one.slice_index, seconds=one.seconds, annotator=one.annotator)
        for one in returned.seconds
        if one.seconds <= LONGEST
    )
    return (*slices, *returned.visits)
