"""Synthetic records: a world where Dice saturates in each virtue, with noise of seeds and of test volumes."""

from functools import lru_cache

import numpy as np

from simulator.protocols import get_protocol
from simulator.records import (
    Achieved,
    Cost,
    DatasetReference,
    EpochScore,
    Performance,
    SimulationRecord,
    SimulationRequest,
    Virtues,
    VolumeCounts,
)
from simulator.store.columns import make_row
from simulator.store.table import extend_table
from simulator.virtues import get_proxy

N_SLICES_A_VOLUME = 30

SMALL_GRID = tuple(
    Virtues(diversity=d, completeness=c, quality=q)
    for d, c, q in [
        *((d, c, 1.0) for d in (0.1, 0.3, 0.6, 1.0) for c in (0.1, 0.333333, 1.0)),
        *((1.0, 1.0, q) for q in (0.7, 0.8, 0.9)),
        (0.3, 1.0, 0.8),
        (0.3, 0.5, 0.8),
    ]
)
"""17 combinations: diversity x completeness at quality 1, and some copied ones."""


def make_reference(*, name="toy", n_pool=40, n_test=10, digit="a"):
    return DatasetReference(
        name=name, fingerprint=digit * 64, axis=2, labels=(1,), n_pool=n_pool, n_test=n_test
    )


def true_dice(virtues):
    """The world's law: each virtue saturates, low quality harms."""
    d, c, q = virtues.diversity, virtues.completeness, virtues.quality
    return 0.88 * (1 - 0.35 * np.exp(-7 * d)) * (1 - 0.25 * np.exp(-9 * c)) * (1 - 0.9 * (1 - q) ** 1.3)


@lru_cache(maxsize=4000)
def make_record(virtues=None, *, seed=0, protocol="fast", reference=None, noise=0.005, dice=None):
    """Make one record; the volumes' noise is shared by all combinations of a seed, as in reality."""
    virtues, reference = virtues or Virtues.full(), reference or make_reference()
    request = SimulationRequest(
        dataset=reference, virtues=virtues, protocol=get_protocol(protocol), seed=seed
    )
    own = np.random.default_rng(int(request.key[:12], 16)).normal(0, noise)
    of_volumes = np.random.default_rng(7).normal(0, 0.04, reference.n_test)
    level = true_dice(virtues) if dice is None else dice
    per_volume = tuple(
        _count(f"{i:012x}", np.clip(level + own + of_volumes[i] - of_volumes.mean(), 0.0, 0.99))
        for i in range(reference.n_test)
    )
    return SimulationRecord(
        key=request.key,
        dataset=reference,
        virtues=virtues,
        achieved=_achieve(virtues, n_pool=reference.n_pool),
        protocol=request.protocol,
        seed=seed,
        performance=Performance.of(per_volume),
        per_volume=per_volume,
        history=(EpochScore(epoch=1, train_loss=0.5, val_dice=0.8),),
        cost=Cost(seconds=12.5, slice_steps=1000, device="cpu"),
        versions={"python": "3.11"},
        created="2026-01-01T00:00:00Z",
    )


def make_records(grid=SMALL_GRID, *, n_seeds=3, **options):
    """Make the records of a campaign: each combination with each seed."""
    return tuple(make_record(virtues, seed=seed, **options) for virtues in grid for seed in range(n_seeds))


def make_harmless(grid, **options):
    """Make the records of a campaign in which quality costs nothing, so that what saves it is recommended."""
    exact = {virtues: virtues.model_copy(update={"quality": 1.0}) for virtues in grid}
    return [record for v in grid for record in make_records([v], dice=float(true_dice(exact[v])), **options)]


def make_table(records=None, *, source="local"):
    """Make the run table of some records, as the store does."""
    records = make_records() if records is None else records
    return extend_table(None, [make_row(record, source=source) for record in records])


def _count(volume, dice):
    """Counts of a volume of 2,000 voxels whose Dice is nearly the wanted one."""
    tp = round(1000 * dice)
    wrong = 2000 - 2 * tp
    counts = {"tp": tp, "fp": wrong // 2, "fn": wrong - wrong // 2}
    return VolumeCounts(
        volume=volume, **counts, **{f"{name}_labeled": value for name, value in counts.items()}
    )


def _achieve(virtues, *, n_pool):
    """What the virtues come to where every volume shows the structure on 30 slices."""
    n_volumes = max(1, int(virtues.diversity * n_pool + 0.5))
    spacing = 1 + 10 * (1 - virtues.quality)
    used = max(1, int(virtues.completeness * N_SLICES_A_VOLUME + 0.5))
    if not get_proxy(virtues.proxy).has_key_slices:
        return Achieved(
            quality=virtues.quality,
            spacing=None,
            n_volumes=n_volumes,
            n_slices_drawn=None,
            n_slices_copied=0,
            n_slices_used=n_volumes * used,
            n_labeled_slices_pool=n_pool * N_SLICES_A_VOLUME,
        )
    # Of the key slices, those that serve at least one used slice.
    drawn = max(
        1, min(used, round(N_SLICES_A_VOLUME / spacing * (1 - (1 - virtues.completeness) ** spacing)))
    )
    return Achieved(
        quality=virtues.quality,
        spacing=spacing,
        n_volumes=n_volumes,
        n_slices_drawn=n_volumes * drawn,
        n_slices_copied=n_volumes * (used - drawn),
        n_slices_used=n_volumes * used,
        n_labeled_slices_pool=n_pool * N_SLICES_A_VOLUME,
    )
