"""Plans as files, one format a file, and the one list of them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ...errors import RequestError
from .csv import CSV
from .csv_excel import CSV_EXCEL
from .export import SEVERAL, Export, PlanContext, VolumeImage
from .files import pack_plan, write_plan_files

__all__ = [
    "EXPORTS",
    "Export",
    "PlanContext",
    "VolumeImage",
    "choose_export",
    "get_export",
    "pack_plan",
    "write_plan_files",
]

EXPORTS: Mapping[str, Export] = MappingProxyType({export.name: export for export in (CSV, CSV_EXCEL)})
"""Name → format; of several with one suffix, the first is what the suffix alone means."""


def get_export(name: str) -> Export:
    """Look up a format by name.

    Raises
    ------
    RequestError
        If no format has this name.
    """
    if name not in EXPORTS:
        raise RequestError(f"format must be one of {', '.join(EXPORTS)}; got {name!r}")
    return EXPORTS[name]


def choose_export(path: Path, name: str | None) -> Export:
    """Choose the format of a file.

    Parameters
    ----------
    path : Path
        Without a suffix it is a folder, which takes a format of several files. A pipe or device takes any format.
    name : str or None
        None lets the suffix choose.

    Raises
    ------
    RequestError
        If no format has this name or suffix, or the suffix is another format's; the message names the right one.
    """
    is_stream = path.exists() and not path.is_file()
    if name is None and is_stream:
        return next(iter(EXPORTS.values()))
    suffix = path.suffix.lower() or SEVERAL
    if name is None:
        fitting = [export for export in EXPORTS.values() if export.suffix == suffix]
        if not fitting:
            known = ", ".join(dict.fromkeys(export.suffix for export in EXPORTS.values()))
            raise RequestError(
                f"-o takes a file that ends with one of {known}, got {path}; or name the --format"
            )
        return fitting[0]
    export = get_export(name)
    if not is_stream and export.suffix != suffix:
        raise RequestError(
            f"--format {export.name} is written to a file that ends with {export.suffix}, got {path}; "
            f"write -o {path.with_suffix(export.suffix)}"
        )
    return export
