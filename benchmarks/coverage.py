"""How often 90 % intervals hold the truth of synthetic worlds, and claims are judged rightly (docs/method.md)."""

import argparse
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from simulator.analysis.claims import CLAIMS
from simulator.analysis.frontier.hull import TOLERANCE, best_row, find_frontier
from simulator.analysis.frontier.trajectory import estimate_trajectory, find_hulls
from simulator.analysis.recommendation.baselines import find_baselines
from simulator.analysis.recommendation.strategies import estimate_of
from simulator.analysis.saturation.diversity import estimate_saturation, local_gains, saturation_counts
from simulator.analysis.saturation.quality import estimate_knee
from simulator.analysis.study import make_study
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues
from simulator.statistics.uncertainty import Draws
from tests.factories import true_dice
from tests.worlds import CLAIM_WORLDS, World, claims_design, published_design, saturating

N_DRAWS = 400
N_CLAIM_DRAWS = 600
BUDGETS = (0.1, 0.3, 0.6)
EFFORTS = (5, 25, 50, 75, 100)
N_FLAT, EXACT = 12, 0.9
N_SMALLEST = 10
VERDICTS = ("supported", "contradicted", "undecided")


def bending(virtues):
    """A truth with real bends: volumes pay up to 12 of 48, quality up to 0.9."""
    doublings = np.log2(min(max(1, int(virtues.diversity * 48 + 0.5)), N_FLAT))
    loss = 0.05 * (1 - virtues.quality) + 0.4 * max(EXACT - virtues.quality, 0)
    return 0.76 + 0.03 * doublings + 0.01 * np.log2(virtues.completeness) - loss


