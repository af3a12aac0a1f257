"""From the schema that a record was written in to that of today, one step each.

A new field with a default needs no step (`simulator.records.frozen.Growing`). A change that does raises `SCHEMA` by one
and adds the function that turns the facts of the former schema into those of the next.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from pydantic_core import from_json

from ..errors import RecordError
from .frozen import canonical_json

__all__ = ["SCHEMA", "UPGRADES", "Facts", "find_schema", "upgrade"]

SCHEMA = 1
"""Version of the record's format."""

Facts = dict[str, object]
"""A record as its JSON says it."""

UPGRADES: Mapping[int, Callable[[Facts], Facts]] = MappingProxyType({})
"""Schema → the step from it to the next."""


def find_schema(line: str | bytes) -> int | None:
    """Read which schema a line says that it has; None where it is no JSON or says none."""
    try:
        facts = from_json(line)
    except ValueError:
        return None
    schema = facts.get("schema") if isinstance(facts, dict) else None
    return schema if type(schema) is int else None


def upgrade(line: str | bytes) -> str:
    """Turn a record of an older schema into one of today's.

    Parameters
    ----------
    line : str or bytes
        JSON of a record whose schema is below `SCHEMA`.

    Returns
    -------
    str
        Canonical JSON.

    Raises
    ------
    RecordError
        If there is no step from one of the schemas on the way.
    """
    facts: Facts = from_json(line)
    for schema in range(cast("int", facts["schema"]), SCHEMA):
        if schema not in UPGRADES:
            raise RecordError(f"schema {schema} of a record is not known; known are 1 to {SCHEMA}")
        facts = UPGRADES[schema](facts) | {"schema": schema + 1}
    return canonical_json(facts)
