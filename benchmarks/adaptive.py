"""Campaigns that choose their trainings, replayed on published records (docs/method.md §7): benchmarks/results.md.

A replay may look up two of the three seeds of every configuration; what is true is what the law of all three says. The
prior comes from the other data sets. Every policy's results are read by the same law, but for the two rules that train
nothing.
"""

import argparse

import joblib
import numpy as np
from scipy.stats import norm, qmc

from benchmarks.law import NAMES, fit, measure_left_out, read_runs
from benchmarks.law import TARGETS as LAW_TARGETS
from simulator.analysis.combinations import COMBINATION, combination_codes, combine_with_uncertainty
from simulator.analysis.law.candidates import measured_ranges
from simulator.analysis.law.choosing import believe, choose_trainings, judge, lay_budgets
from simulator.analysis.law.curve import WEAK
from simulator.analysis.law.law import coordinates_of, unmeasured_law
from simulator.analysis.law.prior import learn_prior
from simulator.analysis.recommendation.recommend import NEAR
from simulator.effort import MEASURES, Prices
from simulator.statistics.process import JITTER, Normal, Observations, fit_process

LOOKS = (1, 8, 16, 24, 36)
SHARES = np.linspace(0.8, 0.98, 10)
"""Of the Dice of full virtues: the targets whose hours are asked for."""
Z = norm.ppf(0.95)

LEFT_OUT = {20: LAW_TARGETS["20 trainings"], 24: None}
"""Trainings after which the law is asked for configurations that were not trained, and the target."""

TARGETS = {
    "mean regret above the full grid's": ((0.003, 0.003, 0.003), 1),
    "stated Dice off by": ((0.004, 0.006, 0.015), 2),
    "hours for a target off by, octaves": ((0.25, 0.25, 0.4), 3),
}
"""After 24 trainings: what may be lost on each data set, and which mark it is."""

MARKS = (
    "regret × 1000",
    "of what is recommended × 1000",
    "stated Dice off × 1000",
    "hours off, octaves",
    "90 % holds",
)


class World:
    """One published data set as something that trainings can be bought from."""

    def __init__(self, runs, prior):
        codes = combination_codes(runs)
        combinations, _ = combine_with_uncertainty(runs)
        effort = MEASURES["hours"].compute(runs, Prices()).groupby(codes).mean().to_numpy()
        order = np.argsort(effort, kind="stable")
        self.runs, self.prior = runs, prior
        rank = np.argsort(order)
        self.codes = rank[codes]
        self.rows = combinations.iloc[order].reset_index(drop=True)
        self.inputs, self.effort = coordinates_of(self.rows), effort[order]
        self.budgets = lay_budgets(self.effort)
        # Rows are in order of effort, the law's observations in order of virtues.
        self.truth = fit(runs).expect(self.inputs, which=np.argsort(rank))
        self.full = int(np.flatnonzero((self.rows[COMBINATION[:3]] == 1).all(axis=1))[0])

    def law(self, bought, prior):
        """The law of the runs that were bought, and which of its observations each configuration is."""
        which = np.full(len(self.rows), -1)
        if not bought:
            return unmeasured_law(prior), which
        runs = self.runs.iloc[bought]
        combinations, _ = combine_with_uncertainty(runs)
        places = {tuple(row): i for i, row in enumerate(combinations[COMBINATION].to_numpy().tolist())}
        for row in np.unique(self.codes[bought]):
            which[row] = places[tuple(self.rows.loc[row, COMBINATION].tolist())]
        return fit(runs, prior), which

    def believe(self, bought, prior):
        """What is known once some runs were bought."""
        law, which = self.law(bought, prior)
        return believe(law, self.inputs, which=which, effort=self.effort, budgets=self.budgets)

    def corners(self):
        """Full virtues; the fewest volumes; the fewest slices; the lowest quality."""
        rows = self.rows
        is_exact, is_whole = rows["quality"] == 1, rows["completeness"] == 1
        everything = rows["diversity"] == 1
        quick = rows[everything & is_whole & (rows["quality"] >= 0.75)]
        return [
            self.full,
            int(rows[is_exact & is_whole]["n_volumes"].idxmin()),
            int(rows[is_exact & everything]["n_slices_used"].idxmin()),
            int(quick["achieved_quality"].idxmin()),
        ]


def stock(world, generator):
    """Runs that may be bought: row → numbers of runs, two seeds of three, in a random order."""
    is_seen = np.isin(world.runs["seed"], generator.permutation(3)[:2])
    return {
        row: list(generator.permutation(np.flatnonzero((world.codes == row) & is_seen)))
        for row in range(len(world.rows))
    }


