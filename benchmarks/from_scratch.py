"""Campaigns from an empty cache against the published grids, and what they cost beside the paper's way.

`cache/published/adaptive` holds the records of one ``campaign run DATASET --adaptive 24`` a data set, in the order in
which they were chosen, with nothing known of it before but what the other published ones say. Where the same volumes
were published as a grid, that grid's law is taken for the truth. Prints the tables of benchmarks/results.md.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator.analysis import choose_runs
from simulator.analysis.law.choosing import lay_budgets
from simulator.analysis.others import learn_from_others
from simulator.analysis.runs import reference_of
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.settings import load_settings
from simulator.store import open_store, read_comparisons
from simulator.store.published import list_files, read_file
from simulator.store.table import extend_table

HOURS = MEASURES["hours"]
N_BUDGETS = 10
SHARES = (0.85, 0.9, 0.95)
"""Of the Dice of full virtues: the targets whose hours are compared."""
N_RUNS = 5
"""Of each configuration, as the paper takes the median of (§2.1)."""


def read_campaigns(settings):
    """Read the run table of each campaign, in the order of its records."""
    cuts = {}
    for path, _, _ in list_files(settings.published / "adaptive"):
        with Path(path).open(encoding="utf-8") as file:
            order = [line.split('"key":"')[1][:64] for line in file if line.strip()]
        table = extend_table(None, list(read_file(Path(path), cuts).rows))
        yield table.set_index("key").loc[order].reset_index()


def study_of(runs, table, *, has_prior=True):
    """Make the study of a campaign's runs, its own grid unknown to it."""
    reference = reference_of(runs)
    others = table[table["fingerprint"] != reference.fingerprint]
    study = make_study(runs, prices=Prices())
    prior = learn_from_others(others, reference=reference, protocol="fast", proxy="interpolation")
    return replace(study, prior=prior) if has_prior else study


def truth_at(grid, strategy):
    """What the grid's law expects of a strategy; its own slices, as another pool's volumes have others."""
    offers = grid.at(HOURS).offers
    n_used = strategy["n_slices_used"]
    apart = (
        np.abs(np.log(offers["n_volumes"] / strategy["n_volumes"]))
        + np.abs(np.log(offers["n_slices_used"] / n_used))
        + np.abs(offers["achieved_quality"] - strategy["achieved_quality"])
    )
    nearest = offers.loc[apart.idxmin()]
    return float(nearest["expected"]), float(nearest["expected_low"]), float(nearest["expected_high"])


def compare(name, study, grid):
    """Print what a campaign recommends at ten budgets beside its grid."""
    everything = grid.at(HOURS)
    budgets = lay_budgets(everything.offers["effort"].to_numpy())[
        np.linspace(0, 19, N_BUDGETS).round().astype(int)
    ]
    print(f"\n**{name}**: {len(study.runs)} trainings, of {len(grid.runs)} in the grid\n")
    print("| hours | recommended by the campaign | stated | grid's law of it | loses | grid recommends |")
    print("| --- " * 6 + "|")
    lost, off, held = [], [], []
    for budget in budgets:
        answer, best = (one.recommend(measure=HOURS, budget=budget) for one in (study, grid))
        if answer.strategy is None or best.strategy is None:
            print(f"| {budget:.1f} | nothing this cheap | | | | |")
            continue
        row = answer.near_optimal.iloc[0]
        true, *_ = truth_at(grid, row)
        paid = everything.offers[everything.offers["effort"] <= budget * (1 + 1e-9)]
        lost.append(paid["expected"].max() - true)
        off.append(abs(answer.predicted.dice - true))
        held.append(answer.predicted.low <= true <= answer.predicted.high)
        print(
            f"| {budget:.1f} | {say(answer.strategy)} | {answer.predicted.dice:.3f} "
            f"({answer.predicted.low:.3f}–{answer.predicted.high:.3f}) | {true:.3f} | {lost[-1]:.3f} | "
            f"{say(best.strategy)}: {best.predicted.dice:.3f} |"
        )
    octaves = []
    full = float(grid.combinations.loc[grid.full, "expected"])
    for share in SHARES:
        costs = [one.effort_of_target(share * full, measure=HOURS) for one in (study, grid)]
        efforts = [cost.strategy.effort if cost.strategy else np.nan for cost in costs]
        octaves.append(abs(np.log2(efforts[0] / efforts[1])))
        print(
            f"\nDice {share * full:.3f} needs {efforts[0]:.2f} h by the campaign, {efforts[1]:.2f} h by the grid."
        )
    print(
        f"\nMean loss {np.mean(lost):.4f}, stated Dice off by {np.mean(off):.4f}, held by {np.mean(held):.2f} of the "
        f"intervals, hours for targets off by {np.nanmean(octaves):.2f} octaves."
    )


def compare_prior(name, study, *, first_key):
    """Print how far the prior was from what 24 trainings showed, on a data set without a grid."""
    alone = replace(study, runs=study.runs[study.runs["key"] == first_key].reset_index(drop=True))
    offers = study.at(HOURS).offers
    budgets = lay_budgets(offers["effort"].to_numpy())[np.linspace(0, 19, N_BUDGETS).round().astype(int)]
    print(f"\n**{name}**: {len(study.runs)} trainings; the first, of full virtues, beside all\n")
    print("| hours | after one training | after all |\n| --- | --- | --- |")
    off, held = [], []
    for budget in budgets:
        first, last = (one.recommend(measure=HOURS, budget=budget) for one in (alone, study))
        if first.strategy is None or last.strategy is None:
            continue
        off.append(abs(first.predicted.dice - last.predicted.dice))
        held.append(first.predicted.low <= last.predicted.dice <= first.predicted.high)
        print(
            f"| {budget:.1f} | "
            + " | ".join(f"{say(a.strategy)}: {write(a.predicted)}" for a in (first, last))
            + " |"
        )
    print(
        f"\nOff by {np.mean(off):.3f} on average; {np.mean(held):.2f} of the first intervals hold the last value."
    )


def say(strategy):
    """Say a strategy in short."""
    every = f"every {strategy.every}." if strategy.every and strategy.every > 1 else "all slices"
    quality = "" if strategy.virtues.quality == 1 else f", q {strategy.virtues.quality:.2f}"
    return f"{strategy.n_volumes} × {every}{quality}"


def write(estimate):
    """Write an estimate with its interval."""
    return f"{estimate.dice:.3f} ({estimate.low:.3f}–{estimate.high:.3f}), {estimate.kind}"


def main():
    """Print the tables."""
    settings = load_settings()
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    costs = read_comparisons(settings.published).groupby("protocol")["seconds"].median()
    for runs in read_campaigns(settings):
        reference = reference_of(runs)
        title = f"{reference.name}, labels {','.join(map(str, reference.labels))}, {reference.n_pool} to label from"
        study = study_of(runs, table)
        if (table["fingerprint"] == reference.fingerprint).any():
            grid = make_study(
                choose_runs(table, dataset=reference.fingerprint, protocol="fast"), prices=Prices()
            )
            compare(title, study, grid)
            n = len(grid.combinations)
            way, here = n * N_RUNS * costs["paper"], runs["seconds"].sum()
            print(
                f"\nThe paper's way, {n} configurations × {N_RUNS} runs × {costs['paper']:.0f} s of `paper` "
                f"(hippocampus): {way / 3600:.0f} h; this campaign {here / 60:.1f} min: {way / here:,.0f} times less."
            )
        else:
            compare_prior(title, study, first_key=runs["key"].iloc[0])


if __name__ == "__main__":
    main()
