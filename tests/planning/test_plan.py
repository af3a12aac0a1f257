import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.effort import MEASURES, Prices
from simulator.errors import InventoryError, NotMeasuredError, RequestError
from simulator.planning import PLAN_COLUMNS, Inventory, make_plan
from simulator.records import Virtues
from simulator.virtues import PROXIES
from simulator.wording.plans import say_pass, say_passes, say_plan, say_unpriced_hours
from simulator.wording.spans import join, plain
from tests.factories import SMALL_GRID, make_record, make_records, make_table
from tests.planning.conftest import make_inventory, make_volume, plan_for
from tests.studies import RUNS, small_study

PRICES = Prices()
COPIED = make_table(
    [r for r in make_records() if r.virtues.quality < 1 and r.virtues.completeness == 1]
    + [make_record(Virtues(diversity=0.3, completeness=1.0, quality=0.7), seed=s) for s in range(3)]
)


FROM_0 = " (the first slice is 0)"


def plan(inventory, *, effort="slices-drawn", budget=0.2, runs=RUNS, prices=PRICES, **options):
    return plan_for(inventory, runs, measure=MEASURES[effort], budget=budget, prices=prices, **options)


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(0, 120), min_size=1, max_size=30).filter(any),
    effort=st.sampled_from(list(MEASURES)),
    share=st.floats(0.001, 1),
    opening=st.floats(0, 60),
    drawing=st.floats(0.1, 600),
    checking=st.floats(0, 60),
    is_copied=st.booleans(),
)
def test_never_beyond_the_budget(sizes, effort, share, opening, drawing, checking, is_copied):
    prices = Prices(opening_minutes=opening, drawing_seconds=drawing, checking_seconds=checking)
    runs = COPIED if is_copied else RUNS
    budget = share if MEASURES[effort].share_of else share * MEASURES[effort].full(runs, prices)
    inventory = make_inventory(sizes, reference=False)
    try:
        made = plan(inventory, effort=effort, budget=budget, runs=runs, prices=prices)
    except (NotMeasuredError, RequestError):
        return
    rows = made.rows
    assert 0 < made.total_effort <= budget * (1 + 1e-9)
    assert rows["cumulative_effort"].is_monotonic_increasing
    assert rows["cumulative_effort"].iloc[-1] == made.total_effort
    assert rows["cumulative_effort_share"].iloc[-1] <= 1 + 1e-9
    assert rows["order"].tolist() == list(range(1, len(rows) + 1))
    assert not rows[["volume", "slice_index"]].duplicated().any()
    assert rows["step"].is_monotonic_increasing
    assert set(rows["step"]) == {p.number for p in made.passes}
    assert len(made.passes) <= 3
    assert sum(p.n_slices for p in made.passes) == made.n_slices == len(rows)
    # Hours are those of the rows, whatever the measure of the budget is.
    hours = prices.hours(
        n_volumes=made.n_volumes, n_slices_drawn=made.n_slices, n_slices_copied=made.n_copied
    )
    assert made.hours == rows["cumulative_hours"].iloc[-1] == pytest.approx(hours)
    assert sum(p.hours for p in made.passes) == pytest.approx(hours)
    labeled = {v.name: set(v.slices.tolist()) for v in inventory.volumes}
    assert all(
        index in labeled[name] for name, index in zip(rows["volume"], rows["slice_index"], strict=True)
    )


