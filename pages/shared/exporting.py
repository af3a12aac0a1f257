"""Records as files: always all of them, whatever the page shows."""

import pandas as pd

from simulator.planning.exports.csv import FORMULA
from simulator.settings import Settings
from simulator.store import open_store

__all__ = ["encode_csv", "write_csv", "write_json_lines"]


def write_json_lines(settings: Settings) -> bytes:
    """Write all records as JSON Lines, as `records export` does."""
    with open_store(settings, is_read_only=True) as store:
        return "".join(f"{record.to_json()}\n" for record in store.records()).encode()


def write_csv(settings: Settings) -> bytes:
    """Write the whole run table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas."""
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    return encode_csv(table.drop(columns="volume_dice"))


def encode_csv(table: pd.DataFrame) -> bytes:
    """Write a table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas."""
    flat = table.copy()
    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        flat[name] = [f"'{text}" if str(text).startswith(FORMULA) else text for text in flat[name]]
    return flat.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
