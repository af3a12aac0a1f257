import csv
import dataclasses
import io
import re
from types import SimpleNamespace

import pytest

import pages.common.frame
from pages.budget.evidence import _say_just_below
from pages.common.downloads import write_csv, write_json_lines
from simulator.analysis import Strategy
from simulator.campaigns import launch
from simulator.effort import MEASURES
from simulator.planning import Pass, write_published_inventory
from simulator.records import Virtues
from simulator.store import open_store
from simulator.virtues import PROXIES
from simulator.wording.answers import shorten_strategy
from simulator.wording.plans import say_pass
from simulator.wording.spans import plain
from tests.factories import SMALL_GRID, make_harmless, make_records
from tests.planning.conftest import make_inventory


def sentence(app):
    return app.header[0].value


def test_the_answer_follows_the_budget(show, fill):
    fill()
    app = show("budget", effort="slices-drawn", budget="0.2")
    assert sentence(app).startswith("With 20")
    assert "Expected Dice **0.8" in sentence(app)
    app.slider(key="budget_share").set_value(100.0).run()
    assert sentence(app).startswith("With 100")
    assert app.query_params["budget"] == "1"


def test_the_map_stands_beside_the_frontier_where_the_answer_is_exact_and_sparse_slices_have_a_price(
    show, fill
):
    fill()
    app = show("budget", budget="2")
    frontier, chart, *_ = app.get("plotly_chart")
    assert "Effort, hours of work" in frontier.proto.spec
    assert "Slices in each" in chart.proto.spec
    assert app.subheader[1].value.endswith("volumes do as well")
    assert "hatched: not measured" in " ".join(text.value for text in app.markdown)
    app.selectbox(key="effort").select("diversity-x-quality").run()
    assert not app.exception
    assert "Slices in each" not in "".join(chart.proto.spec for chart in app.get("plotly_chart"))
    assert "hatched" not in " ".join(text.value for text in app.markdown)


def test_every_gain_has_its_interval_and_what_was_not_measured_its_mark(show, fill):
    fill()
    app = show("budget", effort="slices-drawn", budget="0.2")
    recommended, *ways = app.table[0].value.to_dict("records")
    assert recommended["Strategy"] == "**Recommended**"
    assert [way["Strategy"] for way in ways] == ["Whole volumes", "All volumes, sparsely"]
    for way in ways:
        gain = r"[+−]\d\.\d{3} \([+−]\d\.\d{3} to [+−]\d\.\d{3}\)|as good"
        assert re.fullmatch(gain, way["Gain over it"])
    # A fifth of all slices lies between the measured tenth and third of every volume, a fifth of all volumes between
    # the measured tenth and three tenths.
    assert [way["Expected Dice"].startswith("≈") for way in ways] == [True, True]
    assert not recommended["Expected Dice"].startswith("≈")
    assert "≈: no simulation hit this exactly" in " ".join(text.value for text in app.markdown)


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("page", ["budget", "plan"])
def test_an_answer_keeps_to_one_way_of_losing_quality(show, fill, settings, page, proxy):
    grid = [
        Virtues(diversity=d, completeness=1.0, quality=q, proxy=name)
        for d in (0.1, 0.3, 0.6)
        for q in (0.75, 0.9)
        for name in PROXIES
    ]
    fill(make_harmless([*SMALL_GRID, *grid]))
    settings.published.mkdir()
    write_published_inventory(make_inventory(), folder=settings.published)
    app = show(page, effort="diversity-x-quality", budget="0.28", proxy=proxy)
    assert not app.exception
    assert app.selectbox(key="proxy").value == proxy
    said = " ".join(text.value for text in [*app.header, *app.markdown])
    assert "nan hours" not in said
    words = {
        "interpolation": "copied from its neighbour",
        "shape": "blended from",
        "contour": "outlined in a hurry at",
    }
    if page == "budget":
        assert [name for name, phrase in words.items() if phrase in sentence(app)] == [proxy]
    else:
        assert ("hours masks outlined in a hurry take is not known" in said) == (proxy == "contour")


def test_prices_are_in_the_address_and_decide(show, fill):
    fill()
    app = show("budget", budget="5")
    assert (app.query_params["opening"], app.query_params["drawing"], app.query_params["checking"]) == (
        "2",
        "30",
        "5",
    )
    before = sentence(app)
    app.number_input(key="drawing").set_value(300.0).run()
    assert app.query_params["drawing"] == "300"
    assert sentence(app) != before


