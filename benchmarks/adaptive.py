"""Campaigns that choose their trainings, replayed on published records (docs/method.md §14): benchmarks/results.md.

A replay may look up two of the three seeds of every configuration; what is true is what the law of all three says. The
prior comes from the other data sets.
"""

import argparse
import time

import joblib
import numpy as np
from scipy.stats import norm, qmc

from benchmarks.law import NAMES, fit, read_runs
from simulator.analysis.combinations import COMBINATION, combination_codes, combine_with_uncertainty
from simulator.analysis.law.choosing import believe, choose_trainings, judge, lay_budgets
from simulator.analysis.law.law import coordinates_of, unmeasured_law
from simulator.analysis.law.prior import WEAK, learn_prior
from simulator.analysis.recommendation.recommend import NEAR
from simulator.effort import MEASURES, Prices
from simulator.statistics.process import JITTER

LOOKS = (1, 8, 16, 24, 36)
N_CORNERS = 4
TARGETS = np.linspace(0.8, 0.98, 10)
"""Of the Dice of full virtues."""
Z = norm.ppf(0.95)


class World:
    """One published data set as something that trainings can be bought from."""

    def __init__(self, runs, prior):
        codes = combination_codes(runs)
        combinations, _ = combine_with_uncertainty(runs)
        effort = MEASURES["hours"].compute(runs, Prices()).groupby(codes).mean().to_numpy()
        order = np.argsort(effort, kind="stable")
        self.runs, self.prior = runs, prior
        self.rank = np.argsort(order)
        self.codes = self.rank[codes]
        self.rows = combinations.iloc[order].reset_index(drop=True)
        self.inputs, self.effort = coordinates_of(self.rows), effort[order]
        self.budgets = lay_budgets(self.effort)
        law = fit(runs)
        which = np.argsort(self.rank)
        known = law.process.expect(self.inputs, which=which)
        self.truth = law.expect(self.inputs, which=which)
        self.deviation = np.sqrt(known.variance)
        self.full = int(np.flatnonzero((self.rows[COMBINATION[:3]] == 1).all(axis=1))[0])
        (self.lowest, self.highest) = self.inputs.min(axis=0), self.inputs.max(axis=0)

    def law(self, bought, prior):
        """The law of the runs that were bought, and which of them each configuration is."""
        if not bought:
            return unmeasured_law(prior), np.full(len(self.rows), -1)
        runs = self.runs.iloc[bought]
        seen = np.unique(self.codes[bought])
        combinations, _ = combine_with_uncertainty(runs)
        keys = [tuple(row) for row in combinations[COMBINATION].to_numpy().tolist()]
        places = {key: i for i, key in enumerate(keys)}
        which = np.full(len(self.rows), -1)
        for row in seen:
            which[row] = places[tuple(self.rows.loc[row, COMBINATION].tolist())]
        return fit(runs, prior), which

    def believe(self, bought, prior):
        """What is known once some runs were bought."""
        law, which = self.law(bought, prior)
        return believe(law, self.inputs, which=which, effort=self.effort, budgets=self.budgets)

    def corners(self):
        """Full virtues; the fewest volumes; the fewest slices; the lowest quality."""
        rows = self.rows
        exact = rows["quality"] == 1
        whole = exact & (rows["completeness"] == 1)
        everything = rows["diversity"] == 1
        few = rows[whole]["n_volumes"].idxmin()
        sparse = rows[exact & everything]["n_slices_used"].idxmin()
        quick = rows[everything & (rows["completeness"] == 1) & (rows["quality"] >= 0.75)][
            "achieved_quality"
        ].idxmin()
        return [self.full, few, sparse, quick]


def stock(world, generator):
    """Runs that may be bought: row → numbers of runs, two seeds of three, in a random order."""
    seeds = generator.permutation(3)[:2]
    return {
        row: list(
            generator.permutation(np.flatnonzero((world.codes == row) & np.isin(world.runs["seed"], seeds)))
        )
        for row in range(len(world.rows))
    }


def assess(world, bought, prior):
    """Regret, error of promises, error of hours for targets (octaves), coverage; by what was bought."""
    belief = world.believe(bought, prior)
    expected = 1 - np.exp(belief.mean)
    regrets, ruled, errors, hits = [], [], [], []
    deviations = np.sqrt(np.diag(belief.covariance))
    for n, best in zip(belief.n_paid, belief.best, strict=True):
        top = world.truth[:n].max()
        regrets.append(top - world.truth[best])
        near = np.flatnonzero(expected[:n] >= expected[best] - NEAR)
        volumes = world.rows["n_volumes"].to_numpy()[near]
        ruled.append(top - world.truth[near[np.lexsort((world.effort[near], -volumes))[0]]])
        errors.append(abs(expected[best] - world.truth[best]))
        gap = abs(np.log(1 - expected[best]) - np.log(1 - world.truth[best]))
        hits.append(gap <= Z * deviations[best])
    octaves = []
    for target in TARGETS * world.truth[world.full]:
        found = np.flatnonzero(expected >= target)
        needed = world.effort[np.flatnonzero(world.truth >= target)[0]]
        octaves.append(abs(np.log2(world.effort[found[0] if len(found) else -1] / needed)))
    return np.array(
        [np.mean(regrets), np.mean(ruled), np.mean(errors), np.mean(octaves), np.mean(hits)]
    ), judge(belief)


