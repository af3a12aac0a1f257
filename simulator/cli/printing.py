"""The one way from a command to a terminal: nothing from outside moves a cursor, colours text or forges a line."""

import json
from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["harmless", "print_table", "say", "say_json"]

PIPED_WIDTH = 120
"""Columns of a table where nobody says how wide the page is."""

_KEPT = frozenset("\u00a0\u2060\u202f")
"""Spaces and joints of our own sentences, which Python does not count as printable."""


def harmless(text: str) -> str:
    r"""Replace what is no letter: control characters, line breaks, marks that turn the direction of writing.

    Examples
    --------
    >>> harmless("a\x1b[31m\nb"), harmless("0.83 to 0.86")
    ('a?[31m?b', '0.83 to 0.86')
    """
    return "".join(letter if _is_harmless(letter) else "?" for letter in text)


def say(text: str, *, is_aside: bool = False) -> None:
    """Print one line.

    Parameters
    ----------
    text : str
        Line breaks at its beginning are blank lines above it; all else that is no letter is replaced.
    is_aside : bool, default=False
        True for what does not belong to the answer: it goes to stderr.
    """
    line = text.lstrip("\n")
    typer.echo("\n" * (len(text) - len(line)) + harmless(line), err=is_aside)


def say_json(text: str) -> None:
    """Print one line of JSON to stdout; what is no letter stands in it as its number."""
    typer.echo("".join(letter if _is_harmless(letter) else json.dumps(letter)[1:-1] for letter in text))


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


def _is_harmless(letter: str) -> bool:
    return letter.isprintable() or letter in _KEPT
