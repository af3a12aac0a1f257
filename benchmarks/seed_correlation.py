"""Are combinations of one seed lucky together? Intervals assume that they are not (docs/method.md, §12)."""

import numpy as np
import pandas as pd

from simulator.analysis import choose_runs, measured_datasets
from simulator.analysis.combinations import COMBINATION
from simulator.settings import load_settings
from simulator.store import open_store

MIN_SEEDS = 3


def correlate(effects, groups):
    """Correlation of the seed effects of two combinations of one group, the mean over pairs weighted with variance.

    Parameters
    ----------
    effects : ndarray of shape (n_combinations, n_seeds), dtype float64
        With row means 0.
    groups : sequence of length n_combinations
    """
    shared, own = 0.0, 0.0
    for rows in pd.Series(range(len(effects))).groupby(groups).groups.values():
        part, n = effects[rows], len(rows)
        if n > 1:
            shared += float((part.sum(axis=0) ** 2 - (part**2).sum(axis=0)).sum())
            own += (n - 1) * float((part**2).sum())
    return shared / own if own else float("nan")


def estimate_effects(runs):
    """Deviation of each seed's Dice from its combination's mean: one row a combination with all seeds."""
    dice = runs.pivot_table(index=COMBINATION, columns="seed", values="dice").dropna()
    return dice.sub(dice.mean(axis=1), axis=0)


def main():
    """Print the correlation over all pairs, and over pairs of one diversity below 1: as seen, and of unit variance."""
    with open_store(load_settings(), is_read_only=True) as store:
        table = store.table()
    print("| data set | configurations | all pairs | standardized | one diversity | standardized |")
    print("| --- | --- | --- | --- | --- | --- |")
    for reference in measured_datasets(table):
        runs = choose_runs(table, dataset=reference.fingerprint, protocol="fast")
        if runs["seed"].nunique() < MIN_SEEDS:
            continue
        effects = estimate_effects(runs)
        diversity = effects.index.get_level_values("diversity").to_numpy()
        seen = effects.to_numpy()
        found = [
            correlate(values[part], groups[part])
            for part, groups in ((slice(None), np.zeros(len(seen))), (diversity < 1, diversity))
            for values in (seen, seen / seen.std(axis=1, keepdims=True))
        ]
        print(f"| {reference.name} | {len(seen)} | " + " | ".join(f"{v:.2f}" for v in found) + " |")


if __name__ == "__main__":
    main()
