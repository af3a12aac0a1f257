"""Records as files: always all of them, whatever the page shows."""

from simulator.settings import Settings
from simulator.store import open_store
from simulator.tables.csv import encode_csv

__all__ = ["write_csv", "write_json_lines"]


def write_json_lines(settings: Settings) -> bytes:
    """Write all records as JSON Lines, as `records export` does."""
    with open_store(settings, is_read_only=True) as store:
        return "".join(f"{record.to_json()}\n" for record in store.records()).encode()


def write_csv(settings: Settings) -> bytes:
    """Write the whole run table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas."""
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    return encode_csv(table.drop(columns="volume_dice"))
