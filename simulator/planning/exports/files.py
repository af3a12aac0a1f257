"""The files of an export, as one download, or where the command line puts them."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ...errors import RequestError
from ...files import write_output, write_output_folder
from ..values import Plan
from .export import SEVERAL, Export, PlanContext

__all__ = ["is_safe", "pack_plan", "write_plan_files", "write_zip", "zip_files"]

MADE = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a ZIP, the first that it can hold: the same plan is the same bytes."""


def pack_plan(export: Export, plan: Plan, context: PlanContext) -> bytes:
    """Write a plan as one file: the format's own, or a ZIP of its several."""
    files = _write(export, plan, context)
    return zip_files(files.items()) if export.suffix == SEVERAL else next(iter(files.values()))


def write_plan_files(path: Path, export: Export, plan: Plan, context: PlanContext) -> None:
    """Write a plan to a file, or where the format is several and the path has no suffix, into a new folder.

    Raises
    ------
    OSError
        If the place cannot be written to or is full; nothing is left half-written.
    """
    is_folder = export.suffix == SEVERAL and not path.suffix and not path.exists()
    if is_folder:
        write_output_folder(path, _write(export, plan, context))
    else:
        write_output(path, pack_plan(export, plan, context))


def _write(export: Export, plan: Plan, context: PlanContext) -> Mapping[str, bytes]:
    files = export.write(plan, context)
    unsafe = [name for name in files if not is_safe(name)]
    if unsafe:
        raise RequestError(
            f"the format {export.name} names a file {unsafe[0]!r}, which is no name inside a folder"
        )
    return files


def is_safe(name: str) -> bool:
    """Tell whether a name stays inside its folder, on every system."""
    path = PurePosixPath(name)
    is_inside = not path.is_absolute() and ".." not in path.parts and str(path) == name != "."
    return is_inside and name.isprintable() and not set(name) & set('\\:*?"<>|')


def zip_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack files: the same files are the same bytes; raises as `write_zip` does."""
    packed = io.BytesIO()
    write_zip(packed, files)
    return packed.getvalue()


def write_zip(file: BinaryIO, files: Iterable[tuple[str, bytes]]) -> None:
    """Pack files one by one, so that no more than one lies in memory.

    Raises
    ------
    RequestError
        If a name would leave its folder.
    OSError
        If the place is full.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            if not is_safe(name):
                raise RequestError(f"{name!r} is no name of a file inside a folder; rename the volume")
            archive.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)
