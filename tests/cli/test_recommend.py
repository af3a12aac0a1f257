"""``recommend``: its JSON is an interface; every status has its words."""

import re

import pytest

from simulator.records import Virtues
from tests.cli.measured import BAD_QUESTIONS, refuse, store_proxies, store_records, store_toy
from tests.factories import make_record, make_records, make_reference

GAIN = r"([+\N{MINUS SIGN}]\d\.\d{3}) \(([+\N{MINUS SIGN}]\d\.\d{3}) to ([+\N{MINUS SIGN}]\d\.\d{3})\)"
"""A gain in Dice with its interval."""


@pytest.fixture
def toy(settings):
    store_toy(settings)


def test_json_is_as_designed(run, toy):
    done = run("recommend", "toy", "--effort", "slices-drawn", "--budget", 0.5, "--json")
    (answer,) = done.lines
    assert done.code == 0
    assert (answer["dataset"], answer["protocol"]) == ("toy", "fast")
    assert (answer["effort"], answer["budget"], answer["status"]) == ("slices-drawn", 0.5, "answer")
    assert set(answer["strategy"]) >= {"virtues", "effort", "n_volumes", "n_slices"}
    assert answer["strategy"]["n_volumes"] == round(40 * answer["strategy"]["virtues"]["diversity"])
    assert answer["strategy"]["every"] == round(1 / answer["strategy"]["virtues"]["completeness"])
    assert set(answer["predicted"]) >= {"dice", "normalized", "low", "high", "kind"}
    assert answer["predicted"]["kind"] == "predicted"
    for near in answer["near_optimal"]:
        assert set(near) >= {"n_volumes", "every", "effort", "dice", "kind"}
        assert near["effort"] <= 0.5
    assert answer["near_optimal"][0]["n_volumes"] == answer["strategy"]["n_volumes"]
    assert [a["name"] for a in answer["alternatives"]] == [
        "whole-volumes",
        "all-volumes-sparsely",
        "everything-quickly",
    ]
    for alternative in answer["alternatives"]:
        assert set(alternative) >= {"name", "virtues", "effort", "dice", "normalized", "kind"}
        assert alternative["kind"] in {"measured", "interpolated"}


def test_hours_answer_in_hours(run, toy):
    answer = run("recommend", "toy", "--effort", "hours", "--budget", 10, "--json").lines[0]
    assert answer["strategy"]["effort"] <= 10
    assert answer["left_over"] == pytest.approx(10 - answer["strategy"]["effort"])
    assert answer["full_effort"] == pytest.approx(40 * 2 / 60 + 1200 * 30 / 3600)


def test_a_few_sentences_for_people(run, toy):
    lines = run("recommend", "toy", "--effort", "hours", "--budget", 2).lines
    assert lines[0].startswith(
        "With 2 hours: label 17 of 40 volumes, every third slice, outlined exactly. Expected Dice"
    )
    text = " ".join(" ".join(lines).split())
    assert "The same budget, spent on a baseline (≈ between measured neighbours)" in text
    assert re.search(r"predicted\. As good: \d+ to 17 volumes, every ", lines[0])
    assert "To measure it:" in lines
    assert "resample" not in text
    whole = re.search(rf"Whole volumes ≈0\.\d+ {GAIN} 7 of 40 volumes, every slice, outlined exactly", text)
    more = re.search(rf"6 hours {GAIN} \d+ of 40 volumes, every ", text)
    for found in (whole, more):
        low, gain, high = (float(found[i].replace("\N{MINUS SIGN}", "-")) for i in (2, 1, 3))
        assert low < gain < high
    assert "Labeling everything takes 11 hours." in text
    assert "90 % intervals over seeds and test volumes, for this pool" in text


