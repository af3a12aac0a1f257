"""What is wrong with a value from outside, in plain words: what pydantic finds, without pydantic's vocabulary."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import ErrorDetails

__all__ = ["explain"]

MAX_SHOWN = 80
"""Longest received value that is shown, in characters."""

_NUMBER = "a number"
_WHOLE = "a whole number"
_TEXT = "text"
_LIST = "a list"
_NAMES = "names with values"

_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "int_type": _WHOLE,
        "int_from_float": _WHOLE,
        "int_parsing": _WHOLE,
        "int_parsing_size": "a whole number of fewer digits",
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "finite_number": "a finite number",
        "string_type": _TEXT,
        "string_unicode": "text in UTF-8",
        "bool_type": "true or false",
        "none_required": "nothing",
        "list_type": _LIST,
        "tuple_type": _LIST,
        "dict_type": _NAMES,
        "model_type": _NAMES,
        "model_attributes_type": _NAMES,
        "greater_than": "a number greater than {gt}",
        "greater_than_equal": "a number of at least {ge}",
        "less_than": "a number less than {lt}",
        "less_than_equal": "a number of at most {le}",
        "literal_error": "{expected}",
        "string_too_short": "text of at least {min_length} characters",
        "string_too_long": "text of at most {max_length} characters",
        "too_short": "at least {min_length} of them",
        "too_long": "at most {max_length} of them",
    }
)
"""Kind of fault → what was expected."""

_SAID: Mapping[str, str] = MappingProxyType(
    {
        "missing": " is missing; add it",
        "extra_forbidden": " is not known here; leave it out, or check its spelling",
        "json_invalid": " is no JSON ({error})",
    }
)
"""Kind of fault that is said without what came."""

_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        r"^[0-9a-f]{64}$": "64 hexadecimal digits",
        r"^[0-9a-f]{12}$": "12 hexadecimal digits",
        r"^[a-z][a-z0-9-]{0,39}$": "a name of small letters, digits and hyphens",
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$": "a time as 2026-01-31T12:00:00Z",
        r"^\d{1,4}$": "a whole number as its name",
        r"^\d{1,9}$": "a whole number as its name",
    }
)
"""Pattern → what it asks for."""

_TRIED = re.compile(
    r"constrained-\w+|int|float|str|bool|none|\[key\]|(list|tuple|dict|set|nullable|literal|function-\w+|lax-or-strict)\[.*\]"
)
"""Parts of a field's place that only say which type was tried."""


def explain(error: ValidationError) -> str:
    """Say in one line what is wrong first: the field, what was expected of it, what came, and the likely slip.

    Parameters
    ----------
    error : ValidationError

    Returns
    -------
    str
        Where a field may be one of several things, all are named.
    """
    found: dict[str, list[ErrorDetails]] = {}
    for fault in error.errors(include_url=False):
        found.setdefault(_field(fault), []).append(fault)
    first = next(iter(found))
    # Where a number or a list would do, and a list came, what is wrong with the list is the fault.
    deeper = [field for field in found if field.startswith(f"{first}.")]
    field = deeper[0] if deeper else first
    n_more = len(found) - 1 - bool(deeper)
    return f"{field}{_say(found[field])}" + (f" (and {n_more} more)" if n_more else "")


def _field(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"] if not _TRIED.fullmatch(str(part))) or "the whole"


def _say(faults: list[ErrorDetails]) -> str:
    first = faults[0]
    if first["type"] in ("value_error", "assertion_error"):
        return f": {first['msg'].partition(', ')[2]}"
    if first["type"] in _SAID:
        return _SAID[first["type"]].format(**first.get("ctx", {}))
    expected = " or ".join(dict.fromkeys(map(_expected, faults)))
    return f": expected {expected}, got {_show(first['input'])}{_slip(first)}"


def _expected(fault: ErrorDetails) -> str:
    limits = {name: f"{x:g}" if isinstance(x, float) else x for name, x in fault.get("ctx", {}).items()}
    if fault["type"] == "string_pattern_mismatch":
        return _SPELLINGS.get(limits["pattern"], f"text of the form {limits['pattern']}")
    return _EXPECTED.get(fault["type"], "another value").format(**limits)


def _show(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"{_NAMES} ({', '.join(map(str, value))[:MAX_SHOWN]})" if value else "no names"
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _slip(fault: ErrorDetails) -> str:
    """Name the likely slip, where there is one."""
    value = fault["input"]
    if not isinstance(value, str) or _EXPECTED.get(fault["type"]) not in (_NUMBER, _WHOLE):
        return ""
    number = _as_number(value)
    if number is not None:
        # An exponent without a point is text in YAML, quotes or not.
        return f"; write {f'{number:.12f}'.rstrip('0').rstrip('.')}, without quotes"
    is_numbered = any(isinstance(place, str) and place.isdigit() for place in fault["loc"])
    return "; name and number may stand the wrong way round" if is_numbered else ""


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 1e-9 < abs(number) < 1e9 else None
