import dataclasses

import numpy as np
import pytest

from simulator.effort import MEASURES, Prices, get_measure
from simulator.effort.contract import check_measure
from simulator.errors import RequestError
from simulator.records import Virtues
from simulator.virtues import PROXIES
from simulator.wording.answers import describe_unpriced
from tests.factories import make_record, make_records, make_table
from tests.registering import register

PRICES = Prices(opening_minutes=3, drawing_seconds=20, checking_seconds=5)


def run_table(*virtues):
    return make_table([make_record(v) for v in virtues]).sort_values("n_slices_used", ignore_index=True)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_every_measure_keeps_the_contract(measure):
    check_measure(measure)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_records_are_priced_exactly_inside_the_domain(measure):
    runs = make_table()
    inside = {
        "all": np.full(len(runs), True),
        "completeness = 1": runs["completeness"] == 1,
        "quality = 1": runs["quality"] == 1,
    }[measure.domain]
    assert (measure.compute(runs, PRICES).notna() == inside).all()


def test_hours_add_up_by_hand():
    record = make_record(Virtues(diversity=0.3, completeness=1.0, quality=0.8))
    achieved = record.achieved
    hours = get_measure("hours").compute(make_table([record]), PRICES)[0]
    expected = 12 * 3 / 60 + achieved.n_slices_drawn * 20 / 3600 + achieved.n_slices_copied * 5 / 3600
    assert achieved.n_volumes == 12
    assert achieved.n_slices_copied > 0
    assert hours == pytest.approx(expected)


def test_cost_adds_up_by_hand():
    record = make_record(Virtues(diversity=0.3, completeness=1.0, quality=0.8))
    prices = Prices(
        opening_minutes=3, drawing_seconds=20, checking_seconds=5, expert_wage=90, assistant_wage=30
    )
    cost = get_measure("cost").compute(make_table([record]), prices)[0]
    by_expert = 12 * 3 / 60 + record.achieved.n_slices_drawn * 20 / 3600
    by_assistant = record.achieved.n_slices_copied * 5 / 3600
    assert cost == pytest.approx(90 * by_expert + 30 * by_assistant)


def test_how_long_an_outline_in_a_hurry_takes_is_unknown():
    runs = run_table(Virtues(diversity=0.3, completeness=1.0, quality=0.8, proxy="contour"), Virtues.full())
    for name in ("hours", "cost", "slices-drawn"):
        assert get_measure(name).compute(runs, PRICES).isna().tolist() == [True, False]
    assert get_measure("diversity-x-quality").compute(runs, PRICES).tolist() == [pytest.approx(0.24), 1]


def test_an_outline_takes_the_share_of_the_time_that_its_proxy_says(monkeypatch):
    timed = dataclasses.replace(PROXIES["contour"], name="timed", outlining_share=0.25)
    register(monkeypatch, PROXIES, timed)
    lower = Virtues(diversity=0.3, completeness=1.0, quality=0.8, proxy="timed")
    exact = Virtues(diversity=0.3, completeness=1.0, quality=1.0)
    runs = make_table([make_record(lower), make_record(exact)]).set_index("quality")
    hours = get_measure("hours").compute(runs, PRICES)
    lower_hours, exact_hours = hours[0.8], hours[1.0]
    opening = 12 * 3 / 60
    assert lower_hours - opening == pytest.approx(0.25 * (exact_hours - opening))
    assert describe_unpriced("timed", measure=get_measure("hours"), prices=PRICES) == ""
    assert "has no price for masks" in describe_unpriced(
        "timed", measure=get_measure("slices-drawn"), prices=PRICES
    )


def test_an_outline_takes_the_share_of_the_time_that_a_person_says():
    lower = Virtues(diversity=0.3, completeness=1.0, quality=0.8, proxy="contour")
    exact = Virtues(diversity=0.3, completeness=1.0, quality=1.0)
    runs = make_table([make_record(lower), make_record(exact)]).set_index("quality")
    prices = dataclasses.replace(PRICES, outlining_percent=40.0)
    hours, opening = get_measure("hours").compute(runs, prices), 12 * 3 / 60
    assert hours[0.8] - opening == pytest.approx(0.4 * (hours[1.0] - opening))
    assert get_measure("cost").compute(runs, prices).notna().all()
    assert describe_unpriced("contour", measure=get_measure("hours"), prices=prices) == ""
    assert "has no price for masks" in describe_unpriced(
        "contour", measure=get_measure("hours"), prices=PRICES
    )
    with pytest.raises(RequestError, match="at most 100; got 140"):
        Prices(outlining_percent=140.0)


def test_a_second_reader_looks_at_inexact_outlines_as_long_as_at_exact_ones():
    lower = Virtues(diversity=0.3, completeness=1.0, quality=0.8, proxy="contour")
    runs = make_table(
        [make_record(lower), make_record(Virtues(diversity=0.3, completeness=1.0, quality=1.0))]
    )
    prices = dataclasses.replace(PRICES, outlining_percent=40.0)
    reviewed = dataclasses.replace(prices, review_seconds=6.0)
    more = get_measure("hours").compute(runs, reviewed) - get_measure("hours").compute(runs, prices)
    assert more.tolist() == pytest.approx((runs["n_slices_used"] * 6 / 3600).tolist())


def test_full_hours_count_only_volumes_that_show_the_structure():
    runs = run_table(Virtues.full()).assign(n_volumes=35)
    assert get_measure("hours").full(runs, PRICES) == pytest.approx(35 * 3 / 60 + 1200 * 20 / 3600)


def test_without_a_run_of_all_volumes_full_hours_count_the_pool():
    runs = run_table(Virtues(diversity=0.3, completeness=1.0, quality=1.0))
    assert get_measure("hours").full(runs, PRICES) == pytest.approx(40 * 3 / 60 + 1200 * 20 / 3600)


def test_the_papers_measures_are_products_where_volumes_are_alike():
    runs = make_table(make_records(n_seeds=1))
    dxc = get_measure("diversity-x-completeness").compute(runs, PRICES)
    dxq = get_measure("diversity-x-quality").compute(runs, PRICES)
    assert np.allclose(dxc.dropna(), (runs["diversity"] * runs["completeness"])[dxc.notna()], atol=1e-6)
    assert np.allclose(dxq.dropna(), (runs["diversity"] * runs["quality"])[dxq.notna()])


def test_an_unknown_measure_is_named_with_those_there_are():
    with pytest.raises(RequestError, match=r"effort must be one of hours, cost, slices-drawn, .* got 'days'"):
        get_measure("days")