def assess(world, bought, prior):
    """The marks by what was bought; and the outlook."""
    belief = world.believe(bought, prior)
    expected = 1 - np.exp(belief.mean)
    deviations = np.sqrt(np.diag(belief.covariance))
    found = []
    for n, best in zip(belief.n_paid, belief.best, strict=True):
        near = np.flatnonzero(expected[:n] >= expected[best] - NEAR)
        most = -world.rows["n_volumes"].to_numpy()[near]
        chosen = near[np.lexsort((world.effort[near], most))[0]]
        gap = abs(np.log(1 - expected[best]) - np.log(1 - world.truth[best]))
        top = world.truth[:n].max()
        found.append(
            [
                top - world.truth[best],
                top - world.truth[chosen],
                abs(expected[best] - world.truth[best]),
                gap <= Z * deviations[best],
            ]
        )
    octaves = []
    for target in SHARES * world.truth[world.full]:
        reaching = np.flatnonzero(expected >= target)
        needed = world.effort[np.flatnonzero(world.truth >= target)[0]]
        octaves.append(abs(np.log2(world.effort[reaching[0] if len(reaching) else -1] / needed)))
    regret, recommended, off, holds = np.mean(found, axis=0)
    return np.array([regret, recommended, off, np.mean(octaves), holds]), judge(belief)


def assess_left_out(world, bought, prior):
    """What benchmarks/law.py says of trainings at random, of these: error ÷ noise floor, and coverage."""
    codes = combination_codes(world.runs)
    is_in = np.isin(np.arange(len(world.rows)), codes[bought])
    error, is_held = measure_left_out(fit(world.runs.iloc[bought], prior), world.runs, is_in)
    return error, is_held.mean()


def lose_sparsely(world):
    """Dice lost by all volumes, as many slices as paid for; and the share of budgets that pay for that."""
    rows = world.rows
    line = np.flatnonzero((rows["diversity"] == 1) & (rows["quality"] == 1))
    lost = []
    for budget in world.budgets:
        paid = line[world.effort[line] <= budget * (1 + JITTER)]
        if len(paid):
            top = world.truth[: np.searchsorted(world.effort, budget * (1 + JITTER), side="right")].max()
            lost.append(top - world.truth[paid[rows["n_slices_used"].to_numpy()[paid].argmax()]])
    return np.mean(lost), len(lost) / len(world.budgets)


def count_left(left):
    """How often each row may still be bought."""
    return np.array([len(left[row]) for row in range(len(left))])


def choose_kg(world, bought, left, n, prior, generator):
    """As campaigns choose."""
    return choose_trainings(world.believe(bought, prior), n=n, may=count_left(left))


def choose_random(world, bought, left, n, prior, generator):
    """At random."""
    return generator.choice(np.flatnonzero(count_left(left)), size=n, replace=False).tolist()


def choose_sobol(world, bought, left, n, prior, generator):
    """Evenly over ln volumes, ln slices a volume and quality, by Sobol's sequence."""
    seed = int(world.runs.iloc[bought[0]]["seed"]) if bought else 0
    points = qmc.Sobol(3, scramble=True, rng=np.random.default_rng(seed)).random(64)
    low, high = world.inputs.min(axis=0), world.inputs.max(axis=0)
    spread, is_free, chosen = (world.inputs - low) / (high - low), count_left(left) > 0, []
    for point in points[len(bought) : len(bought) + n]:
        chosen.append(int(np.where(is_free, ((spread - point) ** 2).sum(axis=1), np.inf).argmin()))
        is_free[chosen[-1]] = False
    return chosen


def choose_widest(world, bought, left, n, prior, generator):
    """Where least is known."""
    belief, may, chosen = world.believe(bought, prior), count_left(left), []
    for _ in range(n):
        chosen.append(int(np.where(may > 0, np.diag(belief.covariance), -np.inf).argmax()))
        may[chosen[-1]] -= 1
        belief = belief.expecting(chosen[-1])
    return chosen


def rise(parameters, inputs):
    """Dice = γ·ln(β·n + 1), n slices, inexact ones worth another share each (Gamazo Tejero et al. 2023)."""
    gamma, exact, inexact = np.exp(parameters)
    n = np.exp(inputs[:, 0] + inputs[:, 1])
    is_exact = inputs[:, 2] < 1e-9
    beta = np.where(is_exact, exact, inexact)
    inside = beta * n + 1
    slope = gamma * beta * n / inside
    values = gamma * np.log(inside)
    return values, np.stack([values, slope * is_exact, slope * ~is_exact], axis=1)


RISE = Normal(mean=np.log([0.12, 0.5, 0.3]), deviation=np.array([0.5, 1.5, 1.5]))
RISE_SCALES = Normal(
    mean=np.array([*np.log([0.05, 0.01, 0.02]), -0.3, *np.log([1.2, 2.0, 0.2])]),
    deviation=np.array([1.0, 1.0, 0.5, 0.15, 0.4, 0.4, 0.4]),
)


