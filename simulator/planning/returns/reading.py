"""Whatever came back: what it is is told by what it holds, not by its name."""

from pathlib import Path

from ...errors import ProjectError
from ...tables import read_content
from ...tables.archive import holds_member
from ..project import named_volumes
from ..visits import ProjectPlan
from .cvat import is_cvat, read_cvat
from .label_maps import read_label_maps
from .label_studio import read_label_studio
from .returned import Returned
from .sheet import read_sheet
from .tallying import MAX_BYTES

__all__ = ["READ", "read_returned", "read_returned_file"]

READ = (
    "a folder of label maps, the plan's table (plan.xlsx or CSV), an export of Label Studio (JSON), or one of CVAT "
    "(CVAT for images 1.1, XML or zip)"
)
"""What is read, for messages."""

WORKBOOK = "[Content_Types].xml"
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
_OLD = b"\xd0\xcf\x11\xe0"


def read_returned(path: Path, *, plan: ProjectPlan) -> Returned:
    """Read what annotators gave back, as it lies on this machine.

    Parameters
    ----------
    path : Path
        A folder of label maps, or a file as for `read_returned_file`.
    plan : ProjectPlan
        That they worked by.

    Returns
    -------
    Returned

    Raises
    ------
    ProjectError
        If it is none of what is read, or fits no volume of the plan.
    TableError
        If it cannot be read, or a cell of the plan's table is wrong.
    """
    if path.is_dir():
        return read_label_maps(path, plan=plan)
    return read_returned_file(read_content(path, max_bytes=MAX_BYTES), name=path.name, plan=plan)


def read_returned_file(content: bytes, *, name: str, plan: ProjectPlan) -> Returned:
    """Read what annotators gave back, as one file.

    Parameters
    ----------
    content : bytes
        The plan's table, or an export of Label Studio or CVAT.
    name : str
        For messages; where the content leaves it open, its ending says what the file is.
    plan : ProjectPlan

    Returns
    -------
    Returned

    Raises
    ------
    ProjectError
        If it is none of these, or fits no volume of the plan.
    TableError
        If a cell of the plan's table is wrong.
    """
    volumes = [volume.name for volume in named_volumes(plan.answer.project)]
    start = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content:
        raise ProjectError(f"{name} is empty; read are {READ}")
    if is_cvat(content):
        return read_cvat(content, name=name, volumes=volumes)
    if start.startswith((b"[", b"{")):
        return read_label_studio(content, name=name, volumes=volumes)
    is_book = content.startswith(_OLD) or holds_member(content, WORKBOOK)
    if is_book or name.lower().endswith(TABLES):
        return read_sheet(content, name=name, plan=plan)
    raise ProjectError(f"{name[:80]} is nothing that is read here; expected {READ}")