@pytest.mark.parametrize(
    ("options", "status", "said", "command"),
    [
        (
            {"protocol": "smoke"},
            "trial",
            "Only trial runs (smoke) have been made",
            "--protocol fast --seed 0",
        ),
        ({"grid": [Virtues.full()]}, "one-record", "One configuration has been measured", "--seed 0"),
    ],
)
def test_what_cannot_carry_an_answer_gets_a_banner(run, settings, options, status, said, command):
    store_records(settings, make_records(**options))
    protocol = options.get("protocol", "fast")
    asked = ["recommend", "toy", "--effort", "hours", "--budget", 4, "--protocol", protocol]
    done = run(*asked)
    assert done.code == 0
    assert done.lines[0].startswith(said)
    text = "\n".join(done.lines)
    assert "With 4 hours" not in text
    assert "%" not in text
    assert any(
        line.endswith(command) for line in done.lines if line.startswith("python -m simulator simulate toy")
    )
    (answer,) = run(*asked, "--json").lines
    assert answer["status"] == status
    assert answer["strategy"] is answer["predicted"] is answer["expected_regret"] is None
    assert answer["near_optimal"] == []
    assert answer["suggestions"]


def test_with_one_test_volume_no_interval_is_made_up(run, settings):
    store_records(settings, make_records(reference=make_reference(n_test=1)))
    text = " ".join(" ".join(run("recommend", "toy", "--effort", "hours", "--budget", 4).lines[:-1]).split())
    assert "How sure this is cannot be told with one test volume." in text
    assert " to +" not in text
    assert "In brackets" not in text


@pytest.mark.parametrize(
    ("budget", "status", "words"),
    [(0.005, "too-cheap", "Nothing this cheap has been measured"), (1.0, "answer", "With 100\u00a0%")],
)
def test_states_have_their_words(run, toy, budget, status, words):
    arguments = ["recommend", "toy", "--effort", "slices-drawn", "--budget", budget]
    assert run(*arguments, "--json").lines[0]["status"] == status
    assert run(*arguments).lines[0].startswith(words)


def test_what_is_missing_is_offered_as_commands(run, settings):
    store_records(
        settings,
        [r for r in make_records() if r.virtues.diversity in {0.1, 1.0} and r.virtues.completeness == 1],
    )
    done = run("recommend", "toy", "--effort", "diversity-x-completeness", "--budget", 0.5)
    assert "an answer needs at least three" in done.lines[0]
    place = done.lines.index("To simulate:")
    said = "toy is known here by its records only: where it stands below, write its folder."
    assert said in done.lines[:place]
    assert re.fullmatch(
        r"python -m simulator simulate toy --diversity \S+ --completeness \S+ --quality \S+ --proxy interpolation "
        r"--sampling random --protocol fast --seed 0",
        done.lines[place + 1],
    )


def test_masks_without_a_price_are_said_to_be_left_out(run, settings):
    store_proxies(settings)
    for command in ("recommend", "frontier"):
        options = ("--effort", "slices-drawn", *(("--budget", 0.5) if command == "recommend" else ()))
        note = "Slices drawn has no price for masks outlined in a hurry: only exact ones are counted here."
        assert note in run(command, "toy", *options, "--proxy", "contour").lines
        assert note not in run(command, "toy", *options).lines


def test_the_phantom_is_said_to_be_no_evidence(run, toy, settings):
    store_records(settings, make_records(reference=make_reference(name="phantom", digit="e")))
    options = ("--effort", "hours", "--budget", 3)
    note = "The phantom is generated: it is no evidence about anatomy."
    assert note in run("recommend", "phantom", *options).lines
    assert note not in run("recommend", "toy", *options).lines


@BAD_QUESTIONS
def test_bad_questions_get_one_line(run, toy, arguments, message):
    assert message in refuse(run, "recommend", *arguments, "--budget", 1)


@pytest.mark.parametrize("budget", ["0", "-1", "nan", "inf", "-inf", "much", "1e999"])
def test_budgets_that_are_none_get_one_line(run, toy, budget):
    assert "budget" in refuse(run, "recommend", "toy", "--effort", "hours", "--budget", budget)


def test_a_share_above_one_is_explained(run, toy):
    line = refuse(run, "recommend", "toy", "--effort", "slices-drawn", "--budget", 20)
    assert "write 0.2 for 20 %" in line


def test_a_hostile_name_is_printed_as_it_is(run, settings):
    name = "[bold]x[/bold]"
    store_records(settings, [make_record(reference=make_reference(name=name))])
    done = run("recommend", name, "--effort", "hours", "--budget", 3)
    assert done.code == 0
    assert run("recommend", name, "--effort", "hours", "--budget", 3, "--json").lines[0]["dataset"] == name
