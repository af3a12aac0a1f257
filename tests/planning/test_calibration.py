"""Prices from logs whose truth is known."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.effort import Prices
from simulator.errors import RequestError
from simulator.planning.times.calibration import calibrate_prices
from simulator.planning.times.log import TimeRow
from tests.time_logs import DRAWING, HOUR, OPENING, log_slices, log_volumes

USUAL = Prices()

BEGUN_ANEW = ["", "", "Ada", "", "Bob"]
"""Nearly every row begins a visit, so that opening alone could explain them all."""


@cache
def simulate(make, n, *, n_logs=60, **facts):
    return tuple(
        calibrate_prices(make(np.random.default_rng(seed), n, **facts), usual=USUAL) for seed in range(n_logs)
    )


def covered(found, name, truth):
    limits = [one.limits[name] for one in found if name in one.limits]
    return np.mean([limit.low <= truth <= limit.high for limit in limits])


def mean_of(found, name):
    return np.mean([getattr(one.prices, name) for one in found])


class TestTruth:
    @pytest.mark.parametrize("make", [log_slices, log_volumes])
    @pytest.mark.parametrize("n", [10, 50, 200])
    def test_nine_of_ten_intervals_hold_it(self, make, n):
        found = simulate(make, n)
        # 60 logs tell 0.90 to 0.04; where little is known intervals are meant to be careful.
        assert covered(found, "drawing_seconds", DRAWING) >= 0.82
        assert covered(found, "opening_minutes", OPENING / 60) >= 0.80
        assert mean_of(found, "drawing_seconds") == pytest.approx(DRAWING, rel=0.06)

    @pytest.mark.parametrize("make", [log_slices, log_volumes])
    def test_more_rows_narrow_them(self, make):
        widths = [
            np.median([one.limits["drawing_seconds"].high / DRAWING for one in simulate(make, n)])
            for n in (10, 50, 200)
        ]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] < 1.2

    @pytest.mark.parametrize("make", [log_slices, log_volumes])
    @pytest.mark.parametrize("n", [10, 50, 200])
    def test_ten_rows_are_nearer_than_the_usual_price(self, make, n):
        errors = [abs(math.log(one.prices.drawing_seconds / DRAWING)) for one in simulate(make, n)]
        assert np.mean(np.array(errors) < math.log(DRAWING / USUAL.drawing_seconds) / 2) > 0.8

    @pytest.mark.parametrize("make", [log_slices, log_volumes])
    @pytest.mark.parametrize("n", [50, 200])
    def test_an_hour_away_from_the_desk_does_not_move_it(self, make, n):
        found = simulate(make, n, idle=0.05)
        assert np.mean([one.n_capped for one in found]) == pytest.approx(0.05 * n, rel=0.3)
        assert mean_of(found, "drawing_seconds") == pytest.approx(DRAWING, rel=0.04)
        assert covered(found, "drawing_seconds", DRAWING) >= 0.82

    @pytest.mark.parametrize("place", [0, 3, 9])
    def test_one_hour_in_ten_rows_does_not_either(self, place):
        rows = log_slices(np.random.default_rng(1), 10)
        before = calibrate_prices(rows, usual=USUAL)
        rows[place] = replace(rows[place], seconds=rows[place].seconds + HOUR)
        after = calibrate_prices(rows, usual=USUAL)
        assert (before.n_capped, after.n_capped) == (0, 1)
        assert after.prices.drawing_seconds == pytest.approx(before.prices.drawing_seconds, rel=0.1)

    def test_two_annotators_are_told_apart(self):
        found = simulate(log_slices, 200, paces=(("Ada", 1.0), ("Bob", 2.0)))
        factors = {pace.annotator: pace.factor for one in found for pace in one.paces}
        assert set(factors) == {"Ada", "Bob"}
        for number, truth in enumerate((math.sqrt(0.5), math.sqrt(2.0))):
            limits = [one.paces[number].factor for one in found]
            assert np.mean([limit.low <= truth <= limit.high for limit in limits]) >= 0.82
        assert covered(found, "drawing_seconds", DRAWING * math.sqrt(2.0)) >= 0.82
        assert {pace.n_rows for one in found for pace in one.paces} <= {96, 104}

    def test_a_clock_that_starts_late_finds_a_short_opening(self):
        found = simulate(log_slices, 200, opening=1.0)
        assert mean_of(found, "opening_minutes") < USUAL.opening_minutes / 4
        assert mean_of(found, "drawing_seconds") == pytest.approx(DRAWING, rel=0.04)

    def test_less_exact_outlines_have_a_price(self):
        rng = np.random.default_rng(5)
        exact = log_slices(rng, 120)
        hurried = [
            replace(row, volume=f"h{row.volume}", quality=0.8) for row in log_slices(rng, 120, drawing=24)
        ]
        found = calibrate_prices([*exact, *hurried], usual=USUAL)
        limit = found.limits["outlining_percent"]
        assert limit.low <= 40 <= limit.high
        assert "outlining_percent" not in found.stayed

    def test_less_exact_outlines_take_no_more_than_all_of_the_time(self):
        rng = np.random.default_rng(5)
        slow = [
            replace(row, volume=f"s{row.volume}", quality=0.8) for row in log_slices(rng, 80, drawing=240)
        ]
        found = calibrate_prices([*log_slices(rng, 80), *slow], usual=USUAL)
        assert found.prices.outlining_percent == 100


class TestWhatStays:
    def test_checking_and_wages_are_not_in_a_log(self):
        found = calibrate_prices(
            log_slices(np.random.default_rng(0), 50), usual=replace(USUAL, expert_wage=90.0)
        )
        assert found.stayed == ("checking_seconds",)
        assert found.prices.expert_wage == 90

    def test_what_is_counted_and_not_in_a_log_is_named(self):
        usual = replace(USUAL, review_seconds=4.0, outlining_percent=40.0)
        found = calibrate_prices(log_slices(np.random.default_rng(0), 50), usual=usual)
        assert found.stayed == ("checking_seconds", "review_seconds", "outlining_percent")
        assert found.prices.review_seconds == 4

    def test_no_clock_tells_opening_from_finding_so_both_scale_alike(self):
        rows = log_slices(np.random.default_rng(0), 200)
        alone = calibrate_prices(rows, usual=replace(USUAL, opening_minutes=4.0))
        apart = calibrate_prices(rows, usual=replace(USUAL, opening_minutes=1.0, finding_minutes=3.0))
        assert apart.prices.volume_minutes == pytest.approx(alone.prices.opening_minutes)
        assert apart.prices.finding_minutes == pytest.approx(3 * apart.prices.opening_minutes)
        assert apart.limits["finding_minutes"].high == pytest.approx(
            0.75 * alone.limits["opening_minutes"].high
        )

    def test_the_opening_where_every_volume_has_as_many_slices(self):
        found = simulate(log_volumes, 50, slices=(20, 20))
        assert all("opening_minutes" in one.stayed for one in found)
        assert all(one.prices.opening_minutes == USUAL.opening_minutes for one in found)
        assert covered(found, "drawing_seconds", DRAWING) >= 0.85

    def test_the_opening_where_times_do_not_grow_with_slices(self):
        rows = [
            TimeRow(volume=f"{i}", seconds=60.0 * (12 + i % 5), n_slices=56.0 if i < 6 else 28.0)
            for i in range(15)
        ]
        found = calibrate_prices(rows, usual=USUAL)
        assert "opening_minutes" in found.stayed
        assert 10 < found.prices.drawing_seconds < 30

    def test_times_too_short_to_hold_an_opening_are_all_drawing(self):
        rows = [
            TimeRow(volume=str(i), slice=0, seconds=seconds)
            for i, seconds in enumerate([40, 55, 60, 70, 90.0])
        ]
        found = calibrate_prices(rows, usual=USUAL)
        assert found.stayed[0] == "opening_minutes"
        assert found.prices.drawing_seconds == pytest.approx(63)

    def test_all_that_stayed_is_as_it_was(self):
        for found in simulate(log_volumes, 10):
            for name in found.stayed:
                assert getattr(found.prices, name) == getattr(USUAL, name)
            assert not set(found.stayed) & set(found.limits)


class TestVisits:
    def test_a_volume_that_is_opened_again_is_another_visit(self):
        rows = [TimeRow(volume=volume, slice=0, seconds=60.0) for volume in "aabbaacc"]
        assert calibrate_prices(rows, usual=USUAL).n_visits == 4

    def test_annotators_at_one_time_do_not_end_each_others_visits(self):
        rows = [
            TimeRow(volume=volume, slice=0, seconds=60.0, annotator=annotator)
            for volume, annotator in zip("abababab", "XYXYXYXY", strict=True)
        ]
        assert calibrate_prices(rows, usual=USUAL).n_visits == 2

    def test_rows_that_do_not_say_share_the_slices_of_their_volume(self):
        rows = [
            TimeRow(volume=str(i), seconds=60.0 * n)
            for i, n in enumerate((4, 8, 12, 20, 30))
            for _ in range(2)
        ]
        counts = {str(i): 2.0 * n for i, n in enumerate((4, 8, 12, 20, 30))}
        told = [replace(row, n_slices=counts[row.volume] / 2) for row in rows]
        assert calibrate_prices(rows, usual=USUAL, n_slices=counts) == calibrate_prices(told, usual=USUAL)


class TestLaws:
    @settings(max_examples=25)
    @given(seed=st.integers(0, 10_000), factor=st.floats(0.2, 5.0), n=st.integers(5, 40))
    def test_slower_clocks_give_slower_prices(self, seed, factor, n):
        rows = log_slices(np.random.default_rng(seed), n)
        slower = [replace(row, seconds=factor * row.seconds) for row in rows]
        before = calibrate_prices(rows, usual=USUAL).prices
        after = calibrate_prices(
            slower, usual=replace(USUAL, opening_minutes=factor * USUAL.opening_minutes)
        ).prices
        assert after.drawing_seconds == pytest.approx(factor * before.drawing_seconds, rel=1e-3)
        assert after.opening_minutes == pytest.approx(factor * before.opening_minutes, rel=1e-3)

    @settings(max_examples=25)
    @given(seed=st.integers(0, 10_000), n=st.integers(16, 60))
    def test_names_and_the_order_of_visits_say_nothing(self, seed, n):
        rows = log_slices(np.random.default_rng(seed), 8 * (n // 8), paces=(("Ada", 1.0), ("Bob", 1.5)))
        other = [
            replace(row, volume=f"CT {row.volume}", annotator={"Ada": "Zoe", "Bob": "Bo"}[row.annotator])
            for start in range(len(rows) - 8, -1, -8)
            for row in rows[start : start + 8]
        ]
        before, after = calibrate_prices(rows, usual=USUAL), calibrate_prices(other, usual=USUAL)
        assert after.prices.drawing_seconds == pytest.approx(before.prices.drawing_seconds, rel=1e-3)
        assert after.paces[-1].factor.value == pytest.approx(before.paces[0].factor.value, rel=1e-3)

    @settings(max_examples=60)
    @given(
        times=st.lists(st.floats(0.01, 1e5), min_size=5, max_size=30),
        counts=st.lists(st.integers(1, 500), min_size=30, max_size=30),
        names=st.lists(st.sampled_from(["", "Ada", "Bob"]), min_size=30, max_size=30),
    )
    @example(times=[2.0, 4.0, 61.0, 2.0, 2.0], counts=[15, 1, 1, 2, 1], names=BEGUN_ANEW)
    @example(times=[1.0, 3.0, 1.0, 2.0, 2.0], counts=[13, 1, 1, 1, 2], names=BEGUN_ANEW)
    @example(times=[1.0, 3.0, 1.0, 1.0, 2.0], counts=[15, 1, 1, 1, 2], names=BEGUN_ANEW)
    def test_whatever_was_logged_gives_prices_inside_their_limits(self, times, counts, names):
        rows = [
            TimeRow(volume=str(i // 3), n_slices=float(n), seconds=seconds, annotator=name)
            for i, (seconds, n, name) in enumerate(zip(times, counts, names, strict=False))
        ]
        found = calibrate_prices(rows, usual=USUAL)
        for name, limit in found.limits.items():
            assert limit.low <= limit.value == getattr(found.prices, name) <= limit.high
        assert 0 <= found.n_capped < found.n_rows == len(rows)
        assert math.prod(pace.factor.value for pace in found.paces) == pytest.approx(1)


class TestRefusals:
    def test_too_few_rows(self):
        with pytest.raises(RequestError, match="4 rows are too few to fit prices to; log at least 5"):
            calibrate_prices(log_slices(np.random.default_rng(0), 4), usual=USUAL)

    def test_slices_that_nobody_counted(self):
        rows = [TimeRow(volume=f"CT_{i}", seconds=600.0) for i in range(5)]
        with pytest.raises(RequestError, match="outlined in 'CT_3' is not said"):
            calibrate_prices(
                rows, usual=USUAL, n_slices={"CT_0": 4, "CT_1": 4, "CT_2": 4, "CT_3": 0, "CT_4": 4}
            )

    def test_only_inexact_outlines(self):
        rows = [replace(row, quality=0.9) for row in log_slices(np.random.default_rng(0), 20)]
        with pytest.raises(RequestError, match="every row of the log has a quality below 1"):
            calibrate_prices(rows, usual=USUAL)

    def test_a_column_that_does_not_name_annotators(self):
        rows = [TimeRow(volume="a", slice=i, seconds=60.0, annotator=str(i)) for i in range(51)]
        with pytest.raises(RequestError, match="names 51 annotators, at most 50"):
            calibrate_prices(rows, usual=USUAL)
