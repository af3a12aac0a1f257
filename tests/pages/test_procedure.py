"""The four steps: each has its evidence, says what is missing, and ends on a plan that keeps the decisions."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

import pages.common.frame
from pages.procedure import findings
from pages.procedure.afterwards import _say_absent, _say_branches
from pages.procedure.ending import _say_outlines
from pages.procedure.filling import _say_filling
from simulator.analysis.recommendation.branches import Branch
from simulator.analysis.saturation.diversity import estimate_saturation
from simulator.analysis.study import make_studies
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_reference, true_dice

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
    precision, filling, amount, watching, afterwards, ending = headers(app)
    assert precision.startswith("How precise masks must be has not been measured")
    assert filling.startswith("Whether skipped slices may be filled in has not been measured")
    assert "there is no answer to give" in amount
    assert watching.startswith("When more volumes stop paying has not been measured")
    assert afterwards.startswith("What comes after needs a strategy")
    assert ending.startswith("A plan needs a strategy")
    assert [
        label for label in labels(app) if label.startswith("Run 36 trainings (12 for this budget × 3 seeds)")
    ]
    assert "Make the plan" not in labels(app)


def test_every_step_finds_something(show, fill, with_phantom):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget="4")
    assert not app.exception
    _, _, amount, watching, afterwards, ending = headers(app)
    assert amount.startswith("With 4 hours: label")
    assert not any("holds for steps 2 to 4" in item.value for item in app.markdown)
    assert "volumes**" in watching
    setting = watching.removeprefix("At ").split(",")[0]
    assert setting.startswith(("every", "one slice in"))
    assert f"More volumes at {setting}" in [item.value for item in app.subheader]
    assert "Dice for" in afterwards or "can be measured" in afterwards
    assert ending.startswith("So: keep **5 of 38 volumes** for testing, label")
    assert app.query_params["heldout"] == "5"
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


def test_decisions_go_along_to_the_plan(show, fill, with_phantom):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget="4", heldout="10", atleast="12", opening="3")
    assert headers(app)[-1].startswith("So: keep **10 of 38 volumes** for testing, label")
    assert any("at least 12 slices a volume" in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Make the plan").click().run()
    assert app.title[0].value == "Who labels what, and when?"
    assert not app.exception
    asked = {name: app.query_params[name] for name in ("effort", "budget", "atleast", "opening")}
    assert asked == {"effort": "hours", "budget": "4", "atleast": "12", "opening": "3"}
    assert any("at least :green[**12 slices a volume**]" in text.value for text in app.markdown)
    assert app.query_params["apart"] == "10"
    assert any("**10 volumes** kept for testing" in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Drop this").click().run()
    assert "atleast" not in app.query_params
    next(button for button in app.button if button.label == "Keep none").click().run()
    assert "apart" not in app.query_params


def test_a_strategy_with_too_few_slices_is_said_and_can_be_mended(show, fill, with_phantom):
    sparse = make_records(
        [
            Virtues(diversity=d, completeness=c, quality=1.0)
            for d, c in ((0.8, 0.05), (0.8, 0.1), (0.1, 1.0), (0.2, 1.0), (0.45, 1.0), (1.0, 1.0))
        ],
        reference=with_phantom,
    )
    fill(sparse)
    app = show("procedure", budget="2")
    assert any("parts may stay unseen" in text.value for text in app.markdown)
    take = next(button for button in app.button if button.label.startswith("Take at least"))
    least = int(take.label.split()[-1])
    take.click().run()
    assert app.query_params["atleast"] == str(least)
    assert any(f"minimum of {least} slices" in text.value for text in app.markdown)
    assert not any("parts may stay unseen" in text.value for text in app.markdown)


def test_a_minimum_that_the_hours_do_not_pay_for_is_said(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("procedure", budget="0.5", atleast="30")
    unmet = "Too little was measured with at least :green[**30 slices a volume**]"
    assert headers(app)[2].startswith(unmet)
    assert headers(app)[4].startswith("What comes after needs a strategy")
    assert show("plan", budget="0.5", atleast="30").header[0].value.startswith(unmet)


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
    app = show("procedure", **dict.fromkeys(("aim", "heldout", "then", "atleast"), "<img src=x>"))
    assert not app.exception
    said = app.warning[0].value.replace("\\", "")
    assert "cannot be chosen here" in said
    for name in ("aim", "heldout", "then", "atleast"):
        assert f"{name} = <img src=x>" in said


def test_a_decision_follows_the_evidence_until_somebody_decides(show, fill, with_phantom):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget="1")
    assert app.query_params["then"] == "slices"
    app.slider(key="budget_hours").set_value(4.0).run()
    assert app.query_params["then"] == "stop"
    app.segmented_control(key="then").set_value("volumes").run()
    app.slider(key="budget_hours").set_value(1.0).run()
    assert app.query_params["then"] == "volumes"


def test_decisions_compute_nothing_again(show, fill, with_phantom, monkeypatch):
    fill(make_records((*SMALL_GRID, *CONTOURS), reference=with_phantom))
    gathered = []

    def count(gather):
        return lambda *args, **more: gathered.append(1) or gather(*args, **more)

    for gather in (estimate_saturation, make_studies):
        monkeypatch.setattr(findings, gather.__name__, count(gather))
    app = show("procedure", budget="4")
    assert len(gathered) == 2
    for key, decision in (("aim", "0.95"), ("heldout", "10"), ("then", "stop")):
        app.segmented_control(key=key).set_value(decision).run()
    app.slider(key="budget_hours").set_value(2.0).run()
    assert not app.exception
    assert len(gathered) == 2
    app.number_input(key="opening").set_value(10.0).run()
    assert len(gathered) == 4


def test_one_record_leads_on(show, fill):
    fill([make_record(reference=make_reference())])
    assert not show("procedure").exception


@pytest.mark.parametrize(
    ("quality", "spacing", "aim", "said"),
    [
        (1.0, None, 1.0, "The plan asks for exact outlines, as step 1 does."),
        (
            0.92,
            5.0,
            0.8,
            "The plan asks for exact outlines; step 1 would let them stop at 80\u00a0% overlap, which",
        ),
        (0.9, None, 0.9, "The plan asks for outlines at 90\u00a0% overlap, as step 1 does."),
        (
            0.9,
            None,
            1.0,
            "The plan asks for outlines at 90\u00a0% overlap; step 1 would have exact ones, which",
        ),
    ],
)
def test_the_end_says_what_the_plan_asks_for(quality, spacing, aim, said):
    virtues = Virtues(diversity=0.5, completeness=1.0, quality=quality)
    strategy = SimpleNamespace(virtues=virtues, spacing=spacing, achieved_quality=quality)
    assert _say_outlines(strategy, aim=aim).startswith(said)


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


@pytest.mark.parametrize(
    ("budget", "n_held_out"),
    [
        pytest.param(budget, n, marks=[] if (budget, n) in {("4", "2"), ("500", "10")} else pytest.mark.slow)
        for budget in ("1", "4", "8", "500")
        for n in ("2", "5", "10")
    ],
)
def test_volumes_to_label_and_to_test_on_come_out_of_the_same_pool(
    show, fill, with_phantom, budget, n_held_out
):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget=budget, heldout=n_held_out)
    assert not app.exception
    kept, n_pool, n_labeled = _count_volumes(headers(app)[-1])
    assert (kept, n_pool) == (int(n_held_out), 38)
    assert n_labeled + kept <= 38
    (counts,) = [text.value for text in app.markdown if text.value.startswith("That is **")]
    n_left = re.search(r"and (\d+) stay unlabeled", counts)
    assert f"{kept} are kept for testing" in counts
    assert n_labeled + kept + (int(n_left[1]) if n_left else 0) == 38
    next(button for button in app.button if button.label == "Make the plan").click().run()
    assert not app.exception
    assert app.query_params["apart"] == n_held_out
    n_planned = int(re.search(r":blue\[\*\*(\d+) volumes", app.header[0].value)[1])
    assert n_planned + kept <= 38


def _count_volumes(ending):
    found = re.search(r"keep \*\*(\d+) of (\d+) volumes\*\* for testing, label :blue\[\*\*(\d+) of", ending)
    return tuple(map(int, found.groups()))


def test_what_comes_next_leaves_the_test_volumes_alone(show, fill, with_phantom):
    grid = [Virtues(diversity=d, completeness=c, quality=1.0) for d in (0.3, 0.6, 1.0) for c in (0.5, 1.0)]
    fill(make_records(grid, reference=with_phantom))
    app = show("procedure", budget="7", heldout="10")
    assert ":blue[**23 of 38 volumes**]" in headers(app)[-1]
    assert "More volumes: not measured from here, with the test volumes left alone." in [
        text.value for text in app.markdown
    ]
    assert not any(":blue[**all 38" in text.value for text in app.markdown)


def test_looking_at_the_procedure_changes_no_plan(show, fill, with_phantom, monkeypatch):
    fill(make_records((*SMALL_GRID, *DENSE), reference=with_phantom))
    app = show("procedure", budget="4")
    assert app.query_params["heldout"] == "5"
    monkeypatch.setattr(pages.common.frame, "FIRST", "plan")
    app.run()
    assert app.title[0].value == "Who labels what, and when?"
    assert not any("kept for testing" in text.value for text in app.markdown)


def test_a_step_that_is_the_only_one_is_said_and_not_drawn(show, fill, with_phantom):
    grid = [Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.1, 0.2, 0.45, 0.8, 1.0)]
    fill(make_records(grid, reference=with_phantom))
    app = show("procedure", budget="2")
    assert any("Only this next step lies within what was measured" in text.value for text in app.markdown)
    assert "What an hour more gains" not in [item.value for item in app.subheader]


def test_nothing_that_leaves_test_volumes_is_said(show, fill, with_phantom):
    fill(make_records([Virtues.full()], reference=with_phantom))
    app = show("procedure")
    assert not app.exception
    assert headers(app)[2] == "Nothing was measured that leaves 5 volumes for testing."


def test_a_pool_too_small_keeps_no_test_volumes(show, fill):
    reference = make_reference(n_pool=3)
    grid = [Virtues(diversity=d, completeness=c, quality=1.0) for d in (0.34, 0.67, 1.0) for c in (0.5, 1.0)]
    fill(make_records(grid, reference=reference))
    app = show("procedure", budget="1")
    assert not app.exception
    assert any("too small to keep volumes for testing" in text.value for text in app.markdown)
    assert headers(app)[-1].startswith("So: label")
