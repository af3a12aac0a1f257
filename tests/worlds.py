"""Synthetic worlds: runs of combinations whose true performance is known, to see how often a statistic is right.

A world has a true mean Dice for every combination. A draw of it adds the chance that real campaigns have: test volumes
that are easy or hard for all combinations, and more so for weak ones; test volumes that suit one combination; seeds,
noisier with few slices and few volumes. The sizes are those of the published hippocampus campaign
(pooled deviation over seeds 0.009, from 0.03 at 20 slices to 0.003 at 1,000; over volumes 0.043, of the rest 0.018).
"""

from functools import cache

import numpy as np

from simulator.analysis.combinations import COMBINATION
from simulator.records import Virtues
from tests.factories import make_records, make_reference, make_table

OF_VOLUMES = 0.043
OF_PAIRS = 0.015
OF_SLICES = 0.012


class World:
    """A campaign whose truth is known.

    `truth` maps virtues to mean Dice. `noise` scales all chance.
    """

    def __init__(self, grid, truth, *, n_seeds=3, n_pool=48, n_test=36, noise=1.0):
        self.table = _table_of(tuple(dict.fromkeys(grid)), n_seeds=n_seeds, n_pool=n_pool, n_test=n_test)
        groups = self.table.groupby(COMBINATION, sort=True)
        self.codes = groups.ngroup().to_numpy()
        self.combinations = groups[["n_slices_used", "n_volumes"]].mean().reset_index()
        self.truth = np.array(
            [truth(Virtues(**row)) for row in self.combinations[COMBINATION].to_dict("records")]
        )
        counts = self.combinations
        self.of_seeds = (
            0.004 * (counts["n_slices_used"] / 500) ** -0.35 * (counts["n_volumes"] / 20) ** -0.3
        ).to_numpy()
        self.n_test, self.noise = n_test, noise

    def draw(self, generator):
        """Draw the runs of one campaign."""
        n, n_runs = len(self.truth), len(self.table)
        hardness = generator.normal(0, OF_VOLUMES, self.n_test) * (1.5 - self.truth[:, None]) / 0.65
        own = generator.normal(0, OF_PAIRS, (n, self.n_test))
        seeds = generator.normal(0, 1, n_runs) * self.of_seeds[self.codes]
        rest = generator.normal(0, OF_SLICES, (n_runs, self.n_test))
        chance = (hardness + own)[self.codes] + seeds[:, None] + rest
        volumes = self.truth[self.codes, None] + self.noise * chance
        runs = self.table.copy()
        runs["dice"] = volumes.mean(axis=1)
        runs["volume_dice"] = list(volumes)
        return runs

    def row(self, **virtues):
        """Number of one combination."""
        wanted = Virtues(**{"diversity": 1.0, "completeness": 1.0, "quality": 1.0, **virtues})
        is_it = np.all([self.combinations[name] == getattr(wanted, name) for name in COMBINATION], axis=0)
        (number,) = np.flatnonzero(is_it)
        return int(number)


@cache
def _table_of(grid, *, n_seeds, n_pool, n_test):
    """Make the runs of a design once: their Dice is replaced in every draw."""
    reference = make_reference(n_pool=n_pool, n_test=n_test)
    return make_table(make_records(grid, n_seeds=n_seeds, reference=reference))


def saturating(virtues):
    """A truth much like the hippocampus: every virtue helps, less and less; 0.872 at full virtues."""
    few_volumes = 0.006 * (virtues.diversity**-0.9 - 1)
    few_slices = 0.0035 * (virtues.completeness**-1.0 - 1)
    loss = 0.5 * (1 - virtues.quality) ** 1.7
    return 0.872 - few_volumes - few_slices - loss


