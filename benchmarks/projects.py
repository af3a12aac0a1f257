"""Synthetic labs with known truth: Labelwise with its updates against three habits, at equal hours.

Simulated are labs, what labeling gives and what it takes. Every decision of Labelwise is made by the product:
`answer_project`, `plan_project`, `find_progress`, `go_on`. The habits are told what an hour really buys. Prints the
tables of benchmarks/results.md.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t as student

from simulator.analysis.law.curve import coordinates, missing
from simulator.analysis.law.law import Law
from simulator.effort import Prices
from simulator.planning.going_on import go_on
from simulator.planning.progress import find_progress
from simulator.planning.project import answer_project, lay_over
from simulator.planning.references import find_references
from simulator.planning.rhythm import still_to_draw
from simulator.planning.updates import follow_plan
from simulator.planning.visits import hold_to_plan, plan_project, spread_out
from simulator.records import LabVolume, Project, Score, Update
from simulator.settings import load_settings
from simulator.store import open_store

PRESETS = {"Task04_Hippocampus": ("", "hippocampus-mr"), "OpenKBP_Mandible": ("", "organ-ct")}
"""Reference → presets that a lab near it takes. The phantom is no anatomy, so no lab is near it."""

WORLDS = {
    "another pool of the reference": 0.0,
    "halfway to another data set": 0.5,
    "as far as data sets lie apart": 1.0,
}
"""How far a lab's law lies from its reference's, in deviations between the published data sets."""

N_VOLUMES, SIZE, SHARE = (20, 120), (0.5, 2.0), (0.1, 0.7)
"""Volumes of a lab; slices of each, relative to the reference's; hours beside testing, relative to labeling all."""

PACE = 2.0
"""A true price lies within this factor of the preset's, opening and drawing each for itself."""

SIZES_DIFFER, TIMES_DIFFER = 0.2, 0.3
"""Relative deviation between the volumes of a lab: of their slices, and of what a slice takes."""

N_UPDATES = (2, 4)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lab:
    """A lab, and what is true of it.

    `luck` is what each volume to train on moves ln(1 − Dice) by, in their order: the chance of the pool.
    `hardness` is what the test volumes move it by, in all scores alike; `scatter` its deviation in each score anew.
    `slow` maps volumes to what a slice takes there, relative to the mean.
    """

    project: Project
    parameters: np.ndarray
    luck: np.ndarray
    hardness: float
    scatter: float
    law: Law
    prices: Prices
    slow: dict[str, float]
    test: tuple[LabVolume, ...]
    train: tuple[LabVolume, ...]
    n_updates: int

    def expect(self, counts):
        """True Dice, over seeds and test volumes, of so many slices in each of the volumes to train on."""
        counts = np.asarray(counts)
        opened = counts > 0
        if not opened.any():
            return 0.0
        curve, _ = missing(self.parameters, lay_out(counts))
        return max(0.0, float(1 - np.exp(curve[0] + self.luck[: len(counts)][opened].mean())))

    def score(self, counts, generator):
        """Score of one training on the test volumes."""
        deviation = np.hypot(self.scatter, np.sqrt(self.law.seed_variance(lay_out(counts))[0]))
        lacking = np.log(1 - self.expect(counts)) + self.hardness + generator.normal(0, deviation)
        return float(np.clip(1 - np.exp(lacking), 0, 1))

    def hours_of(self, volume, *, every):
        """True hours of every n-th slice of a volume."""
        n_drawn = len(still_to_draw(volume, *volume.span, every=every))
        return self.prices.hours(
            n_volumes=1.0, n_slices_drawn=self.slow[volume.name] * n_drawn, n_slices_copied=0.0
        )


def lay_out(counts):
    """Lay the counts of slices in each volume out for the law."""
    counts = np.asarray(counts)
    return coordinates(np.array([(counts > 0).sum()]), np.array([counts.sum()]), np.ones(1))


