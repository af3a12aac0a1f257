"""Does the correction predict a seed that it did not see better than the raw means do? (docs/method.md, §13)."""

import numpy as np

from simulator.analysis import choose_runs, measured_datasets
from simulator.analysis.combinations import COMBINATION
from simulator.analysis.study import make_study
from simulator.effort import Prices
from simulator.settings import load_settings
from simulator.store import open_store

MIN_SEEDS = 3
N_SMALLEST = 15


def leave_one_out(runs):
    """Predict each seed's Dice from the others: errors of raw and corrected means, shape (2, n), and slices used."""
    n_seeds = runs.groupby(COMBINATION)["seed"].transform("nunique")
    runs = runs[n_seeds >= MIN_SEEDS]
    errors, n_slices = [], []
    for seed in runs["seed"].unique():
        is_out = runs["seed"] == seed
        combinations = make_study(runs[~is_out], prices=Prices(), n_draws=1).combinations
        left_out = runs[is_out].groupby(COMBINATION)["dice"].mean()
        truth = left_out.loc[list(combinations[COMBINATION].itertuples(index=False, name=None))].to_numpy()
        errors.append(combinations[["dice", "expected"]].to_numpy().T - truth)
        n_slices.append(combinations["n_slices_used"].to_numpy())
    return np.concatenate(errors, axis=1), np.concatenate(n_slices)


def main():
    """Print the root of the mean squared error, over all combinations and over the smallest."""
    with open_store(load_settings(), is_read_only=True) as store:
        table = store.table()
    print("| data set | configurations | raw | corrected | smallest, raw | smallest, corrected |")
    print("| --- | --- | --- | --- | --- | --- |")
    for reference in measured_datasets(table):
        runs = choose_runs(table, dataset=reference.fingerprint, protocol="fast")
        if runs["seed"].nunique() < MIN_SEEDS:
            continue
        errors, n_slices = leave_one_out(runs)
        smallest = np.argsort(n_slices, kind="stable")[: MIN_SEEDS * N_SMALLEST]
        rms = [np.sqrt((part**2).mean(axis=1)) for part in (errors, errors[:, smallest])]
        print(
            f"| {reference.name} | {len(n_slices) // MIN_SEEDS} | "
            + " | ".join(f"{v:.4f}" for part in rms for v in part)
            + " |"
        )


if __name__ == "__main__":
    main()
