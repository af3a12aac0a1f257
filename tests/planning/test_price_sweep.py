import math
import time
from dataclasses import replace
from functools import cache

import pytest

from simulator.errors import RequestError
from simulator.planning.project import answer_project
from simulator.planning.times.sweep import PricePoint, PriceSweep, Turn, _find_turns, sweep_price
from simulator.records import LabVolume
from simulator.wording.prices import say_price_sweep
from simulator.wording.spans import plain
from tests.records.test_project import make_project
from tests.studies import RUNS


@cache
def answer(**changes):
    facts = {"reference": "toy", "hours": 10.0, "n_volumes": 60, "n_slices": 30.0, **changes}
    return answer_project(make_project(**facts), RUNS)


@cache
def dear(seconds, hours, **prices):
    prices = {"drawing_seconds": seconds, **prices}
    return answer_project(
        make_project(reference="toy", hours=hours, n_volumes=60, n_slices=30.0, prices=prices), RUNS
    )


class TestSweep:
    @pytest.mark.parametrize("seconds", [10.0, 30.0, 90.0])
    def test_at_any_price_it_says_what_the_answer_says_there(self, seconds):
        found = next(
            point
            for point in sweep_price(dear(seconds, 6.0), low=5, high=100).points
            if point.seconds == seconds
        )
        alone = dear(seconds, 6.0)
        assert (found.n_volumes, found.every) == (alone.strategy.n_volumes, alone.strategy.every)
        assert found.dice == pytest.approx(alone.recommendation.near_optimal["expected"].iloc[0])

    def test_another_price_is_answered_as_if_it_had_been_asked_for(self):
        sweep = sweep_price(dear(10.0, 6.0), low=5, high=100)
        point = sweep.points[-1]
        assert point.seconds == pytest.approx(100)
        alone = dear(100.0, 6.0)
        assert (point.n_volumes, point.every) == (alone.strategy.n_volumes, alone.strategy.every)

    @pytest.mark.parametrize("hours", [4.0, 8.0, 15.0])
    def test_it_holds_where_the_structure_is_found_and_slices_are_reviewed(self, hours):
        extra = {"finding_minutes": 6.0, "review_seconds": 12.0}
        asked = dear(30.0, hours, **extra)
        sweep = sweep_price(asked, low=5, high=100)
        assert (sweep.now.n_volumes, sweep.now.every) == (asked.strategy.n_volumes, asked.strategy.every)
        last = sweep.points[-1]
        alone = dear(last.seconds, hours, **extra)
        assert (last.n_volumes, last.every) == (alone.strategy.n_volumes, alone.strategy.every)
        assert last != sweep_price(dear(30.0, hours), low=5, high=100).points[-1]

    def test_looks_are_paid_at_every_price(self):
        volumes = tuple(LabVolume(name=f"CT_{i}", n_slices=120) for i in range(60))
        asked = answer(volumes=volumes, n_volumes=None)
        assert asked.n_looks > 0
        sweep = sweep_price(asked, low=5, high=100)
        assert (sweep.now.n_volumes, sweep.now.every) == (asked.strategy.n_volumes, asked.strategy.every)

    def test_where_hours_are_short_fewer_volumes_win_and_then_none(self):
        sweep = sweep_price(dear(30.0, 6.0), low=5, high=400)
        kinds = [turn.what for turn in sweep.turns if turn.side == "above"]
        assert kinds == ["fewer", "too few hours"]
        fewer, none = (turn.seconds for turn in sweep.turns if turn.side == "above")
        best_above = {point.n_volumes for point in sweep.points if fewer < point.seconds < none}
        assert max(best_above) < sweep.now.n_volumes
        assert dear(none * 1.03, 6.0).strategy is None
        assert dear(none * 0.97, 6.0).strategy is not None

    def test_where_hours_abound_the_price_decides_nothing(self):
        sweep = sweep_price(answer(hours=500.0))
        assert sweep.turns == ()
        assert {point.n_volumes for point in sweep.points} == {sweep.now.n_volumes}

    def test_the_range_is_the_presets_and_around_a_price_beyond_it(self):
        assert (sweep_price(answer(preset="liver-mr")).low, sweep_price(answer()).high) == (6.0, 118.0)
        beyond = sweep_price(dear(300.0, 60.0))
        assert (beyond.low, beyond.high) == (100.0, 900.0)

    def test_a_slice_that_takes_no_time_is_where_the_walk_begins(self):
        sweep = sweep_price(dear(0.0, 4.0))
        assert sweep.now.seconds == 0
        assert sweep.points[0].seconds == pytest.approx(sweep.low)
        assert [(turn.side, turn.what) for turn in sweep.turns] == [
            ("above", "fewer"),
            ("above", "too few hours"),
        ]
        fewer, none = (turn.seconds for turn in sweep.turns)
        assert dear(1.2 * fewer, 4.0).strategy.n_volumes < sweep.now.n_volumes
        assert dear(1.03 * none, 4.0).strategy is None

    def test_too_few_hours_at_the_present_price_are_not_swept(self):
        sweep = sweep_price(answer(hours=0.5))
        assert (sweep.now, sweep.points, sweep.turns) == (None, (), ())

    @pytest.mark.parametrize(("low", "high"), [(0, 10), (20, 10), (10, 10), (10, float("inf"))])
    def test_a_range_that_is_none_is_refused(self, low, high):
        with pytest.raises(RequestError, match="swept from one above 0 to a larger one"):
            sweep_price(answer(), low=low, high=high)

    def test_it_takes_no_second_fit(self, monkeypatch):
        asked = answer()
        monkeypatch.setattr("simulator.analysis.study.fit_law", None)
        sweep_price(asked)
        start = time.process_time()
        sweep_price(asked)
        assert time.process_time() - start < 0.3


