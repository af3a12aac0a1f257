import time

import numpy as np
import pandas as pd
import pytest

from simulator.analysis import combine
from simulator.analysis.combinations import COMBINATION, combination_codes
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_record, make_records, make_table

SLICES = MEASURES["slices-drawn"]
PRICES = Prices()
HALF = Virtues(diversity=0.3, completeness=1.0, quality=1.0)
THIRD = Virtues(diversity=0.2, completeness=1.0, quality=1.0)


def combine_records(*records):
    return combine(make_table(records), measure=SLICES, prices=PRICES)


def test_one_row_a_combination_with_means_over_seeds():
    runs = make_table()
    combinations = combine(runs, measure=SLICES, prices=PRICES)
    assert len(combinations) == len(SMALL_GRID)
    assert (combinations["n_seeds"] == 3).all()
    of_full = runs[(runs["diversity"] == 1) & (runs["completeness"] == 1) & (runs["quality"] == 1)]
    full = combinations.iloc[-1]
    assert full["dice"] == pytest.approx(of_full["dice"].mean())
    assert full["dice_median"] == pytest.approx(of_full["dice"].median())
    assert full["normalized"] == full["low"] == full["high"] == 1


def test_codes_name_the_rows():
    runs = make_table()
    combinations = combine(runs, measure=SLICES, prices=PRICES)
    codes = combination_codes(runs)
    assert (combinations.loc[codes, COMBINATION].to_numpy() == runs[COMBINATION].to_numpy()).all()
    assert (combinations["combination"] == combinations.index).all()


def test_normalized_is_paired_over_shared_seeds():
    """Seed 1 was bad for all: a combination that was run with it alone is compared with that seed's full run."""
    records = [
        make_record(seed=0, dice=0.9, noise=0),
        make_record(seed=1, dice=0.6, noise=0),
        make_record(HALF, seed=1, dice=0.54, noise=0),
    ]
    half = combine_records(*records).iloc[0]
    assert half["normalized"] == pytest.approx(0.9, abs=1e-3)


def test_the_interval_of_normalized_counts_shared_seeds_only():
    """Five more seeds of full virtues say nothing about a ratio over one shared seed."""
    records = [
        *(make_record(v, seed=seed, dice=0.8, noise=0) for v in (Virtues.full(), THIRD) for seed in range(6)),
        make_record(HALF, seed=0, dice=0.8, noise=0),
    ]
    table = make_table(records)
    table["dice"] = 0.8 + 0.01 * (table["seed"] % 3 - 1)
    table["volume_dice"] = [np.full(4, dice) for dice in table["dice"]]
    rows = combine(table, measure=SLICES, prices=PRICES).set_index("diversity")
    one_run = rows.loc[0.3, "dice_high"] - rows.loc[0.3, "dice"]
    ratio = rows.loc[0.3, "normalized"]
    assert ratio == pytest.approx(1)
    assert rows.loc[0.3, "high"] - ratio == pytest.approx(one_run * np.sqrt(2) / 0.8)
    assert rows.loc[0.2, "high"] - rows.loc[0.2, "normalized"] == pytest.approx(
        one_run * np.sqrt(2 / 6) / 0.8
    )


def test_normalized_over_all_seeds_where_none_is_shared():
    records = [make_record(seed=0, dice=0.9, noise=0), make_record(HALF, seed=1, dice=0.72, noise=0)]
    assert combine_records(*records).iloc[0]["normalized"] == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize("full", [[], [make_record()]], ids=["not run", "gives nothing"])
def test_without_a_full_run_nothing_is_normalized(full):
    table = make_table([make_record(HALF), *full])
    table["dice"] = table["dice"].where(table["diversity"] < 1, 0.0)
    combinations = combine(table, measure=SLICES, prices=PRICES)
    assert combinations[["normalized", "low", "high"]].isna().all(axis=None)


def test_the_interval_of_normalized_pairs_test_volumes():
    """Where a test volume is hard for all combinations alike, their ratio does not feel it."""
    records = [
        make_record(v, seed=seed, dice=level, noise=0.001)
        for v, level in ((Virtues.full(), 0.9), (HALF, 0.89))
        for seed in range(3)
    ]
    half = combine_records(*records).iloc[0]
    assert half["normalized"] == pytest.approx(0.989, abs=4e-3)
    assert half["high"] - half["low"] < 0.01
    assert half["dice_high"] - half["dice_low"] > 0.03


def test_intervals_stay_in_the_range_of_dice():
    records = [make_record(seed=seed, dice=dice, noise=0) for seed, dice in enumerate((0.95, 0.7))]
    row = combine_records(*records).iloc[0]
    assert 0 <= row["dice_low"] < row["dice"] < row["dice_high"] <= 1


def test_with_one_seed_there_is_no_interval():
    combinations = combine(make_table(make_records(n_seeds=1)), measure=SLICES, prices=PRICES)
    assert combinations[["dice_low", "dice_high"]].isna().all(axis=None)
    assert combinations["dice"].notna().all()


def test_twenty_thousand_runs_take_a_moment():
    few = make_table(make_records(n_seeds=1))
    many = pd.concat([few] * (20_000 // len(few) + 1), ignore_index=True).iloc[:20_000]
    generator = np.random.default_rng(0)
    many = many.assign(
        diversity=generator.choice(np.linspace(0.01, 1, 100), len(many)).round(6),
        seed=np.arange(len(many)) % 5,
        dice=generator.random(len(many)),
    )
    combine(many, measure=SLICES, prices=PRICES)
    times = []
    for _ in range(3):
        start = time.process_time()
        combine(many, measure=SLICES, prices=PRICES)
        times.append(time.process_time() - start)
    assert min(times) < 0.3