class Annotator:
    """Labels what it is told until the hours of its lab are spent; begins with the test volumes, in full."""

    def __init__(self, lab):
        self.lab, self.hours, self.labeled = lab, 0.0, {}
        self.follow([(volume, still_to_draw(volume, *volume.span, every=1)) for volume in lab.test])

    def follow(self, tasks, *, until=np.inf):
        """Label volume after volume; after some hours, no further one is opened."""
        for volume, slices in tasks:
            done = self.labeled.get(volume.name, ())
            todo = sorted({*slices} - {*done})
            opening = self.lab.prices.opening_minutes / 60
            each = self.lab.slow[volume.name] * self.lab.prices.drawing_seconds / 3600
            n_paid = int((self.lab.project.hours - self.hours - opening) / each + 1e-9)
            if todo and (self.hours >= until or n_paid < 1):
                break
            if todo:
                drawn = todo[:n_paid]
                self.hours += opening + each * len(drawn)
                self.labeled[volume.name] = tuple(sorted((*done, *drawn)))

    @property
    def counts(self):
        """Slices labeled in each of the volumes to train on."""
        return [len(self.labeled.get(volume.name, ())) for volume in self.lab.train]


def make_lab(number, table, *, apart):
    """Draw a lab near a reference; the same number is the same lab, but for how far `apart` its law lies."""
    generator = np.random.default_rng(number)
    references = find_references(table)
    studies = [lay_over(table, reference=one, n_pool=2, n_slices=1.0, prices=Prices()) for one in references]
    near = [pair for pair in zip(references, studies, strict=True) if pair[0].dataset.name in PRESETS]
    reference, study = near[number % len(near)]
    name = reference.dataset.name
    spread = np.std([one.law.process.parameters for one in studies], axis=0, ddof=1)
    moved = apart * spread * generator.normal(size=len(spread))
    preset = PRESETS[name][generator.integers(len(PRESETS[name]))]
    volumes = make_volumes(generator, reference)
    project = Project(
        id=f"{number:012x}",
        name=f"Lab {number}",
        hours=1e6,
        volumes=volumes,
        reference=name,
        preset=preset,
    )
    answer = answer_project(project, table)
    opening, drawing = PACE ** generator.uniform(-1, 1, 2)
    slow = generator.gamma(TIMES_DIFFER**-2, TIMES_DIFFER**2, len(volumes))
    order, n_test, n_measured = spread_out(volumes), answer.n_testing, reference.dataset.n_pool
    of_volume = float(study.pool_chance(np.ones(1))[0]) / (1 + 1 / n_measured)
    shared, own = spread_of_test_volumes(study)
    lab = Lab(
        project=project.changed(n_testing=n_test),
        parameters=study.law.process.parameters + moved,
        # Of her volumes, and of those that were measured for the reference.
        luck=np.sqrt(of_volume)
        * (generator.normal(size=len(volumes) - n_test) + generator.normal() / np.sqrt(n_measured)),
        hardness=generator.normal(0, np.sqrt(shared / n_test)),
        scatter=np.sqrt(own / n_test),
        law=study.law,
        prices=Prices(
            opening_minutes=answer.prices.opening_minutes * opening,
            drawing_seconds=answer.prices.drawing_seconds * drawing,
        ),
        slow={volume.name: one for volume, one in zip(volumes, slow / slow.mean(), strict=True)},
        test=tuple(order[:n_test]),
        train=tuple(order[n_test:]),
        n_updates=int(generator.integers(*N_UPDATES, endpoint=True)),
    )
    return give_hours(lab, table, share=draw_between(generator, *SHARE))


