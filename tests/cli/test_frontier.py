"""``frontier``: its JSON is an interface."""

import pytest

from simulator.records import Virtues
from simulator.virtues import PROXIES
from tests.cli.measured import BAD_QUESTIONS, refuse, store_proxies, store_records, store_toy
from tests.factories import make_record, make_records, make_reference

KEYS = {"effort", "dice", "normalized", "low", "high", "virtues", "n_seeds"}


@pytest.fixture
def toy(settings):
    store_toy(settings)


@pytest.mark.parametrize(
    "effort", ["hours", "slices-drawn", "diversity-x-quality", "diversity-x-completeness"]
)
def test_json_is_as_designed(run, toy, effort):
    done = run("frontier", "toy", "--effort", effort, "--json")
    (answer,) = done.lines
    assert done.code == 0
    assert (answer["dataset"], answer["protocol"], answer["effort"]) == ("toy", "fast", effort)
    assert all(set(point) >= KEYS for point in answer["points"])
    for points in (answer["points"], answer["vertices"]):
        assert [p["effort"] for p in points] == sorted(p["effort"] for p in points)
    assert all(vertex in answer["points"] for vertex in answer["vertices"])
    last = answer["vertices"][-1]
    assert (last["normalized"], last["n_seeds"]) == (1, 3)
    assert last["low"] < last["dice"] < last["high"]
    assert last["virtues"]["diversity"] == last["virtues"]["quality"] == 1
    assert answer["points"][0]["vertex_share"] == 1
    band = answer["band"]
    assert set(band) == {"effort", "low", "high", "normalized_low", "normalized_high"}
    assert all(low <= high for low, high in zip(band["low"], band["high"], strict=True))
    assert len(band["effort"]) == len(band["normalized_high"])


@pytest.mark.parametrize("proxy", PROXIES)
def test_one_way_of_losing_quality_at_a_time(run, settings, proxy):
    store_proxies(settings)
    options = ("--effort", "diversity-x-quality", "--proxy", proxy, "--json")
    (answer,) = run("frontier", "toy", *options).lines
    inexact = [point["virtues"] for point in answer["points"] if point["virtues"]["quality"] < 1]
    assert {virtues["proxy"] for virtues in inexact} == {proxy}


def test_a_proxy_that_nobody_knows_is_named(run, toy):
    line = refuse(run, "frontier", "toy", "--effort", "hours", "--proxy", "wishful")
    assert line == "proxy must be one of interpolation, shape, contour; got 'wishful'"


def test_a_store_of_another_proxy_names_it(run, settings):
    outlined = Virtues(diversity=1.0, completeness=1.0, quality=0.8, proxy="contour")
    store_records(settings, [make_record(outlined)])
    assert "--proxy takes one of contour" in refuse(run, "frontier", "toy", "--effort", "hours")


def test_prices_move_the_frontier(run, toy):
    dear = run("frontier", "toy", "--effort", "hours", "--opening-minutes", 100, "--json").lines[0]
    cheap = run("frontier", "toy", "--effort", "hours", "--json").lines[0]
    assert dear["vertices"][-1]["effort"] > cheap["vertices"][-1]["effort"]


def test_a_few_sentences_for_people(run, toy):
    lines = run("frontier", "toy", "--effort", "slices-drawn").lines
    assert lines[0] == "6 of 17 configurations are worth their effort (slices drawn, 3 seeds)"
    assert any("100\u00a0%" in line and "0.88" in line for line in lines)


def test_one_seed_each_has_intervals_by_the_law(run, settings):
    store_records(settings, make_records(n_seeds=1))
    answer = run("frontier", "toy", "--effort", "hours", "--json").lines[0]
    assert answer["points"][0]["low"] < answer["points"][0]["high"]
    assert answer["points"][0]["vertex_share"] is not None
    assert answer["band"] is not None
    assert (
        "worth their effort (hours of work, 1 seed)" in run("frontier", "toy", "--effort", "hours").lines[0]
    )


def test_one_test_volume_has_no_interval(run, settings):
    store_records(settings, make_records(reference=make_reference(n_test=1)))
    answer = run("frontier", "toy", "--effort", "hours", "--json").lines[0]
    assert answer["points"][0]["low"] is None
    assert answer["points"][0]["vertex_share"] is None
    assert answer["band"] is None


def test_a_name_for_two_is_told_apart_by_flag_or_fingerprint(run, toy):
    for ask in (["twice", "--pool", 20], ["c" * 8]):
        done = run("frontier", *ask, "--effort", "hours", "--json")
        assert done.lines[0]["fingerprint"] == "c" * 64


@BAD_QUESTIONS
def test_bad_questions_get_one_line(run, toy, arguments, message):
    assert message in refuse(run, "frontier", *arguments)