def choose_gamazo(world, bought, left, n, prior, generator):
    """By expected improvement, under a Gaussian process around γ·ln(β·n + 1) (arXiv:2303.11678)."""
    may, chosen = count_left(left), []
    inputs, dice = world.inputs[world.codes[bought]], world.runs["dice"].to_numpy()[bought]
    for _ in range(n):
        seen = Observations(
            inputs=inputs,
            log_size=inputs[:, 0] + inputs[:, 1] - np.log(300),
            means=dice,
            squares=np.zeros(len(dice)),
            n_runs=np.ones(len(dice), dtype=int),
            variances=np.zeros(len(dice)),
        )
        known = fit_process(seen, curve=rise, prior=RISE, scales=RISE_SCALES).expect(world.inputs)
        deviation = np.sqrt(known.variance)
        worth = np.zeros(len(world.inputs))
        for n_paid in np.searchsorted(world.effort, world.budgets * (1 + JITTER), side="right"):
            gap = (known.mean[:n_paid] - known.mean[:n_paid].max()) / deviation[:n_paid]
            worth[:n_paid] += deviation[:n_paid] * (gap * norm.cdf(gap) + norm.pdf(gap))
        row = int(np.where(may > 0, worth, -np.inf).argmax())
        chosen.append(row)
        may[row] -= 1
        inputs, dice = np.vstack([inputs, world.inputs[row]]), np.append(dice, known.mean[row])
    return chosen


def replay(world, choose, *, seed, n_first, n_batch, prior):
    """Buy runs as a policy chooses: the marks after each of `LOOKS`, where it would stop, what is left out."""
    generator = np.random.default_rng(seed)
    left, bought, found = stock(world, generator), [], {}
    stopped, was_settled, first = None, False, world.corners()[:n_first]
    while len(bought) < LOOKS[-1]:
        n = min(n_batch, LOOKS[-1] - len(bought))
        rows, first = first or choose(world, bought, left, n, prior, generator), []
        for row in rows:
            bought.append(int(left[int(row)].pop()))
            if len(bought) not in LOOKS and stopped is not None:
                continue
            marks, outlook = assess(world, bought, prior)
            found[len(bought)] = marks
            if stopped is None:
                if outlook.is_settled and was_settled:
                    stopped = (len(bought), marks[0] <= outlook.regret, marks[2])
                was_settled = outlook.is_settled
    left_out = [assess_left_out(world, bought[:n], prior) for n in LEFT_OUT]
    return [found[look] for look in LOOKS], stopped, left_out


POLICIES = {
    "knowledge gradient": (choose_kg, 1, 1, True),
    "the same, four ends first": (choose_kg, 4, 1, True),
    "the same, in batches of 6": (choose_kg, 4, 6, True),
    "knowledge gradient, weak prior, four ends first": (choose_kg, 4, 1, False),
    "largest variance": (choose_widest, 1, 1, True),
    "Gamazo Tejero et al.": (choose_gamazo, 1, 1, True),
    "Sobol": (choose_sobol, 1, 1, True),
    "random": (choose_random, 1, 1, True),
}


def run_policy(worlds, title, *, n_replays, parallel):
    """Replay a policy on every data set: name → marks (n_replays, n_looks, 5), stops, left out (n_replays, 2, 2)."""
    choose, n_first, n_batch, has_prior = POLICIES[title]
    found = {}
    for name, world in worlds.items():
        prior = world.prior.parameters if has_prior else WEAK
        results = parallel(
            joblib.delayed(replay)(world, choose, seed=seed, n_first=n_first, n_batch=n_batch, prior=prior)
            for seed in range(n_replays)
        )
        marks, stops, left_out = zip(*results, strict=True)
        found[name] = np.array(marks), [stop for stop in stops if stop is not None], np.array(left_out)
    return found


def write_numbers(values, mark):
    """Write a mark of each data set."""
    scale, digits = ((1000, 1), (1000, 1), (1000, 1), (1, 2), (1, 2))[mark]
    return " ".join(f"{value * scale:.{digits}f}" for value in values)


def print_marks(title, marks, n):
    """Print a row: each mark on each data set."""
    print(
        f"| {title} | {n} | " + " | ".join(write_numbers(marks[:, k], k) for k in range(5)) + " |", flush=True
    )