def collapsing(virtues):
    """A truth that breaks down where only a handful of slices is left: no smooth surface follows it there."""
    return saturating(virtues) - 0.4 * np.exp(-60 * virtues.diversity * virtues.completeness)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A world to measure in; `scatter` is the deviation of true values around its surface, drawn anew each time."""

    title: str
    world: World
    scatter: float = 0.0
    has_bends: bool = False

    def begin(self, generator):
        """Fix the truth of one repetition."""
        world = copy(self.world)
        world.truth = world.truth + generator.normal(0, self.scatter, len(world.truth))
        return world


def make_cases():
    """Lay out the worlds."""
    design = published_design()
    rough = World(design, saturating)
    rough.truth = rough.truth + np.random.default_rng(11).normal(0, 0.01, len(rough.truth))
    equal = [*design[:: len(design) // 19][:19], Virtues.full()]
    few = [(0.1, 1.0, 1.0), (0.4, 1.0, 1.0), (1.0, 0.1, 1.0), (1.0, 0.333333, 1.0), (1.0, 1.0, 0.8)]
    few = [Virtues(diversity=d, completeness=c, quality=q) for d, c, q in few]
    return (
        Case(title="hippocampus", world=World(design, saturating)),
        Case(title="phantom", world=World(design, saturating, n_test=10, noise=2.0)),
        Case(title="exponential", world=World(design, true_dice)),
        Case(title="bends", world=World(design, bending), has_bends=True),
        Case(title="collapse", world=World(design, collapsing)),
        Case(title="scattered", world=World(design, saturating), scatter=0.005),
        Case(title="rough", world=rough),
        Case(title="20 equals", world=World(list(dict.fromkeys(equal)), lambda _: 0.8)),
        Case(title="6 points", world=World([*few, Virtues.full()], saturating)),
    )


def hold_true(draws, truth):
    """Draws whose spread is as it was but tiny, around the truth: a statistic of them is its true value."""
    return truth[:, None] + 1e-6 * (draws - draws.mean(axis=1, keepdims=True))


def limits(draws):
    """Limits of the 90 % interval of each row."""
    return np.quantile(draws, [0.05, 0.95], axis=-1)


def look(case, generator):
    """Run one campaign: quantity → (low, high, truth), and quantity → (said, true)."""
    world = case.begin(generator)
    study = make_study(world.draw(generator), prices=Prices(), n_draws=N_DRAWS)
    combinations, full, draws = study.at(MEASURES["hours"]).combinations, study.full, study.draws
    truth = world.truth
    frontier = find_frontier(combinations)
    found, said = {}, defaultdict(list)
    _look_at_combinations(found, combinations, draws, truth, full, generator)
    _look_at_winners(found, said, study.uncertainty.dice, draws, truth)
    smallest = np.argsort(combinations["n_slices_used"].to_numpy(), kind="stable")[:N_SMALLEST]
    found["Dice of a configuration, corrected"] = (*limits(draws.expected), truth)
    found["Dice of the ten smallest, corrected"] = (*limits(draws.expected[smallest]), truth[smallest])
    _look_at_recommendations(found, said, frontier, draws, truth, full)
    _look_at_trajectory(found, frontier, draws, truth, full)
    _look_at_lines(found, study, truth, has_bends=case.has_bends)
    _look_at_target(said, frontier, draws, truth, generator)
    return found, said


def _look_at_combinations(found, combinations, draws, truth, full, generator):
    found["Dice of a configuration"] = (combinations["dice_low"], combinations["dice_high"], truth)
    rest = np.arange(len(truth)) != full
    table = combinations[rest]
    found["normalized performance"] = (table["low"], table["high"], truth[rest] / truth[full])
    order = generator.permutation(len(truth))
    (pairs,) = np.nonzero(order != np.arange(len(truth)))
    gains = draws.measured - draws.measured[order]
    found["gain between two given ones"] = (*limits(gains[pairs]), (truth - truth[order])[pairs])


def _look_at_winners(found, said, dice, draws, truth):
    readings = (
        ("naive", draws.measured, dice),
        ("corrected", draws.expected, draws.centres),
    )
    for name, values, centres in readings:
        best = centres.argmax()
        found[f"best of all, {name}"] = (*limits(values[best]), truth[best])
        gain = values[best] - values.mean(axis=0)
        found[f"best less the mean of all, {name}"] = (*limits(gain), truth[best] - truth.mean())
        said[f"Dice of the best, {name}"].append((centres[best], truth[best]))


def _look_at_recommendations(found, said, frontier, draws, truth, full):
    points, most = frontier.points, frontier.points["effort"].max()
    efforts, numbers = points["effort"].to_numpy(), points["combination"].to_numpy()
    dice, normalized, gains, chosen = [], [], [], []
    for budget in (share * most for share in BUDGETS):
        if efforts[0] > budget:
            continue
        row = points.iloc[best_row(points, budget=budget)]
        best = int(row["combination"])
        estimate = estimate_of(row, draws=draws, weights=((best, 1.0),), full=full)
        dice.append((estimate.low, estimate.high, truth[best]))
        normalized.append((estimate.normalized_low, estimate.normalized_high, truth[best] / truth[full]))
        for way in find_baselines(frontier, budget=budget):
            if best not in {number for number, _ in way.weights}:
                true = truth[best] - sum(weight * truth[number] for number, weight in way.weights)
                gains.append((*limits(draws.expected[best] - draws.mix(way.weights)), true))
        paid = numbers[efforts <= budget * TOLERANCE]
        regret = np.mean(draws.expected[paid].max(axis=0) - draws.expected[best])
        said["regret of the recommended"].append((regret, truth[paid].max() - truth[best]))
        share = np.mean(draws.expected[paid].max(axis=0) <= draws.expected[best])
        said["recommended is best (share)"].append((share, truth[paid].max() <= truth[best]))
        chosen.append(best)
    steps = [(b, a) for a, b in pairwise(chosen) if a != b]
    found["recommended: Dice"] = _columns(dice)
    found["recommended: normalized"] = _columns(normalized)
    found["recommended: gain over a baseline"] = _columns(gains)
    found["gain of a larger budget"] = _columns(
        [(*limits(draws.expected[b] - draws.expected[a]), truth[b] - truth[a]) for b, a in steps]
    )


def _look_at_trajectory(found, frontier, draws, truth, full):
    trajectory = estimate_trajectory(frontier, draws, full=full)
    effort, true = (
        frontier.points["effort"].to_numpy(),
        truth[frontier.points["combination"].to_numpy()],
    )
    on = find_hulls(effort, true[:, None])[:, 0]
    line = np.interp(trajectory.efforts, effort[on], true[on])
    places = list(EFFORTS)
    band = trajectory.dice
    found["trajectory: Dice"] = (band.low[places], band.high[places], line[places])
    # The last place is left out: full virtues over themselves have no width.
    places, band = places[:-1], trajectory.normalized
    found["trajectory: normalized"] = (band.low[places], band.high[places], line[places] / truth[full])


def _look_at_lines(found, study, truth, *, has_bends):
    gains, counts = [], []
    draws, full = study.draws, study.full
    for line in estimate_saturation(study):
        numbers = line.rows["combination"].to_numpy()
        true = truth[numbers] / truth[full]
        gains.append((line.gain_low, line.gain_high, local_gains(line.n_volumes, true[:, None])[-1, 0]))
        if has_bends:
            counts.append((line.count_low, line.count_high, N_FLAT))
        else:
            level = hold_true(draws.measured[numbers] / draws.measured[full], true)
            counts.append((line.count_low, line.count_high, saturation_counts(line.n_volumes, level)[0]))
    found["gain per doubling at the end"] = _columns(gains)
    found["volumes at saturation"] = _columns(counts)
    if has_bends:
        knee = estimate_knee(study)
        found["knee of quality"] = _columns([(knee.low, knee.high, EXACT)])


def _look_at_target(said, frontier, draws, truth, generator):
    points = frontier.points
    # Evenly over a wide range: a target that stands near true values by design would know more than the draws do.
    target = generator.uniform(truth.min() - 0.1, truth.max() + 0.1)
    reaching = points.loc[points["expected"] >= target, "combination"]
    if len(reaching):
        number = int(reaching.iloc[0])
        said["target is reached (share)"].append(
            (np.mean(draws.expected[number] >= target), truth[number] >= target)
        )


def _columns(rows):
    return tuple(np.array(rows, dtype=float).reshape(-1, 3).T)


def measure_case(case, *, n_repetitions, seed):
    """Repeat campaigns: quantity → (coverage, mean width), and quantity → (mean said, mean true)."""
    generator = np.random.default_rng(seed)
    held, said = defaultdict(list), defaultdict(list)
    for _ in range(n_repetitions):
        found, pairs = look(case, generator)
        for name, columns in found.items():
            held[name].append(np.stack(np.broadcast_arrays(*np.atleast_1d(*columns))))
        for name, values in pairs.items():
            said[name] += values
    coverage = {}
    for name, parts in held.items():
        low, high, truth = np.concatenate(parts, axis=1)
        is_finite = np.isfinite(low) & np.isfinite(high)
        width = high[is_finite] - low[is_finite]
        is_held = (low - 1e-12 <= truth) & (truth <= high + 1e-12)
        coverage[name] = (is_held.mean(), width.mean()) if len(truth) else None
    return coverage, {name: np.mean(np.array(values, dtype=float), axis=0) for name, values in said.items()}


def print_table(head, rows):
    """Print a Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def print_coverage(*, n_repetitions):
    """Print coverage with width, and what was said beside what was true."""
    cases = make_cases()
    results = [measure_case(case, n_repetitions=n_repetitions, seed=seed) for seed, case in enumerate(cases)]
    titles = [case.title for case in cases]
    print(
        f"Coverage of nominal 0.90 (mean width), {n_repetitions} repetitions; outside 0.85 to 0.95 in bold.\n"
    )
    names = dict.fromkeys(name for coverage, _ in results for name in coverage)
    print_table(
        ["quantity", *titles],
        [[name, *(_say_coverage(coverage.get(name)) for coverage, _ in results)] for name in names],
    )
    print("Said on average, and true.\n")
    names = dict.fromkeys(name for _, said in results for name in said)
    print_table(
        ["quantity", *titles], [[name, *(_say_pair(said.get(name)) for _, said in results)] for name in names]
    )