class TestOnItsOwnPool:
    def test_counts_are_those_of_the_strategy(self, inventory):
        made = plan(inventory)
        strategy = made.recommendation.strategy
        assert (made.n_volumes, made.n_slices) == (strategy.n_volumes, strategy.n_slices) == (24, 240)
        assert made.total_effort == pytest.approx(0.2)
        assert made.n_dropped == 0

    @pytest.mark.parametrize("effort", list(MEASURES))
    def test_everything_is_everything(self, inventory, effort):
        budget = MEASURES[effort].full(RUNS, PRICES)
        made = plan(inventory, effort=effort, budget=budget)
        assert (made.n_volumes, made.n_slices) == (40, 1200)
        assert made.rows["cumulative_effort_share"].iloc[-1] == pytest.approx(1)

    def test_whole_volumes_are_whole_although_sizes_differ(self):
        inventory = make_inventory([20, 40] * 20)
        runs = RUNS[(RUNS["completeness"] == 1) & (RUNS["quality"] == 1)]
        made = plan(inventory, budget=0.35, runs=runs)
        drawn = made.rows.groupby("volume").size()
        sizes = {v.name: len(v.slices) for v in inventory.volumes}
        assert all(drawn[name] == sizes[name] for name in drawn.index)

    def test_columns_are_the_issues(self, inventory):
        assert tuple(plan(inventory).rows.columns) == PLAN_COLUMNS

    def test_slices_are_equidistant_in_each_volume(self, inventory):
        for _, rows in plan(inventory).rows.groupby("volume"):
            assert set(np.diff(np.sort(rows["slice_index"]))) == {3}

    def test_position_is_that_of_the_slice(self, inventory):
        rows = plan(inventory).rows
        assert (rows["position_mm"] == -100 + 2.5 * rows["slice_index"]).all()

    def test_every_volume_is_opened_in_the_first_pass(self, inventory):
        made = plan(inventory)
        first = made.rows[made.rows["step"] == 1]
        assert first["volume"].nunique() == made.n_volumes == made.passes[0].n_volumes

    def test_opening_is_paid_once(self, inventory):
        prices = Prices(opening_minutes=60, drawing_seconds=36, checking_seconds=0)
        made = plan(inventory, effort="hours", budget=30, prices=prices)
        rises = made.rows["cumulative_effort"].diff().fillna(made.rows["cumulative_effort"].iloc[0])
        is_opening = ~made.rows["volume"].duplicated()
        assert np.allclose(rises[is_opening], 1.01)
        assert np.allclose(rises[~is_opening], 0.01)
        assert made.hours == made.total_effort
        assert np.array_equal(made.rows["cumulative_hours"], made.rows["cumulative_effort"])

    def test_opening_again_is_counted_apart(self, inventory):
        made = plan(inventory)
        assert [p.n_volumes for p in made.passes] == [24, 24, 24]
        assert made.reopening_hours == pytest.approx(2 * 24 * 2 / 60)
        one_pass = plan(make_inventory((1,) * 40, reference=False), effort="hours", budget=2.9)
        assert (len(one_pass.passes), one_pass.reopening_hours) == (1, 0)


class TestPrediction:
    def test_stands_at_every_stop_within_what_was_measured(self, inventory):
        made = plan(inventory)
        predicted = made.rows.dropna(subset="predicted_performance")
        assert made.rows.iloc[-1]["predicted_performance"] == pytest.approx(
            made.recommendation.predicted.dice, abs=1e-3
        )
        assert predicted["order"].tolist() == [72, 120, 240]
        dice = [p.predicted_dice for p in made.passes]
        assert dice == sorted(dice)

    def test_is_not_made_of_other_kinds(self, inventory):
        """Copied combinations with as many slices say nothing of a plan that copies nothing."""
        made = plan(inventory, budget=0.35)
        dice = RUNS[RUNS["quality"] < 1].groupby(["diversity", "quality"])["dice"].mean().to_numpy()
        assert not np.isin(made.rows["predicted_performance"].dropna(), dice).any()

    def test_is_absent_beyond_what_was_measured(self, inventory):
        dense = make_table(make_records([v for v in SMALL_GRID if v.completeness == 1 and v.quality == 1]))
        made = plan(inventory, budget=0.5, runs=dense)
        assert made.passes[0].predicted_dice is None