def swept(*turns, points=((20, 54, 4), (200, 54, 4))):
    made = tuple(
        PricePoint(seconds=seconds, n_volumes=n, fewest=n, every=every, dice=0.8)
        for seconds, n, every in points
    )
    return PriceSweep(
        now=made[0], low=made[0].seconds, high=made[-1].seconds, points=made, turns=tuple(turns)
    )


class TestTurns:
    """Which points, walking away from the first, are turns."""

    @staticmethod
    def turns(*numbers):
        points = {
            float(price): n and PricePoint(seconds=price, n_volumes=n[1], fewest=n[0], every=1, dice=0.8)
            for price, n in enumerate(numbers, start=1)
        }
        found = _find_turns(points, lambda price: points[math.ceil(price)], prices=[*points], now=points[1.0])
        return [(math.ceil(turn.seconds), turn.what) for turn in found][::-1]

    def test_what_comes_and_goes_is_none(self):
        assert self.turns((40, 40), (20, 20), (60, 60), (38, 40)) == []

    def test_as_good_is_the_same(self):
        assert self.turns((40, 40), (20, 42), (37, 37), (20, 37)) == []

    def test_what_lasts_is_one(self):
        assert self.turns((40, 40), (20, 20), (40, 40), (20, 30), (10, 10)) == [(4, "fewer")]
        assert self.turns((40, 40), (50, 60)) == [(2, "more")]

    def test_the_end_of_the_hours_is_said_besides(self):
        assert self.turns((40, 40), (20, 30), None, None) == [(2, "fewer"), (3, "too few hours")]
        assert self.turns((40, 40), (40, 40), None) == [(3, "too few hours")]


class TestWords:
    @pytest.mark.parametrize(
        ("sweep", "said"),
        [
            (swept(), "From 20 to 200 s a slice the same volumes win."),
            (
                swept(points=((20, 54, 1), (200, 54, 9))),
                "From 20 to 200 s a slice the same volumes win. Their slices thin out, from every one to one in 9.",
            ),
            (
                swept(Turn(seconds=141.0, side="above", what="fewer")),
                "Above 140 s a slice, fewer volumes win.",
            ),
            (
                swept(
                    Turn(seconds=25.3, side="below", what="more"),
                    Turn(seconds=190.0, side="above", what="too few hours"),
                ),
                "Below 25 s a slice, more volumes win. Above 190 s a slice, the hours are too few.",
            ),
            (replace(swept(), now=None), ""),
        ],
    )
    def test_it_says_where_the_price_decides_and_that_it_does_not(self, sweep, said):
        assert plain(say_price_sweep(sweep)) == said

    def test_volumes_and_slices_have_their_colours(self):
        spans = say_price_sweep(swept(points=((20, 54, 1), (200, 54, 9))))
        assert [(span.text, span.virtue) for span in spans if span.virtue] == [
            ("volumes", "diversity"),
            ("slices", "completeness"),
        ]
