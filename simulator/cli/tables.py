"""Small tables for a terminal; piped, they are plain text."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .printing import harmless

__all__ = ["print_table"]

PIPED_WIDTH = 120
"""Columns where nobody says how wide the page is."""


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, n_broken: int = 1
) -> None:
    """Print a table to stdout; its last `n_broken` columns may be broken into lines. Without rows, the title alone.

    Brackets in a name are no markup, and control characters are replaced.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    console.print(Text(f"\n{harmless(title[1:])}" if title.startswith("\n") else harmless(title)))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, column in enumerate(columns):
        table.add_column(Text(column), no_wrap=i < len(columns) - n_broken, overflow="fold")
    for row in rows:
        table.add_row(*(Text(harmless(cell)) for cell in row))
    if table.row_count:
        console.print(table)