class TestCopying:
    def test_rows_are_key_slices_and_checking_is_paid(self, inventory):
        made = plan(inventory, effort="hours", budget=5, runs=COPIED)
        strategy = made.recommendation.strategy
        assert strategy.virtues.quality < 1
        assert made.n_slices == strategy.n_slices
        assert made.n_slices + made.n_copied == made.n_volumes * 30
        assert made.total_effort == pytest.approx(strategy.effort, rel=1e-6)
        assert (made.rows["target_quality"] == 1).all()

    def test_every_slice_is_drawn_or_named_in_one_instruction(self, inventory):
        made = plan(inventory, effort="hours", budget=5, runs=COPIED)
        for name, rows in made.rows.groupby("volume"):
            covered = []
            for text, index in zip(rows["instruction"], rows["slice_index"], strict=True):
                others = [
                    range(int(low), int(high or low) + 1)
                    for low, high in re.findall(r"(\d+)(?: to (\d+))?", text.removesuffix(FROM_0))
                ]
                assert all(index not in places for places in others)
                covered += [index, *(place for places in others for place in places)]
            volume = next(v for v in inventory.volumes if v.name == name)
            assert sorted(covered) == volume.slices.tolist()

    def test_where_only_some_are_used_only_some_are_copied(self, inventory):
        virtues = Virtues(diversity=0.3, completeness=0.5, quality=0.7)
        others = [
            Virtues(diversity=0.1, completeness=0.5, quality=0.7),
            Virtues(diversity=0.1, completeness=0.5, quality=0.8),
        ]
        runs = make_table(make_records([virtues, *others]))
        made = plan(inventory, budget=0.3, runs=runs)
        strategy = made.recommendation.strategy
        assert strategy.virtues == virtues
        assert 0 < made.n_copied <= strategy.n_copied


INEXACT = ((0.1, 0.75), (0.1, 0.9), (0.3, 0.75), (0.3, 0.9), (0.6, 0.9))


def lose_quality_by(proxy):
    """Runs of lower quality alone, all by one proxy."""
    return make_table(
        make_records([Virtues(diversity=d, completeness=1.0, quality=q, proxy=proxy) for d, q in INEXACT])
    )


class TestOtherWaysOfLosingQuality:
    @pytest.mark.parametrize("proxy", PROXIES)
    def test_the_last_pass_expects_what_the_strategy_gives(self, inventory, proxy):
        made = plan(
            inventory, effort="diversity-x-quality", budget=0.28, runs=lose_quality_by(proxy), proxy=proxy
        )
        strategy, expected = made.recommendation.strategy, made.recommendation.predicted
        assert (strategy.virtues.proxy, strategy.virtues.quality) == (proxy, 0.9)
        assert made.passes[-1].predicted_dice == expected.dice

    def test_outlines_in_a_hurry_have_no_hours(self, inventory):
        made = plan(
            inventory,
            effort="diversity-x-quality",
            budget=0.28,
            runs=lose_quality_by("contour"),
            proxy="contour",
        )
        assert made.hours is None
        assert made.rows["cumulative_hours"].isna().all()
        assert all(p.hours is None for p in made.passes)
        assert "comes on top" not in plain(say_passes(made))
        assert plain(say_plan(made)) == "Label 360 slices in 12 volumes in three passes."
        assert (
            plain(say_unpriced_hours(made)) == "How many hours masks outlined in a hurry take is not known."
        )
        assert set(made.rows["instruction"]) == {
            f"Outline the structure quickly, aiming at an overlap of 90 %{FROM_0}"
        }
        assert set(made.rows["target_quality"]) == {0.9}
        assert made.n_copied == 0

    def test_shapes_are_interpolated_between_drawn_slices_and_copied_outside(self, inventory):
        made = plan(inventory, effort="hours", budget=5, runs=lose_quality_by("shape"), proxy="shape")
        assert "slices are filled in and checked" in plain(say_plan(made))
        assert set(made.rows["target_quality"]) == {1}
        for _, rows in made.rows.sort_values("slice_index").groupby("volume"):
            texts = [text for text in rows["instruction"] if "fill in slice" in text]
            assert texts
            assert all(text.endswith(f"by blending between outlined ones{FROM_0}") for text in texts[1:-1])
            first = rows["instruction"].iloc[0]
            assert first.endswith(f"by blending between outlined ones, or copy it outside them{FROM_0}")


