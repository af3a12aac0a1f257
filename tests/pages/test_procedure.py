"""The four steps: each has its evidence, or says what is missing."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pytest

import pages.common.frame
from pages.procedure import findings
from pages.procedure.afterwards import _say_absent, _say_branches
from pages.procedure.filling import _say_filling
from simulator.analysis.recommendation.branches import Branch
from simulator.analysis.saturation.diversity import estimate_saturation
from simulator.analysis.study import make_studies
from simulator.campaigns import launch
from simulator.records import Virtues
from simulator.store import open_store
from simulator.virtues import PROXIES
from tests.factories import SMALL_GRID, make_harmless, make_record, make_records, make_reference, true_dice

CONTOURS = tuple(
    Virtues(diversity=1.0, completeness=1.0, quality=q, proxy="contour") for q in (0.75, 0.8, 0.85, 0.9, 0.95)
)
DENSE = tuple(Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.2, 0.45, 0.8))


def headers(app):
    return [header.value for header in app.header]


def labels(app):
    return [button.label for button in app.button]


def test_nothing_measured_says_what_to_simulate(show, with_phantom):
    app = show("procedure")
    assert not app.exception
    assert app.title[0].value == "How do you proceed, step by step?"
    precision, filling, amount, watching, afterwards = headers(app)
    assert precision.startswith("How precise masks must be has not been measured")
    assert filling.startswith("Whether skipped slices may be filled in has not been measured")
    assert "there is no answer to give" in amount
    assert watching.startswith("When more volumes stop paying has not been measured")
    assert afterwards.startswith("What comes after needs a strategy")
    assert [
        label for label in labels(app) if label.startswith("Run 36 trainings (12 for these hours × 3 seeds)")
    ]


def test_every_step_finds_something(show, fill, with_phantom):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget="4")
    assert not app.exception
    _, _, amount, watching, afterwards = headers(app)
    assert amount.startswith("With 4 hours: label")
    assert not any("holds for steps 2 to 4" in item.value for item in app.markdown)
    assert "volumes**" in watching
    setting = watching.removeprefix("At ").split(",")[0]
    assert setting.startswith(("every", "one slice in"))
    assert f"More volumes at {setting}" in [item.value for item in app.subheader]
    assert "Dice for" in afterwards or "can be measured" in afterwards
    assert any("kept for testing, a gain below **0." in item.value for item in app.markdown)
    assert app.query_params["aim"] == "0.9"


def test_the_knee_of_contours_sets_the_aim(show, fill, with_phantom):
    def bent(virtues):
        return true_dice(Virtues.full()) - 2 * max(0.0, 0.85 - virtues.quality)

    contours = [
        make_record(v, seed=s, reference=with_phantom, dice=bent(v)) for v in CONTOURS for s in range(3)
    ]
    fill((*make_records(reference=with_phantom), *contours))
    app = show("procedure")
    assert not app.exception
    assert ":orange[**85\u00a0% overlap**]" in headers(app)[0]
    assert any("holds for steps 2 to 4" in item.value for item in app.markdown)
    assert app.query_params["aim"] == "0.85"
    assert "of full performance" in " ".join(text.value for text in app.markdown)


def test_an_aim_that_cannot_be_told_from_exact_masks_is_as_good(show, fill, with_phantom):
    level = float(true_dice(Virtues.full()))
    fill(make_records((*CONTOURS, Virtues.full()), reference=with_phantom, dice=level))
    said = " ".join(text.value for text in show("procedure", aim="0.9").markdown)
    assert "As good as exact masks, as far as can be told." in said
    assert "Against exact masks" not in said


def test_a_strategy_with_too_few_slices_is_said(show, fill, with_phantom):
    sparse = make_records(
        [
            Virtues(diversity=d, completeness=c, quality=1.0)
            for d, c in ((0.8, 0.05), (0.8, 0.1), (0.1, 1.0), (0.2, 1.0), (0.45, 1.0), (1.0, 1.0))
        ],
        reference=with_phantom,
    )
    fill(sparse)
    app = show("procedure", budget="1.2")
    assert any("parts may stay unseen" in text.value for text in app.markdown)
    app = show("procedure", budget="9")
    assert not any("parts may stay unseen" in text.value for text in app.markdown)


def test_volumes_that_are_not_here_are_said(show, fill):
    fill()
    app = show("procedure")
    assert not app.exception
    assert any("measured from the labels, which are not here" in text.value for text in app.markdown)


def test_one_seed_each_says_what_comes_after(show, fill, with_phantom):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom, n_seeds=1))
    app = show("procedure", budget="4")
    assert not app.exception
    assert headers(app)[4] != "What comes after needs a strategy to start from."


def test_hostile_addresses_are_refused(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("procedure", **dict.fromkeys(("aim", "budget"), "<img src=x>"))
    assert not app.exception
    said = app.warning[0].value.replace("\\", "")
    assert "cannot be chosen here" in said
    for name in ("aim", "budget"):
        assert f"{name} = <img src=x>" in said


def test_decisions_compute_nothing_again(show, fill, with_phantom, monkeypatch):
    fill(make_records((*SMALL_GRID, *CONTOURS), reference=with_phantom))
    gathered = []

    def count(gather):
        return lambda *args, **more: gathered.append(1) or gather(*args, **more)

    for gather in (estimate_saturation, make_studies):
        monkeypatch.setattr(findings, gather.__name__, count(gather))
    app = show("procedure", budget="4")
    assert len(gathered) == 2
    app.segmented_control(key="aim").set_value("0.95").run()
    app.slider(key="budget_hours").set_value(2.0).run()
    assert not app.exception
    assert len(gathered) == 2
    app.number_input(key="opening").set_value(10.0).run()
    assert len(gathered) == 4


def test_one_record_leads_on(show, fill):
    fill([make_record(reference=make_reference())])
    assert not show("procedure").exception


def test_prices_are_in_the_address_and_decide(show, fill):
    fill()
    app = show("procedure", budget="5")
    assert (app.query_params["opening"], app.query_params["drawing"], app.query_params["checking"]) == (
        "2",
        "30",
        "5",
    )
    before = headers(app)[2]
    app.number_input(key="drawing").set_value(300.0).run()
    assert app.query_params["drawing"] == "300"
    assert headers(app)[2] != before


def test_all_prices_zero_is_a_message_that_can_be_mended(show, fill):
    fill()
    app = show("procedure", opening="0", drawing="0", checking="0")
    assert "exact labeling is free" in app.error[0].value
    app.number_input(key="drawing").set_value(30.0).run()
    assert not app.error


def test_the_answer_follows_the_hours(show, fill):
    fill()
    app = show("procedure", budget="2")
    assert headers(app)[2].startswith("With 2 hours: label")
    assert "Expected Dice **0.8" in headers(app)[2]
    app.slider(key="budget_hours").set_value(9.0).run()
    assert headers(app)[2].startswith("With 9 hours")
    assert app.query_params["budget"] == "9"


def test_too_cheap_is_said(show, fill):
    fill([record for record in make_records() if record.virtues.diversity >= 0.3])
    assert headers(show("procedure", budget="0.02"))[2].startswith("Nothing this cheap")


def test_missing_simulations_start_from_here(show, fill, settings, with_phantom, monkeypatch):
    started = []
    monkeypatch.setattr(launch.subprocess, "Popen", lambda *args, **kwargs: started.append(args) or _Ended())
    fill(make_records([Virtues.full()], reference=with_phantom))
    app = show("procedure")
    next(button for button in app.button if "for these hours" in button.label).click().run()
    assert app.title[0].value == "What should be measured next?"
    assert len(started) == 1
    with open_store(settings, is_read_only=True) as store:
        assert len(store.pending()) > 0


def test_read_only_shows_everything_and_starts_nothing(show, fill, settings, with_phantom, monkeypatch):
    fill(make_records([Virtues.full()], reference=with_phantom))
    read_only = dataclasses.replace(settings, is_read_only=True)
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: read_only)
    app = show("procedure")
    buttons = [button for button in app.button if button.label.startswith("Run ")]
    assert buttons
    assert all(button.disabled for button in buttons)
    assert any("read-only" in text.value.replace("\\", "") for text in app.markdown)


class _Ended:
    def poll(self):
        return 0

    def wait(self):
        return 0


def test_hours_say_that_they_have_no_price_for_a_hurried_outline(show, fill):
    outlined = Virtues(diversity=1.0, completeness=1.0, quality=0.8, proxy="contour")
    fill(make_records([*SMALL_GRID, outlined]))
    app = show("procedure", proxy="contour")
    assert not app.exception
    assert any("has no price for masks outlined in a hurry" in text.value for text in app.markdown)
    assert not any("has no price" in text.value for text in show("procedure", proxy="interpolation").markdown)


@pytest.mark.parametrize("proxy", PROXIES)
def test_an_answer_keeps_to_one_way_of_losing_quality(show, fill, proxy):
    grid = [
        Virtues(diversity=d, completeness=1.0, quality=q, proxy=name)
        for d in (0.1, 0.3, 0.6)
        for q in (0.75, 0.9)
        for name in PROXIES
    ]
    fill(make_harmless([*SMALL_GRID, *grid]))
    app = show("procedure", budget="2", proxy=proxy)
    assert not app.exception
    assert app.selectbox(key="proxy").value == proxy
    words = {
        "interpolation": "copied from its neighbour",
        "shape": "blended from",
        "contour": "outlined in a hurry at",
    }
    assert [name for name, phrase in words.items() if name != proxy and phrase in headers(app)[2]] == []


def make_branch(direction, rate, *, is_measurable=True):
    rates = rate + np.random.default_rng(len(direction)).permutation(np.linspace(-0.005, 0.005, 101))
    return Branch(
        direction=direction,
        strategy=None,
        extra=2.0,
        gain=2 * rate,
        low=0.0,
        high=0.0,
        is_measurable=is_measurable,
        rates=rates,
    )


@pytest.mark.parametrize(
    ("branches", "sentence"),
    [
        ([], "Nothing that goes on"),
        (
            [("volumes", 0.03), ("slices", 0.01)],
            "Take :blue[**more volumes**]: +0.060 Dice for 2 hours, more an hour",
        ),
        (
            [("slices", 0.01), ("volumes", 0.009)],
            ":green[**More slices in the same volumes**] gain +0.020 Dice",
        ),
        ([("filling", 0.03)], ":orange[**Filling slices in**] gains +0.060 Dice for 2 hours; nothing else"),
        ([("filling", -0.03)], "No gain from :orange[**filling slices in**] can be measured"),
        (
            [("volumes", 0.03, False), ("slices", 0.02)],
            ":green[**More slices in the same volumes**] gain +0.040",
        ),
    ],
)
def test_what_comes_after_is_only_ranked_where_it_can_be_told(branches, sentence):
    made = tuple(make_branch(direction, rate, is_measurable=not rest) for direction, rate, *rest in branches)
    said = _say_branches(made, virtues=Virtues(diversity=0.5, completeness=0.5, quality=1.0))
    assert said.startswith(sentence)
    assert said.endswith("cannot be told.") == (len(made) > 1 and not said.startswith("Take"))


@pytest.mark.parametrize(
    ("directions", "virtues", "said"),
    [
        (("volumes", "slices"), Virtues(diversity=0.5, completeness=0.5, quality=1.0), []),
        (
            ("filling",),
            Virtues(diversity=1.0, completeness=0.5, quality=1.0),
            ["More volumes: all of the pool are in already.", "More slices: not measured from here."],
        ),
        (
            ("volumes",),
            Virtues(diversity=0.5, completeness=1.0, quality=1.0),
            ["More slices: every slice is"],
        ),
    ],
)
def test_a_direction_that_is_absent_says_why(directions, virtues, said):
    lines = _say_absent(tuple(make_branch(name, 0.01) for name in directions), virtues=virtues)
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


def test_one_seed_is_told_to_be_too_few_and_another_is_offered(show, fill, with_phantom):
    filled = (*CONTOURS, *SMALL_GRID)
    fill(make_records(filled, n_seeds=1, reference=with_phantom))
    app = show("procedure", budget="4")
    precision, filling, *_ = headers(app)
    assert precision == "Where more precision stops paying cannot be told without a second seed."
    assert filling == "Whether skipped slices may be filled in cannot be told without a second seed."
    offers = [label for label in labels(app) if label.startswith("Run ")]
    assert any("(6 at other precisions × 3 seeds)" in label for label in offers)
    assert any("(7 with slices filled in and not × 3 seeds)" in label for label in offers)


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ({}, "Whether skipped slices may be filled in has not been measured here."),
        ({"interpolation": "supported"}, "Better not: "),
        (
            {"interpolation": "undecided", "shape": "undecided"},
            "A few labeled slices do as well alone as with the rest filled in",
        ),
        ({"interpolation": "supported", "shape": "contradicted"}, "Filled in by copying: better not: "),
    ],
)
def test_filling_in_is_judged_by_each_way(verdicts, sentence):
    findings = [SimpleNamespace(part=part, verdict=verdict) for part, verdict in verdicts.items()]
    assert _say_filling(findings, None).startswith(sentence)


def _count_volumes(ending):
    found = re.search(r"keep \*\*(\d+) of (\d+) volumes\*\* for testing, label :blue\[\*\*(\d+) of", ending)
    return tuple(map(int, found.groups()))


def test_a_step_that_is_the_only_one_is_said_and_not_drawn(show, fill, with_phantom):
    grid = [Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.1, 0.2, 0.45, 0.8, 1.0)]
    fill(make_records(grid, reference=with_phantom))
    app = show("procedure", budget="2")
    assert any("Only this next step lies within what was measured" in text.value for text in app.markdown)
    assert "What an hour more gains" not in [item.value for item in app.subheader]
