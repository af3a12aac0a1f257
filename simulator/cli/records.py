"""``records``: the store's records as JSON Lines, out and in."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import load_settings
from ..store import export_records, import_records, open_store
from .options import JsonOption, print_json

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command("export")
def export_file(file: Annotated[Path, typer.Argument(metavar="FILE")], *, json: JsonOption = False) -> None:
    """Write all records, local and published, in order of key.

    Published runs that only compare protocols (cache/published/agreement) are no answer's evidence and are not among
    them.
    """
    with open_store(load_settings(), is_read_only=True) as store:
        n_records = export_records(store, file)
    print_json({"n_records": n_records}) if json else typer.echo(f"{n_records} records in {file}")


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(metavar="FILE")], *, json: JsonOption = False) -> None:
    """Add the records of a file; those that are known stay, and one that does not validate stops it."""
    with open_store(load_settings()) as store:
        done = import_records(store, file)
    facts = {"n_added": done.n_added, "n_known": done.n_known}
    print_json(facts) if json else typer.echo(f"{done.n_added} records added, {done.n_known} known already")