def make_volumes(generator, reference):
    """Draw the volumes of a lab."""
    n_volumes = int(draw_between(generator, *N_VOLUMES))
    usual = reference.n_slices * draw_between(generator, *SIZE)
    sizes = usual * generator.normal(1, SIZES_DIFFER, n_volumes).clip(0.3, 1.7)
    return tuple(
        LabVolume(
            name=f"volume {i:03d}",
            n_slices=2 * size + 10,
            first_slice=5,
            last_slice=size + 4,
            axis=2,
            spacing_mm=reference.extent_mm / usual,
            group="A" if generator.random() < 0.7 else "B",
        )
        for i, size in enumerate(np.maximum(2, sizes.round()).astype(int).tolist())
    )


def draw_between(generator, low, high):
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def spread_of_test_volumes(study):
    """Variance of ln(1 − Dice) between test volumes: what strategies share, and what is a strategy's own."""
    lacking = 1 - study.uncertainty.by_volume
    in_all = (lacking / lacking.mean(axis=1, keepdims=True)).var(axis=1, ddof=1).mean()
    shared = study.law.shared.var(axis=1, ddof=1).mean()
    return shared, max(0.0, in_all - shared)


def give_hours(lab, table, *, share):
    """Give a lab hours; more, where the product says that they are too few."""
    test, train = (sum(lab.hours_of(volume, every=1) for volume in part) for part in (lab.test, lab.train))
    while answer_project(lab.project.changed(hours=test + share * train), table).strategy is None:
        share *= 1.25
    return replace(lab, project=lab.project.changed(hours=test + share * train))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Dice and share of the hours in the end; and (said less true, is within) of the first and the last answer."""

    dice: float
    hours: float
    first: tuple[float, bool] = (np.nan, False)
    last: tuple[float, bool] = (np.nan, False)


def run_labelwise(lab, table):
    """Answer; label a stage, write down hours and a score, go on by what follows; until the hours are spent."""
    generator = np.random.default_rng([int(lab.project.id, 16), 1])
    answer = answer_project(lab.project, table)
    project, annotator = hold_to_plan(answer), Annotator(lab)
    first = last = answer.recommendation.predicted
    plan = plan_project(answer_project(project, table))
    planned = {visit.volume.name: len(visit.slices) for visit in plan.visits}
    stages = np.linspace(annotator.hours, lab.project.hours, lab.n_updates + 2)[1:]
    for number, until in enumerate(stages):
        annotator.follow([(visit.volume, visit.slices) for visit in plan.visits], until=until)
        if number == lab.n_updates or not any(annotator.counts):
            continue
        n_trained = sum(n > 0 for n in annotator.counts)
        update = Update(
            created=f"2026-11-28T09:{number:02d}:00Z",
            source="label maps",
            labeled=annotator.labeled,
            hours=annotator.hours,
            scores=(Score(n_volumes=n_trained, dice=lab.score(annotator.counts, generator)),),
        )
        project = project.changed(updates=(*project.updates, update))
        progress = find_progress(plan_project(answer_project(project, table)))
        following = go_on(progress)
        if following is not None:
            project, last = follow_plan(following, progress), following
            plan = plan_project(answer_project(project, table))
    in_plan = [planned.get(volume.name, 0) for volume in lab.train]
    return Outcome(
        dice=lab.expect(annotator.counts),
        hours=annotator.hours / lab.project.hours,
        first=hold(first, lab.expect(in_plan)),
        last=hold(last, lab.expect(annotator.counts)),
    )


def hold(said, true):
    """Hold what was said against what is true."""
    return said.dice - true, said.low <= true <= said.high


def run_habit(lab, tasks):
    """Label so many volumes, each with every so manieth slice, until the hours are spent."""
    annotator = Annotator(lab)
    annotator.follow([(volume, still_to_draw(volume, *volume.span, every=every)) for volume, every in tasks])
    return Outcome(dice=lab.expect(annotator.counts), hours=annotator.hours / lab.project.hours)


def run_whole(lab, _):
    """Whole volumes, one after another."""
    return run_habit(lab, [(volume, 1) for volume in lab.train])


def run_sparse(lab, _):
    """All volumes, with every n-th slice so that it fits."""
    return run_habit(lab, fit_rhythm(lab, lab.train))


def run_even(lab, _):
    """Half of the volumes, with every n-th slice so that it fits; then whole ones, if hours are left."""
    n = -(-len(lab.train) // 2)
    return run_habit(lab, [*fit_rhythm(lab, lab.train[:n]), *((volume, 1) for volume in lab.train[n:])])


def fit_rhythm(lab, volumes):
    """Choose the densest rhythm that the hours pay for in all, and a denser one in as many as they pay besides."""
    left = lab.project.hours - sum(lab.hours_of(volume, every=1) for volume in lab.test)
    most = max(last - first + 1 for first, last in (volume.span for volume in volumes))
    every = most
    while every > 1 and sum(lab.hours_of(volume, every=every - 1) for volume in volumes) <= left:
        every -= 1
    sparse, dense = (
        [lab.hours_of(volume, every=n) for volume in volumes] for n in (every, max(1, every - 1))
    )
    is_denser = np.cumsum(np.subtract(dense, sparse)) <= left - sum(sparse)
    return [
        (volume, every - 1 if more and every > 1 else every)
        for volume, more in zip(volumes, is_denser, strict=True)
    ]


POLICIES = {
    "Labelwise": run_labelwise,
    "whole volumes": run_whole,
    "all volumes sparsely": run_sparse,
    "an even split": run_even,
}


def measure(table, *, n_labs, apart):
    """Run all policies in all labs: policy → outcomes."""
    labs = [make_lab(number, table, apart=apart) for number in range(n_labs)]
    return {name: [run(lab, table) for lab in labs] for name, run in POLICIES.items()}


def tell_interval(gains):
    """Mean, and its 90 % interval over labs."""
    half = student.ppf(0.95, len(gains) - 1) * np.std(gains, ddof=1) / np.sqrt(len(gains))
    return f"{np.mean(gains):+.4f} ({np.mean(gains) - half:+.4f} to {np.mean(gains) + half:+.4f})"


def main(n_labs):
    """Print the tables."""
    with open_store(load_settings(), is_read_only=True) as store:
        table = store.table()
    found = {world: measure(table, n_labs=n_labs, apart=apart) for world, apart in WORLDS.items()}
    print(f"Gain of Labelwise in final Dice (90 % interval over {n_labs} labs).\n")
    print("| labs | policy | its Dice | gain of Labelwise | median | better in | hours used |")
    print("| --- " * 7 + "|")
    for world, outcomes in found.items():
        ours = np.array([one.dice for one in outcomes["Labelwise"]])
        for name, ends in outcomes.items():
            dice, hours = np.array([[one.dice, one.hours] for one in ends]).T
            gains = ours - dice
            told = [tell_interval(gains), f"{np.median(gains):+.4f}", f"{np.mean(gains > 0):.0%}"]
            cells = [world, name, f"{dice.mean():.4f}", *(told if name != "Labelwise" else "–––")]
            print("| " + " | ".join([*cells, f"{hours.mean():.0%}"]) + " |")
    print("\nHow often a stated 90 % interval held (said less true: mean, mean absolute).\n")
    print("| labs | the first answer, of its plan | the last update, of the end |\n| --- | --- | --- |")
    for world, outcomes in found.items():
        cells = [
            tell_held([getattr(one, which) for one in outcomes["Labelwise"]]) for which in ("first", "last")
        ]
        print("| " + " | ".join([world, *cells]) + " |")


def tell_held(answers):
    off, held = np.array(answers).T
    return f"{held.mean():.2f} ({off.mean():+.3f}, {np.abs(off).mean():.3f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labs", type=int, default=40, help="of each kind")
    parser.add_argument("--quick", action="store_true", help="10 labs of each kind")
    asked = parser.parse_args()
    main(10 if asked.quick else asked.labs)