def main(n_replays, titles, n_jobs):
    """Print the tables."""
    runs = read_runs()
    laws = {
        name: (fit(runs[name]).process, measured_ranges(combine_with_uncertainty(runs[name])[0]))
        for name in NAMES
    }
    worlds = {
        name: World(runs[name], learn_prior({o: laws[o] for o in NAMES if o != name})) for name in NAMES
    }
    parallel = joblib.Parallel(n_jobs=n_jobs)
    print(f"{n_replays} replays; numbers are of {', '.join(NAMES)}.\n")
    print("| policy | trainings | " + " | ".join(MARKS) + " |\n" + "| --- " * 7 + "|")
    whole = np.array([assess(w, list(range(len(w.runs))), w.prior.parameters)[0] for w in worlds.values()])
    nothing = np.array([assess(w, [], w.prior.parameters)[0] for w in worlds.values()])
    print_marks("the prior alone", nothing, 0)
    found = {}
    for title in titles:
        found[title] = run_policy(worlds, title, n_replays=n_replays, parallel=parallel)
        means = np.array([marks.mean(axis=0) for marks, *_ in found[title].values()])
        for place, look in enumerate(LOOKS):
            print_marks(title, means[:, place], look)
    print_marks("the full grid", whole, "all")
    lost = [lose_sparsely(world) for world in worlds.values()]
    print(
        f"\nAll volumes, as many slices as paid for, loses {' '.join(f'{1000 * x:.1f}' for x, _ in lost)} where it is "
        f"paid for ({' '.join(f'{share:.2f}' for _, share in lost)} of the budgets).\n"
    )
    print(
        "| policy | stops within 36, of replays | after, median | regret as bounded | stated Dice off × 1000 |"
    )
    print("| --- " * 5 + "|")
    for title, results in found.items():
        stops = [stop for _, stop, _ in results.values()]
        cells = [
            " ".join(f"{len(s) / n_replays:.2f}" for s in stops),
            " ".join(f"{np.median([n for n, *_ in s]):.0f}" if s else "–" for s in stops),
            " ".join(f"{np.mean([right for _, right, _ in s]):.2f}" if s else "–" for s in stops),
            " ".join(f"{1000 * np.mean([off for *_, off in s]):.1f}" if s else "–" for s in stops),
        ]
        print("| " + " | ".join([title, *cells]) + " |")
    print_left_out(found)
    print_verdicts(found, whole)


def print_left_out(found):
    """Print what the law says of configurations that were not trained, beside its targets."""
    print("\nMean absolute error at configurations not trained ÷ noise floor (coverage of nominal 0.90).\n")
    print("| policy | trainings | " + " | ".join(NAMES) + " | target | verdict |\n" + "| --- " * 7 + "|")
    for title, results in found.items():
        means = np.array([left_out.mean(axis=0) for *_, left_out in results.values()])
        for place, (n, target) in enumerate(LEFT_OUT.items()):
            cells = [f"{error:.2f} ({held:.2f})" for error, held in means[:, place]]
            said = ["–", "–"]
            if target is not None:
                is_met = (means[:, place, 0] <= target).all()
                said = [" ".join(f"{most:g}" for most in target), "met" if is_met else "missed"]
            print("| " + " | ".join([title, str(n), *cells, *said]) + " |")


def print_verdicts(found, whole):
    """Print targets beside what was found after 24 trainings."""
    title = next(iter(found))
    means = np.array([marks.mean(axis=0)[LOOKS.index(24)] for marks, *_ in found[title].values()])
    print(f"\n| after 24 trainings ({title}) | target | measured | verdict |\n| --- | --- | --- | --- |")
    for name, (most, mark) in TARGETS.items():
        values = means[:, mark] - (whole[:, mark] if mark == 1 else 0)
        verdicts = ["met" if v <= m else "missed" for v, m in zip(values, most, strict=True)]
        digits = 2 if mark == 3 else 4
        print(
            f"| {name} | {' '.join(f'{m:g}' for m in most)} | {' '.join(f'{v:.{digits}f}' for v in values)} | "
            f"{', '.join(verdicts)} |"
        )
    held = means[:, 4]
    verdicts = ["met" if 0.85 <= h <= 0.95 else "above" if h > 0.95 else "missed" for h in held]
    print(f"| intervals hold | 0.85 to 0.95 | {' '.join(f'{h:.2f}' for h in held)} | {', '.join(verdicts)} |")
    right = [right for _, stops, _ in found[title].values() for _, right, _ in stops]
    said = f"{np.mean(right):.2f} of {len(right)}" if right else "–"
    print(
        f"| stopping bound right | 0.85 | {said} | {'met' if right and np.mean(right) >= 0.85 else 'missed'} |"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replays", type=int, default=20)
    parser.add_argument("--policies", nargs="*", choices=list(POLICIES), default=list(POLICIES))
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    main(arguments.replays, arguments.policies, arguments.jobs)
