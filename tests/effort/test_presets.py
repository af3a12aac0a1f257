from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from simulator.effort import PRESETS, Prices, get_preset, prices_of
from simulator.effort.contract import check_preset
from simulator.errors import RequestError
from simulator.records.frozen import Identifier

LIVER = PRESETS["liver-mr"]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name or "usual")
def test_every_preset_keeps_the_contract(preset):
    check_preset(preset)


@pytest.mark.parametrize(
    ("preset", "broken"),
    [
        (replace(LIVER, title=""), "has a title"),
        (replace(LIVER, way="by foot"), "the way of labeling"),
        (replace(LIVER, prices={}), "says what a slice takes"),
        (replace(LIVER, low=9.0), "lies in its range"),
        (replace(LIVER, source=""), "said in sentences"),
        (replace(LIVER, source="Somebody said so, a guess."), "can be looked up"),
        (replace(LIVER, is_guess=False), "rests on a guess"),
    ],
)
def test_what_breaks_it_is_named(preset, broken):
    with pytest.raises(AssertionError, match=broken):
        check_preset(preset)


def test_a_project_can_keep_every_name():
    for name in filter(None, PRESETS):
        assert TypeAdapter(Identifier).validate_python(name) == name == PRESETS[name].name


def test_the_usual_one_has_the_default_prices_and_the_range_of_all_by_hand():
    usual = get_preset("")
    assert prices_of("", {}) == Prices()
    by_hand = [preset for preset in PRESETS.values() if preset.way == "manual"]
    assert usual.low == min(preset.low for preset in by_hand)
    assert usual.high == max(preset.high for preset in by_hand)


@pytest.mark.parametrize(
    ("name", "minutes", "opening", "n_slices"),
    [
        ("organ-ct", 45, 2, 110),
        ("hippocampus-mr", 30, 2, 35),
        ("tumor-ct", 10.4, 2, 12),
        ("tumor-mr", 8, 2, 13),
        ("liver-mr", 10, 2, 60),
        ("tumor-mr-scribble", 2.8, 1, 13),
        ("liver-mr-proposal", 2, 0.5, 60),
    ],
)
def test_a_slice_takes_what_its_source_comes_to(name, minutes, opening, n_slices):
    prices = prices_of(name, {})
    assert prices.opening_minutes == opening
    assert prices.drawing_seconds == pytest.approx((minutes - opening) * 60 / n_slices, rel=0.02)
    for number in (f"{minutes:g}", f"{n_slices}"):
        assert number in PRESETS[name].source


def test_changes_come_before_the_preset():
    prices = prices_of("liver-mr", {"drawing_seconds": 11.0, "expert_wage": 60.0})
    assert (prices.drawing_seconds, prices.opening_minutes, prices.expert_wage) == (11.0, 2.0, 60.0)


def test_an_unknown_preset_is_refused_with_those_that_there_are():
    with pytest.raises(RequestError, match=r"preset must be one of organ-ct, .*; got 'spleen'"):
        prices_of("spleen", {})


def test_an_unknown_price_is_refused_with_those_that_there_are():
    with pytest.raises(RequestError, match=r"a price must be one of opening_minutes, .*; got 'drawing'"):
        prices_of("", {"drawing": 3.0})
    with pytest.raises(RequestError, match="drawing_seconds must be a number from 0"):
        prices_of("", {"drawing_seconds": -1.0})