def sparsely(world):
    """Dice lost by all volumes, as many slices as paid for, where the budget pays for that."""
    rows = world.rows
    line = np.flatnonzero((rows["diversity"] == 1) & (rows["quality"] == 1))
    lost = []
    for budget in world.budgets:
        paid = line[world.effort[line] <= budget * (1 + JITTER)]
        if len(paid):
            top = world.truth[: np.searchsorted(world.effort, budget * (1 + JITTER), side="right")].max()
            lost.append(top - world.truth[paid[rows["n_slices_used"].to_numpy()[paid].argmax()]])
    return np.mean(lost), len(lost) / len(world.budgets)


def choose_kg(world, bought, left, n, prior, _):
    return choose_trainings(world.believe(bought, prior), n=n, may=np.array([len(left[row]) for row in left]))


def choose_random(world, bought, left, n, prior, generator):
    free = [row for row in left if left[row]]
    return list(generator.choice(free, size=n, replace=False))


def choose_sobol(world, bought, left, n, prior, generator):
    sequence = qmc.Sobol(3, scramble=True, rng=np.random.default_rng(len(left))).random(64)
    chosen = []
    free = np.array([bool(left[row]) for row in left])
    spread = (world.inputs - world.lowest) / (world.highest - world.lowest)
    for point in sequence[len(bought) : len(bought) + n]:
        distance = np.where(free, ((spread - point) ** 2).sum(axis=1), np.inf)
        chosen.append(int(distance.argmin()))
        free[chosen[-1]] = False
    return chosen


def choose_widest(world, bought, left, n, prior, _):
    belief, chosen = world.believe(bought, prior), []
    for _ in range(n):
        free = np.array([len(left[row]) - chosen.count(row) > 0 for row in left])
        chosen.append(int(np.where(free, np.diag(belief.covariance), -np.inf).argmax()))
        belief = belief.expecting(chosen[-1])
    return chosen


def replay(world, choose, *, seed, n_first, n_batch, prior, n=LOOKS[-1]):
    """Buy runs as a policy chooses; returns what is known after each of `LOOKS`, and when it would stop."""
    generator = np.random.default_rng(seed)
    left = stock(world, generator)
    bought, found, stopped, was_settled = [], {}, None, False
    first = world.corners()[:n_first]
    if 0 in LOOKS:
        found[0], _ = assess(world, bought, prior)
    while len(bought) < n:
        rows = first or choose(world, bought, left, min(n_batch, n - len(bought)), prior, generator)
        first = []
        for row in rows:
            bought.append(int(left[int(row)].pop()))
            marks, outlook = (None, None)
            if len(bought) in LOOKS or stopped is None:
                marks, outlook = assess(world, bought, prior)
                if len(bought) in LOOKS:
                    found[len(bought)] = marks
                if stopped is None:
                    if outlook.is_settled and was_settled:
                        stopped = (len(bought), marks[0] <= outlook.regret)
                    was_settled = outlook.is_settled
    return found, stopped


POLICIES = {
    "knowledge gradient": (choose_kg, 1, 1, True),
    "the same after four corners": (choose_kg, 4, 1, True),
    "the same in batches of 6": (choose_kg, 4, 6, True),
    "knowledge gradient, weak prior": (choose_kg, 4, 1, False),
    "largest variance": (choose_widest, 1, 1, True),
    "Sobol": (choose_sobol, 1, 1, True),
    "random": (choose_random, 1, 1, True),
}


def main(n_replays, names, n_jobs):
    """Print the tables."""
    runs = read_runs()
    laws = {name: fit(runs[name]).process for name in NAMES}
    worlds = {
        name: World(runs[name], learn_prior([laws[other] for other in NAMES if other != name]))
        for name in NAMES
    }
    parallel = joblib.Parallel(n_jobs=n_jobs)
    for title in names:
        choose, n_first, n_batch, has_prior = POLICIES[title]
        start = time.time()
        for name, world in worlds.items():
            prior = world.prior if has_prior else WEAK
            results = parallel(
                joblib.delayed(replay)(
                    world, choose, seed=seed, n_first=n_first, n_batch=n_batch, prior=prior
                )
                for seed in range(n_replays)
            )
            for look in LOOKS:
                marks = np.stack([found[look] for found, _ in results])
                print(
                    title, name, look, np.round(marks.mean(axis=0) * [1000, 1000, 1000, 1, 1], 3), flush=True
                )
            stops = [stopped for _, stopped in results if stopped]
            print(
                "  stops",
                len(stops),
                np.median([s[0] for s in stops]) if stops else "-",
                np.mean([s[1] for s in stops]) if stops else "-",
                f"{time.time() - start:.0f} s",
                flush=True,
            )
    for name, world in worlds.items():
        grid = [assess(world, list(range(len(world.runs))), world.prior)[0] for _ in range(1)]
        nothing, _ = assess(world, [], world.prior)
        print(
            "full grid",
            name,
            np.round(grid[0], 4),
            "prior alone",
            np.round(nothing, 4),
            "sparsely",
            sparsely(world),
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replays", type=int, default=20)
    parser.add_argument("--policies", nargs="*", default=list(POLICIES))
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    main(arguments.replays, arguments.policies, arguments.jobs)