def published_design():
    """The combinations of the published campaigns, thinned: three planes, lines of key slices, points inside."""
    d, q, c = (
        (0.05, 0.1, 0.2, 0.4, 0.7, 1.0),
        (0.75, 0.8, 0.85, 0.9, 0.95, 1.0),
        (0.1, 0.2, 0.333333, 0.5, 1.0),
    )
    planes = [(x, 1.0, y) for x in d for y in q] + [(x, y, 1.0) for x in d for y in c]
    planes += [(1.0, x, y) for x in c for y in q]
    grid = [Virtues(diversity=x, completeness=y, quality=z) for x, y, z in planes]
    lines = [
        Virtues(diversity=x, completeness=y, quality=1.0, sampling="equidistant")
        for x in (0.1, 0.2, 0.4, 0.7, 1.0)
        for y in (1 / 5, 1 / 10, 1 / 15)
    ]
    return list(dict.fromkeys(grid + lines))


def claims_design():
    """The published design, with key slices alone beside interpolated ones at the same spacings."""
    alone = [
        Virtues(diversity=d, completeness=1 / s, quality=1.0, sampling="equidistant")
        for d in (0.4, 1.0)
        for s in (2, 3, 5)
    ]
    copied = [Virtues(diversity=d, completeness=1.0, quality=0.6) for d in (0.4, 1.0)]
    return list(dict.fromkeys([*published_design(), *alone, *copied]))


def logs(virtues):
    return np.log2([virtues.diversity, virtues.completeness])


def power(virtues, *, few_volumes=0.006, few_slices=0.0035, loss=0.1):
    """A truth with three prices; `loss` is linear in quality."""
    d, c = virtues.diversity**-0.9 - 1, virtues.completeness**-0.9 - 1
    return 0.87 - few_volumes * d - few_slices * c - loss * (1 - virtues.quality)


def bend(virtues, at):
    gone = max(at - virtues.quality, 0)
    return power(virtues, loss=0.05) - 0.5 * gone


def copied(virtues, *, harm):
    """Masks copied over five slices harm more, or less, than leaving the slices out."""
    return power(virtues, loss=0.0) - harm * (1 - virtues.quality) * 2.5


def flattening(virtues, *, at):
    """Volumes pay up to a diversity that may hang on completeness."""
    n = min(virtues.diversity, at(virtues))
    return 0.85 + 0.03 * np.log2(n) + 0.01 * np.log2(virtues.completeness) - 0.1 * (1 - virtues.quality)


def by_slices(virtues, *, tilt):
    """Performance of the number of slices, and of how they are spread."""
    d, c = logs(virtues)
    return 0.86 + 0.012 * (d + c) + tilt * (d - c) - 0.002 * (d + c) ** 2 - 0.1 * (1 - virtues.quality)


CLAIM_WORLDS = {
    "quality-before-diversity": (
        lambda v: power(v, few_volumes=0.002, loss=0.5),
        lambda v: power(v, few_volumes=0.015, loss=0.0),
    ),
    "knee-of-quality": (lambda v: bend(v, 0.9), lambda v: bend(v, 0.8)),
    "interpolating-badly": (lambda v: copied(v, harm=0.08), lambda v: copied(v, harm=0.0)),
    "diversity-before-completeness": (
        lambda v: power(v, few_volumes=0.012, few_slices=0.002),
        lambda v: power(v, few_volumes=0.002, few_slices=0.012),
    ),
    "completeness-later": (
        lambda v: power(v, few_volumes=0.012, few_slices=0.002),
        lambda v: power(v, few_volumes=0.002, few_slices=0.012),
    ),
    "same-saturation": (
        lambda v: flattening(v, at=lambda _: 0.2),
        lambda v: flattening(v, at=lambda w: 0.1 if w.completeness >= 0.5 else 0.7),
    ),
    "act-differently": (lambda v: by_slices(v, tilt=0.006), lambda v: by_slices(v, tilt=0.0)),
    "quality-before-completeness": (
        lambda v: power(v, few_slices=0.0005, loss=0.3),
        lambda v: power(v, few_slices=0.012, loss=0.0),
    ),
}
"""Claim → a world where it is true, and one where it is false."""
