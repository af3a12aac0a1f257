"""What all facts share: immutable, strictly typed, one spelling of JSON, and room to grow.

A format that people's records are written in must be able to gain a field. So `Growing` leaves a field that came later
out of what is written, and with it out of every key, for as long as it stands at its default.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import wrap_serializer_function_ser_schema

__all__ = [
    "TIMESTAMP",
    "Count",
    "Frozen",
    "Growing",
    "Hex64",
    "Identifier",
    "Name",
    "Number",
    "Share",
    "VolumeId",
    "canonical_json",
    "utc_now",
]

TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"

Share = Annotated[float, Field(gt=0, le=1)]
# Without bounds one record from outside could hold a number that no table takes.
Count = Annotated[int, Field(ge=0, le=2**53)]
Number = Annotated[int, Field(ge=1, le=2**31)]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
VolumeId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Frozen(BaseModel):
    """Base of all facts: immutable, strictly typed, without unknown fields, NaN or infinity."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with changes; what is computed once is computed anew, where pydantic would hand it on."""
        copy = super().model_copy(update=update, deep=deep)
        for name in vars(copy).keys() - type(copy).model_fields.keys():
            del vars(copy)[name]
        return copy


def _leave_out_what_came_later(fact: "Growing", serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
    facts: dict[str, Any] = serialize(fact)
    for name, written, default in _later_fields(type(fact)):
        if getattr(fact, name) == default:
            facts.pop(written, None)
    return facts


@cache
def _later_fields(kind: "type[Growing]") -> tuple[tuple[str, str, Any], ...]:
    """List the fields of a format that came later: name, name as written, default."""
    return tuple(
        (name, field.alias or name, field.get_default(call_default_factory=True))
        for name, field in kind.model_fields.items()
        if not field.is_required() and name not in kind.founding
    )


class Growing(Frozen):
    """Base of facts that others keep: a field that came later is not written while it stands at its default.

    Whoever adds a field gives it a default that means what was done before it was there; keys and records of all that
    came before stay as they are.

    Attributes
    ----------
    founding : frozenset of str
        Fields with a default that were there from the beginning: they are always written.
    """

    founding: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if not _later_fields(cls):
            return schema
        later = wrap_serializer_function_ser_schema(_leave_out_what_came_later)
        return cast("CoreSchema", {**schema, "serialization": later})


def canonical_json(value: object) -> str:
    """Serialize to JSON in one spelling: sorted keys, no spaces, no NaN.

    Examples
    --------
    >>> canonical_json({"b": 0.5, "a": [1]})
    '{"a":[1],"b":0.5}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def utc_now() -> str:
    """Write the present time as records do, to the second."""
    return datetime.now(UTC).strftime(TIMESTAMP)
