"""Plans as files, one format a file, and the one list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...errors import RequestError
from ..values import Plan
from .csv import write_csv
from .csv_excel import write_csv_excel

__all__ = ["EXPORTS", "Export", "find_export"]


@dataclass(frozen=True, kw_only=True)
class Export:
    """One format.

    Parameters
    ----------
    name : str
        As on the command line.
    title : str
        As the pages say it.
    suffix : str
        Of the file, with its point.
    media_type : str
    write : callable
        ``(plan) -> bytes``.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Plan], bytes]


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        export.name: export
        for export in (
            Export(name="csv", title="CSV", suffix=".csv", media_type="text/csv", write=write_csv),
            Export(
                name="csv-excel",
                title="CSV for an Excel that writes 2,5",
                suffix=".csv",
                media_type="text/csv",
                write=write_csv_excel,
            ),
        )
    }
)
"""Name → format."""


def find_export(name: str) -> Export:
    """Look up a format by name.

    Raises
    ------
    RequestError
        If no format has this name.
    """
    if name not in EXPORTS:
        raise RequestError(f"format must be one of {', '.join(EXPORTS)}; got {name!r}")
    return EXPORTS[name]