def test_all_prices_zero_is_a_message_that_can_be_mended(show, fill):
    fill()
    app = show("budget", opening="0", drawing="0", checking="0")
    assert "exact labeling is free" in app.error[0].value
    app.number_input(key="drawing").set_value(30.0).run()
    assert not app.error


def test_prices_leave_the_address_with_the_hours(show, fill):
    fill()
    app = show("budget")
    app.selectbox(key="effort").select("slices-drawn").run()
    assert "drawing" not in app.query_params


def test_what_was_not_trained_is_said_and_offered(show, fill):
    fill()
    app = show("budget", effort="slices-drawn", budget="0.35")
    assert sentence(app).endswith("of what full labeling gives, predicted.")
    label = next(button for button in app.button if button.label.startswith("Run "))
    assert label.disabled
    assert any("not prepared on this machine" in text.value for text in app.markdown)
    assert not any(
        b.label.startswith("Run ") for b in show("budget", effort="slices-drawn", budget="1").button
    )


def test_too_cheap_is_said(show, fill):
    fill([record for record in make_records() if record.virtues.diversity >= 0.3])
    app = show("budget", effort="slices-drawn", budget="0.01")
    assert sentence(app).startswith("Nothing this cheap")


def test_missing_simulations_start_from_budget(show, fill, settings, with_phantom, monkeypatch):
    started = []
    monkeypatch.setattr(launch.subprocess, "Popen", lambda *args, **kwargs: started.append(args) or _Ended())
    fill(
        make_records(
            [v for v in SMALL_GRID if v.diversity == 1 and v.completeness == 1], reference=with_phantom
        )
    )
    app = show("budget", effort="slices-drawn", budget="0.2")
    button = next(button for button in app.button if button.label.startswith("Run "))
    button.click().run()
    assert app.title[0].value == "What should be measured next?"
    assert len(started) == 1
    with open_store(settings, is_read_only=True) as store:
        assert len(store.pending()) > 0


def test_plan_says_what_the_csv_holds(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("plan", effort="slices-drawn", budget="0.2")
    assert not app.exception
    assert sentence(app).startswith("Label **")
    button = app.get("download_button")[0]
    assert button.label == "Download the plan (CSV)"
    n_slices = int(sentence(app).split("**")[1].split()[0].replace(",", ""))
    assert len(app.dataframe[0].value) == min(50, n_slices)


def test_a_plan_by_ids_says_where_names_come_from(show, fill, settings, with_phantom):
    fill()
    settings.published.mkdir()
    write_published_inventory(make_inventory(), folder=settings.published)

    def says_ids(**query):
        return any(
            "ids of their content" in item.value for item in show("plan", budget="2", **query).markdown
        )

    assert says_ids()
    fill(reference=with_phantom)
    assert not says_ids(data="phantom")


def test_an_address_has_one_order(show, fill):
    fill()
    app = show("budget", effort="hours", data="toy")
    app.number_input(key="opening").set_value(4.0).run()
    assert list(app.query_params) == sorted(app.query_params)


@pytest.mark.parametrize(
    ("dice", "said"),
    [(0.848, " The strategy above comes to 0.848."), (0.851, ""), (0.841, "")],
)
def test_a_target_that_is_missed_by_rounding_is_explained(dice, said):
    predicted = SimpleNamespace(dice=dice)
    assert _say_just_below(predicted, target=0.85) == said


def test_what_is_copied_is_said_to_be_filled_in(show, fill, with_phantom):
    copied = [
        Virtues(diversity=d, completeness=1.0, quality=q) for d in (0.2, 0.6, 1.0) for q in (0.6, 0.75, 0.9)
    ]
    fill(make_harmless([*copied, Virtues.full()], reference=with_phantom))
    app = show("plan", effort="diversity-x-quality", budget="0.6")
    said = " ".join(item.value for item in app.markdown)
    assert "Grey: the structure is there but filled in from the labeled slices." in said


def test_what_is_not_copied_is_said_to_be_left_out(show, fill, with_phantom):
    fill(reference=with_phantom)
    assert "but left out." in " ".join(item.value for item in show("plan", budget="2").markdown)


@pytest.mark.parametrize(
    ("spacing", "said"),
    [
        (1.0, "Every slice then"),
        (1.36, "About 74\u00a0% of the slices then"),
        (1.9, "About every second slice then"),
        (3.2, "About every third slice then"),
    ],
)
def test_a_pass_says_how_many_slices_are_drawn_then(spacing, said):
    done = Pass(
        number=1,
        n_slices=4,
        n_volumes=2,
        spacing=spacing,
        effort=1.0,
        cumulative_effort=1.0,
        predicted_dice=None,
        low=None,
        high=None,
    )
    assert plain(say_pass(done, measure=MEASURES["hours"])[1]) == said


def test_plan_without_volumes_names_the_command_for_ones_own(show, fill):
    fill()
    app = show("plan", effort="slices-drawn", budget="0.2")
    assert "not on this machine" in sentence(app)
    assert app.code[0].value == (
        ".venv/bin/python -m simulator plan --inventory VOLUMES.csv --reference toy --effort slices-drawn --budget 0.2 "
        "-o plan.csv"
    )
    assert not app.button  # no folder may be opened, so Data would lead nowhere
    app = show("plan", effort="hours", budget="2", opening="5")
    assert "--budget 2 --opening-minutes 5 -o plan.csv" in app.code[0].value
    app = show("plan", effort="hours", budget="2", atleast="3")
    assert "--at-least 3 -o plan.csv" in app.code[0].value


def test_plan_without_volumes_leads_to_data_where_folders_may_be_opened(
    show, fill, settings, monkeypatch, tmp_path
):
    fill()
    opened = dataclasses.replace(settings, data_roots=(tmp_path,))
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: opened)
    app = show("plan")
    app.button[0].click().run()
    assert app.title[0].value == "What does a quality look like?"