class TestOtherVolumes:
    def test_counts_are_carried_over_not_shares(self):
        """As many slices a volume as were measured, however thin the slices are here."""
        made = plan(make_inventory((90,) * 40, reference=False), effort="hours", budget=2.9)
        assert made.recommendation.strategy.slices_per_volume == 10
        assert (made.rows.groupby("volume").size() == 10).all()

    def test_a_share_of_many_volumes_is_a_larger_share_of_few(self):
        made = plan(make_inventory((30,) * 80, reference=False), budget=0.1)
        assert made.recommendation.budget == pytest.approx(0.2)
        assert made.n_slices == 240

    def test_nothing_beyond_what_was_measured(self):
        made = plan(make_inventory((30,) * 400, reference=False), budget=0.5)
        assert (made.n_volumes, made.n_slices) == (40, 1200)

    def test_strategies_that_need_more_volumes_are_passed_over(self):
        made = plan(make_inventory((30,) * 15, reference=False), effort="hours", budget=2.9)
        assert made.recommendation.strategy.n_volumes == 12

    def test_what_does_not_fit_is_dropped(self):
        """Volumes of which each needs its one slice: more than the strategy's counts, dearer than the budget."""
        recommendation = small_study().recommend(measure=MEASURES["slices-drawn"], budget=0.2)
        made = make_plan(make_inventory(), recommendation=recommendation, prices=PRICES, budget=0.1)
        assert made.n_slices == 120
        assert made.n_dropped == 120
        assert "120 slices of the strategy did not fit" in plain(say_plan(made))

    def test_volumes_without_the_structure_are_passed_over(self):
        made = plan(make_inventory([0, 30] * 30, reference=False), effort="hours", budget=2.9)
        assert set(made.rows["volume"]) <= {f"volume_{i:03d}" for i in range(1, 60, 2)}


class TestRefusals:
    def test_without_an_answer_there_is_no_plan(self, inventory):
        with pytest.raises(NotMeasuredError, match="no measured strategy fits the budget"):
            plan(inventory, budget=0.001)
        one = make_table([make_record()])
        with pytest.raises(NotMeasuredError, match="no measured strategy fits the budget"):
            plan(inventory, runs=one)

    def test_an_inventory_that_is_too_small_is_named_with_its_size(self):
        sentence = r"toy has 1 volume with .* of the \d+ configurations measured on toy only 1 needs no more"
        virtues = [Virtues(diversity=d, completeness=1.0, quality=1.0) for d in (0.025, 0.3, 0.6, 1.0)]
        runs = make_table(make_records(virtues))
        one = make_inventory((30,), reference=False)
        with pytest.raises(NotMeasuredError, match=sentence):
            plan(one, effort="diversity-x-quality", budget=1, runs=runs)
        with pytest.raises(NotMeasuredError, match="no measured strategy fits the budget"):
            plan(one, effort="diversity-x-quality", budget=1, runs=make_table(make_records(virtues[:2])))

    def test_no_volume_shows_the_structure(self):
        with pytest.raises(InventoryError, match="no volume of toy shows the structure"):
            plan(make_inventory([0, 0]), effort="hours", budget=3)

    def test_a_budget_below_one_slice(self, inventory):
        recommendation = small_study().recommend(measure=MEASURES["hours"], budget=3)
        with pytest.raises(RequestError, match="does not pay for one slice here; the first needs 2 minutes"):
            make_plan(inventory, recommendation=recommendation, prices=PRICES, budget=0.01)

    def test_no_budget(self, inventory):
        with pytest.raises(RequestError, match="at most 1"):
            plan(inventory, budget=2)


def test_unknown_positions_are_unknown():
    volume = make_volume(1)
    bare = Inventory(
        name="list",
        reference=None,
        volumes=tuple(
            type(volume)(**{**vars(volume), "positions_mm": None, "name": f"v{i}"}) for i in range(40)
        ),
    )
    assert plan(bare).rows["position_mm"].isna().all()


def test_a_plan_in_words(inventory):
    made, measure = plan(inventory), MEASURES["slices-drawn"]
    assert plain(join([say_plan(made), say_passes(made), say_unpriced_hours(made)])) == (
        "Label 240 slices in 24 volumes in three passes, about 2.8 hours. Every volume is opened in the first pass; "
        "train and look after each. Opening volumes again for later passes comes on top: at most 1.6 hours."
    )
    first, second = (list(map(plain, say_pass(p, measure=measure))) for p in made.passes[:2])
    assert first[:2] == ["72 slices, 1.4 hours, 6\u00a0% of the full effort", "About every tenth slice then"]
    assert first[2].startswith("Expected Dice 0.79 (0.7")
    assert second[2].startswith("Expected Dice 0.8")


def test_a_pass_that_opens_nothing_has_no_share_where_volumes_are_counted(inventory):
    made = plan(inventory, effort="diversity-x-quality", budget=0.3)
    amount, *_ = say_pass(made.passes[1], measure=MEASURES["diversity-x-quality"])
    assert plain(amount) == "84 slices, 42 minutes"