def _say_coverage(result):
    if result is None:
        return "–"
    share, width = result
    text = f"{share:.2f} ({width:.3f})" if width < 1 else f"{share:.2f} ({width:.1f})"
    return text if 0.845 <= share < 0.955 else f"**{text}**"


def _say_pair(pair):
    return "–" if pair is None else f"{pair[0]:.4f} / {pair[1]:.4f}"


def judge_world(name, truth, *, n_repetitions, seed):
    """Judge one claim in many campaigns: part → list of (verdict, (interval above truth, below))."""
    world, generator = World(claims_design(), truth), np.random.default_rng(seed)
    found, true = defaultdict(list), {}
    for _ in range(n_repetitions):
        study = make_study(world.draw(generator), prices=Prices(), n_draws=N_CLAIM_DRAWS)
        true = true or {part.part: part.estimate for part in CLAIMS[name].judge(_settle(study, world))}
        for finding in CLAIMS[name].judge(study):
            sides = None
            if finding.low is not None:
                sides = (finding.low > true[finding.part], finding.high < true[finding.part])
            found[finding.part].append((finding.verdict, sides))
    return found


def _settle(study, world):
    """Put the truth in the place of the draws."""
    level = hold_true(study.draws.measured, world.truth)
    return _read_anew(study, Draws(measured=level, expected=level, centres=world.truth, is_known=True))


def _read_anew(study, draws):
    """Put other draws in the place of the study's own: what is computed once is kept in its dictionary."""
    other = replace(study)
    vars(other).update(_combined=study._combined, draws=draws)
    return other


def print_claims(*, n_repetitions):
    """Print how often each claim is supported, contradicted and left undecided, where it is true and where false."""
    rows = []
    for number, (name, truths) in enumerate(CLAIM_WORLDS.items()):
        for is_false, truth in enumerate(truths):
            kind = "false" if is_false else "true"
            results_of = judge_world(name, truth, n_repetitions=n_repetitions, seed=2 * number + is_false)
            for part, results in results_of.items():
                verdicts, sides = zip(*results, strict=True)
                shares = [np.mean([found == v for found in verdicts]) for v in VERDICTS]
                misses = [None, None] if sides[0] is None else np.mean(sides, axis=0)
                numbers = ["–" if x is None else f"{x:.3f}" for x in (*shares, *misses)]
                rows.append([name, part or "–", kind, *numbers])
    print(f"Verdicts in {n_repetitions} campaigns of a world where the claim is true, or false;")
    print("above, below: share of campaigns whose 90 % interval lies wholly above or below the truth.\n")
    print_table(["claim", "part", "world", *VERDICTS, "above", "below"], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=500, help="campaigns a world")
    n = parser.parse_args().repetitions
    print_coverage(n_repetitions=n)
    print_claims(n_repetitions=n)
