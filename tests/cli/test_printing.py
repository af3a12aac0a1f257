"""Whatever a name or a stored message holds, a terminal gets letters."""

import ast
import json

import pytest

from simulator.campaigns import ask
from simulator.cli import main, options, printing
from simulator.records import Failure, utc_now
from simulator.settings import PROJECT
from simulator.store import open_store
from tests.factories import make_record, make_reference

EVIL = "\x1b[2J\x1b]0;owned\x07 \x9b31m\u202eabc\rx\ny\x00\x7f\u2028z\U000e0041"
"""Escapes of eight and seven bits, a changed direction, line breaks, a tag that nobody sees."""


def is_clean(text):
    return all(letter.isprintable() or letter in "\n\u00a0\u2060" for letter in text)


def test_a_line_stays_one_line_of_letters(capsys):
    printing.say(f"\n\nname: {EVIL}")
    out = capsys.readouterr().out
    assert out.startswith("\n\nname: ?[2J?]0;owned? ?31m?abc?x?y??")
    assert is_clean(out)
    assert out.count("\n") == 3


def test_json_is_letters_and_says_the_same(capsys):
    options.print_json({"name": EVIL, "ü": "–"})
    out = capsys.readouterr().out
    assert is_clean(out)
    assert "ü" in out
    assert json.loads(out) == {"name": EVIL, "ü": "–"}


def test_tables_are_letters(capsys):
    printing.print_table(f"\n{EVIL}", ("volume", "id"), [(EVIL, EVIL)])
    assert is_clean(capsys.readouterr().out)


@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_a_campaign_and_a_failure_with_escapes_are_shown_without(settings, capsys, json_option):
    request = make_record(reference=make_reference(name=EVIL[:60])).request
    with open_store(settings) as store:
        ask(store, [request], name=EVIL)
        store.add_failure(Failure(request=request, what_happened=EVIL, what_to_do=EVIL, created=utc_now()))
    assert main(["campaign", "status", *json_option]) == 0
    out = capsys.readouterr().out
    assert "owned" in out
    assert is_clean(out)


def test_commands_print_through_one_place():
    strays = [
        f"{path.name}:{node.lineno}"
        for path in sorted((PROJECT / "simulator" / "cli").glob("*.py"))
        if path.name != "printing.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in ("echo", "secho"))
    ]
    assert strays == []
