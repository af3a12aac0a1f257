"""``project show`` with a question: one flag each, the page's sentence, and numbers as JSON."""

import pytest

from simulator.planning.questions import QUESTIONS
from simulator.store import open_store
from simulator.wording.questions import say_finding
from simulator.wording.spans import plain
from tests.factories import make_records
from tests.planning.questions.asking import HURRIED, ask, hurried


@pytest.fixture
def show(settings, run):
    """Ask a project on 40 volumes with 30 slices each."""
    with open_store(settings) as store:
        for record in make_records(HURRIED):
            store.add_record(record)
    facts = ("--volumes", 40, "--slices", 30, "--reference", "toy")
    run("project", "new", "Toy", *facts, "--hours", 10)
    run("project", "new", "Small", *facts, "--hours", 0.5)
    return lambda *options, name="Toy": run("project", "show", name, *options)


@pytest.mark.parametrize(
    ("name", "options", "typed"),
    [
        ("other-plans", (), {}),
        ("more-hours", ("4",), {"more": 4.0}),
        ("target", ("0.8",), {"dice": 0.8}),
        ("how-many", (), {}),
        ("two-annotators", ("12,0.85",), {"seconds": 12.0, "quality": 0.85}),
        ("two-annotators", ("12",), {"seconds": 12.0}),
        ("already", ("5,20",), {"labeled": 5.0, "slices": 20.0}),
    ],
)
def test_a_flag_asks_what_the_page_asks(show, name, options, typed):
    found = show(f"--{name}", *options)
    assert found.code == 0
    assert found.lines[0].startswith("With 10 hours: label ")
    assert found.lines[1:] == [plain(say_finding(ask(name, hurried(), **typed), hurried()))]


def test_several_are_answered_a_line_each_in_the_pages_order(show):
    found = show("--already", "5", "--more-hours", "4")
    assert len(found.lines) == 3
    assert "4 more hours" in found.lines[1] or "pay for labeling everything" in found.lines[1]
    assert found.lines[2].startswith("With 5 volumes labeled already")


def test_json_holds_the_numbers_of_what_was_asked_and_nothing_else_is_new(show):
    (usual,) = show("--json").lines
    (asked,) = show("--json", "--target", "0.8", "--how-many").lines
    assert "asked" not in usual
    assert set(asked.pop("asked")) == {"target", "how-many"}
    assert asked == usual
    (found,) = show("--json", "--target", "0.8").lines
    assert found["asked"]["target"]["target"] == 0.8
    assert 0 <= found["asked"]["target"]["chance"] <= 1


def test_where_nothing_can_be_said_that_is_said(show):
    flags = [f"--{name}" for name, question in QUESTIONS.items() if not question.inputs]
    found = show(*flags, name="Small")
    assert found.code == 0
    assert all("nothing can be said" in line for line in found.lines[1:])
    assert len(found.lines) == 1 + len(flags)
    (shown,) = show("--json", *flags, name="Small").lines
    assert set(shown["asked"].values()) == {None}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "much"), "--target takes DICE as numbers with a comma between them, got 'much'"),
        (("--already", "1,2,3"), "--already takes LABELED,SLICES as numbers"),
        (("--already", "70"), "already: volumes labeled already must be from 1 to 36, got 70"),
        (("--more-hours", "nan"), "must be from 0.5 to "),
    ],
)
def test_bad_numbers_are_one_line(show, options, said):
    found = show(*options)
    assert found.code == 2
    assert found.lines == []
    (line,) = found.errors
    assert said in line
