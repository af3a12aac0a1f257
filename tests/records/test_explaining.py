"""What pydantic finds is said in plain words, whatever kind of fault it is."""

from typing import Annotated, Literal, get_args

import pytest
from pydantic import Field, ValidationError
from pydantic_core.core_schema import ErrorType

from simulator.records import Frozen, Hex64, explaining
from simulator.records.explaining import explain

WORDS = (
    "Input",
    "constrained",
    "Field required",
    "Extra",
    "Value error",
    "valid integer",
    "[key]",
    "tuple[",
    "{",
)
"""Of a library, which nobody who hands in a file has to know."""

Label = Annotated[int, Field(ge=0)]


class Inner(Frozen):
    n: int


class Facts(Frozen):
    count: int = 1
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    name: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    key: Hex64 = "0" * 64
    kind: Literal["x", "y"] = "x"
    flag: bool = True
    listed: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    labels: dict[Annotated[str, Field(min_length=1)], Label | list[Label]] = Field(default={})
    inner: Inner | None = None


def say(text):
    with pytest.raises(ValidationError) as error:
        Facts.model_validate_json(text)
    return explain(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"count": "1"}', "count: expected a whole number, got '1'; write 1, without quotes"),
        ('{"count": "1e3"}', "count: expected a whole number, got '1e3'; write 1000, without quotes"),
        ('{"count": 1.5}', "count: expected a whole number, got 1.5"),
        ('{"count": true}', "count: expected a whole number, got True"),
        ('{"count": null}', "count: expected a whole number, got nothing"),
        ('{"count": {"a": 1}}', "count: expected a whole number, got names with values (a)"),
        ('{"share": "half"}', "share: expected a number, got 'half'"),
        ('{"share": 0}', "share: expected a number greater than 0, got 0"),
        ('{"share": 2}', "share: expected a number of at most 1, got 2"),
        ('{"share": NaN}', "share: expected a finite number, got nan"),
        ('{"name": ""}', "name: expected text of at least 1 characters, got ''"),
        ('{"name": "abcd"}', "name: expected text of at most 3 characters, got 'abcd'"),
        ('{"key": "xyz"}', "key: expected 64 hexadecimal digits, got 'xyz'"),
        ('{"kind": "z"}', "kind: expected 'x' or 'y', got 'z'"),
        ('{"flag": "no"}', "flag: expected true or false, got 'no'"),
        ('{"listed": []}', "listed: expected at least 1 of them, got []"),
        ('{"listed": [1, 2, 3]}', "listed: expected at most 2 of them, got [1, 2, 3]"),
        ('{"listed": 3}', "listed: expected a list, got 3"),
        ('{"labels": [1]}', "labels: expected names with values, got [1]"),
        (
            '{"labels": {"0": "background"}}',
            "labels.0: expected a whole number or a list, got 'background'; name and number may stand the wrong way "
            "round",
        ),
        ('{"labels": {"a": [1, "b"]}}', "labels.a.1: expected a whole number, got 'b'"),
        ('{"inner": {}}', "inner.n is missing; add it"),
        ('{"more": 1}', "more is not known here; leave it out, or check its spelling"),
        ("[]", "the whole: expected names with values, got []"),
        ("{", "the whole is no JSON (EOF while parsing an object at line 1 column 1)"),
        ('{"count": "a", "share": 2, "flag": 3}', "count: expected a whole number, got 'a' (and 2 more)"),
    ],
)
def test_a_fault_is_said_in_plain_words_with_the_likely_slip(text, said):
    assert say(text) == said
    assert not [word for word in WORDS if word in said]


def test_what_came_is_cut_and_holds_no_control_characters():
    said = say('{"count": "\\u001b[31m' + "x" * 500 + '"}')
    assert len(said) < 200
    assert said.isprintable()


def test_kinds_of_faults_are_spelled_as_pydantic_spells_them():
    known = set(get_args(ErrorType))
    assert explaining._EXPECTED.keys() | explaining._SAID.keys() <= known
