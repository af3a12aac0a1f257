"""``records``: the store's records as JSON Lines, out and in."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..formats import format_count
from ..settings import load_settings
from ..store import export_records, import_records, open_store
from .options import JsonOption, print_json
from .printing import say

__all__ = ["app"]

app = typer.Typer(add_completion=False)

N_NAMED = 3
"""Records that are named in one line."""


@app.command("export")
def export_file(file: Annotated[Path, typer.Argument(metavar="FILE")], *, json: JsonOption = False) -> None:
    """Write all records, local and published, in order of key.

    Published runs that only compare protocols (cache/published/agreement) are no answer's evidence and are not among
    them.
    """
    with open_store(load_settings(), is_read_only=True) as store:
        n_records = export_records(store, file)
    print_json({"n_records": n_records}) if json else say(f"{format_count(n_records, 'record')} in {file}")


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(metavar="FILE")], *, json: JsonOption = False) -> None:
    """Add the records of a file; those that are known stay, and one that does not validate stops it."""
    with open_store(load_settings()) as store:
        done = import_records(store, file)
    if json:
        print_json({**asdict(done), "n_differing": len(done.differing)})
    else:
        differ = f", {len(done.differing)} differ" if done.differing else ""
        say(f"{format_count(done.n_added, 'record')} added, {done.n_known} known already{differ}")
    if done.differing:
        more = (
            f" and {len(done.differing) - N_NAMED} more (--json lists them)"
            if len(done.differing) > N_NAMED
            else ""
        )
        say(
            f"{len(done.differing)} of the file's records found something else than records with the same key that are "
            f"here, which stayed: {', '.join(done.differing[:N_NAMED])}{more}; run these simulations again on one "
            "machine to see which holds",
            is_aside=True,
        )