def test_choices_go_along_to_the_plan(show, fill, with_phantom):
    fill(reference=with_phantom)
    app = show("budget", effort="slices-drawn", budget="0.35")
    next(button for button in app.button if button.label == "Make the plan").click().run()
    assert app.title[0].value == "Who labels what, and when?"
    assert app.query_params["budget"] == "0.35"
    assert app.query_params["effort"] == "slices-drawn"


def test_read_only_shows_everything_and_starts_nothing(show, fill, settings, with_phantom, monkeypatch):
    fill(
        make_records(
            [v for v in SMALL_GRID if v.diversity == 1 and v.completeness == 1], reference=with_phantom
        )
    )
    read_only = dataclasses.replace(settings, is_read_only=True)
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: read_only)
    app = show("budget", effort="slices-drawn", budget="0.2")
    button = next(button for button in app.button if button.label.startswith("Run "))
    assert button.disabled
    assert any("read-only" in text.value.replace("\\", "") for text in app.markdown)


class _Ended:
    def poll(self):
        return 0

    def wait(self):
        return 0


def test_csv_module_reads_what_records_download(fill, settings):
    fill()
    rows = list(csv.DictReader(io.StringIO(write_csv(settings).decode("utf-8-sig"))))
    assert len(rows) == len(SMALL_GRID) * 3
    assert write_json_lines(settings).count(b"\n") == len(rows)


def test_hours_say_that_they_have_no_price_for_a_hurried_outline(show, fill):
    outlined = Virtues(diversity=1.0, completeness=1.0, quality=0.8, proxy="contour")
    fill(make_records([*SMALL_GRID, outlined]))
    app = show("budget", proxy="contour")
    assert not app.exception
    assert any("has no price for masks outlined in a hurry" in text.value for text in app.markdown)
    assert not any("has no price" in text.value for text in show("budget", proxy="interpolation").markdown)


def test_two_ways_of_choosing_slices_read_differently():
    said = {
        sampling: shorten_strategy(
            Strategy(
                virtues=Virtues(diversity=1.0, completeness=0.333333, quality=1.0, sampling=sampling),
                effort=1.0,
                n_volumes=40,
                n_slices=400,
                n_copied=0,
                slices_per_volume=10.0,
                spacing=1.0,
                achieved_quality=1.0,
                n_pool=40,
                n_slices_pool=1200,
            )
        )
        for sampling in ("random", "equidistant")
    }
    assert said == {
        "random": "40 volumes, every third slice",
        "equidistant": "40 volumes, every third slice, evenly spaced",
    }
