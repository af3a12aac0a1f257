"""Contracts that every proxy and every sampling keeps, alone and together."""

import itertools
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from simulator.errors import RequestError, SimulationError
from simulator.records import Virtues
from simulator.virtues import PROXIES, SAMPLINGS
from simulator.virtues.annotate import annotate, find_level, summarize
from simulator.virtues.contract import check_proxy
from tests.virtues.conftest import make_dataset

proxies = pytest.mark.parametrize("proxy", PROXIES)
seeds = pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3, 4))]
)
samplings = pytest.mark.parametrize("sampling", SAMPLINGS)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """One folder for all, so that each curve of quality is computed once."""
    return make_dataset(tmp_path_factory.mktemp("discs"))


def virtues(diversity=1.0, completeness=1.0, quality=1.0, **names):
    return Virtues(diversity=diversity, completeness=completeness, quality=quality, **names)


def achieve(dataset, virtues, seed=0):
    volumes = list(annotate(dataset, virtues, seed=seed))
    n_labeled = sum(len(v.labeled) for v in dataset.pool)
    level = find_level(dataset, virtues)
    return summarize(
        [v.tally for v in volumes], virtues=virtues, level=level, n_labeled_slices_pool=n_labeled
    ), volumes


def material(volumes):
    return {v.volume.id: set(v.used_slices.tolist()) for v in volumes}


@proxies
def test_every_proxy_keeps_the_contract(proxy):
    check_proxy(PROXIES[proxy])


def test_the_contract_finds_what_is_broken():
    def mutate(reference, **options):
        made = PROXIES["contour"].annotate(reference, **options)
        return replace(made, masks=made.masks & False)

    broken = {
        "full quality is the reference": {"annotate": partial(_shift, by=1)},
        "not empty": {"annotate": mutate},
        "sources are named": {"annotate": PROXIES["interpolation"].annotate},
        "an instruction has {quality}": {"instruction": "quickly"},
        "nothing else is": {"filling": "copied"},
        "in .0, 1.": {"outlining_share": 2.0},
    }
    for message, fields in broken.items():
        with pytest.raises(AssertionError, match=message):
            check_proxy(replace(PROXIES["contour"], **fields))


def _shift(reference, *, by, **options):
    made = PROXIES["contour"].annotate(reference, **options)
    return replace(made, masks=np.roll(made.masks, by, axis=2))


@proxies
@samplings
def test_full_virtues_are_the_identity(dataset, proxy, sampling):
    achieved, volumes = achieve(dataset, virtues(proxy=proxy, sampling=sampling))
    assert [v.volume for v in volumes] == list(dataset.pool)
    for annotated in volumes:
        assert np.array_equal(annotated.used_slices, annotated.volume.labeled)
        everywhere = np.stack([annotated.mask(k) for k in range(len(annotated.volume.masks))])
        assert np.array_equal(everywhere, annotated.volume.masks)
        both = np.sort(np.concatenate([annotated.used_slices, annotated.background_slices]))
        assert np.array_equal(both, np.arange(len(everywhere)))
    assert achieved.quality == 1
    assert achieved.n_slices_drawn == achieved.n_slices_used == achieved.n_labeled_slices_pool
    assert achieved.n_slices_copied == 0


@proxies
@samplings
def test_same_seed_same_bytes_and_nothing_is_mutated(dataset, proxy, sampling):
    before = [(v.images.tobytes(), v.masks.tobytes()) for v in dataset.pool]
    asked = virtues(0.6, 0.5, 0.8, proxy=proxy, sampling=sampling)
    first, second, other = (list(annotate(dataset, asked, seed=seed)) for seed in (7, 7, 8))
    assert material(first) == material(second)
    assert [v.annotation.masks.tobytes() for v in first] == [v.annotation.masks.tobytes() for v in second]
    assert material(first) != material(other)
    assert before == [(v.images.tobytes(), v.masks.tobytes()) for v in dataset.pool]


@proxies
@samplings
@seeds
def test_more_of_a_virtue_is_never_less_material(dataset, proxy, sampling, seed):
    names = {"proxy": proxy, "sampling": sampling}
    shares = (0.1, 0.3, 0.5, 0.9, 1.0)
    by_diversity = [achieve(dataset, virtues(d, 0.5, 0.9, **names), seed)[0] for d in shares]
    by_completeness = [achieve(dataset, virtues(0.5, c, 0.9, **names), seed)[0] for c in shares]
    by_quality = [achieve(dataset, virtues(0.5, 1.0, q, **names), seed)[0] for q in (0.6, 0.75, 0.9, 1.0)]
    for less, more in itertools.pairwise(by_diversity):
        assert less.n_volumes <= more.n_volumes
    for less, more in itertools.pairwise(by_completeness):
        assert less.n_slices_used <= more.n_slices_used
    for less, more in itertools.pairwise(by_quality):
        assert less.n_slices_drawn is None or less.n_slices_drawn <= more.n_slices_drawn


@proxies
@seeds
def test_selections_nest(dataset, proxy, seed):
    chosen = [
        material(annotate(dataset, virtues(d, c, 0.8, proxy=proxy), seed=seed))
        for d, c in ((0.2, 0.1), (0.2, 0.4), (0.7, 0.4), (1.0, 1.0))
    ]
    for less, more in itertools.pairwise(chosen):
        assert set(less) <= set(more)
        assert all(less[volume] <= more[volume] for volume in less)


@proxies
@pytest.mark.parametrize("quality", [0.6, 0.75, 0.9])
def test_quality_comes_near_to_what_was_asked(dataset, proxy, quality):
    # Key slices fall anywhere, so that it is met on average; who draws every slice hits it each time.
    n_seeds, near = (20, 0.02) if PROXIES[proxy].has_key_slices else (2, 0.001)
    means = [
        achieve(dataset, virtues(quality=quality, proxy=proxy), seed)[0].quality for seed in range(n_seeds)
    ]
    assert np.mean(means) == pytest.approx(quality, abs=near)


@samplings
def test_at_least_one_slice_a_volume(dataset, sampling):
    achieved, volumes = achieve(dataset, virtues(0.01, 0.01, sampling=sampling))
    assert achieved.n_volumes == 1
    assert [len(v.used_slices) for v in volumes] == [1]


def test_drawn_slices_are_those_that_serve_a_used_one(dataset):
    achieved, volumes = achieve(dataset, virtues(1.0, 0.3, 0.7))
    for annotated in volumes:
        source = annotated.annotation.sources[annotated.used_slices - annotated.annotation.extent[0], 0]
        assert annotated.tally.n_drawn == len(set(source.tolist()))
        assert annotated.tally.n_copied == sum(source != annotated.used_slices)
    assert achieved.n_slices_drawn + achieved.n_slices_copied >= achieved.n_slices_used


def test_equidistant_slices_are_the_key_slices_of_the_same_spacing(dataset):
    spacing = find_level(dataset, virtues(quality=0.8))
    interpolated = list(annotate(dataset, virtues(quality=0.8), seed=3))
    sparse = list(annotate(dataset, virtues(completeness=1 / spacing, sampling="equidistant"), seed=3))
    for filled_in, left_out in zip(interpolated, sparse, strict=True):
        assert np.unique(filled_in.annotation.sources).tolist() == left_out.used_slices.tolist()


def test_too_low_a_quality_names_the_lowest(dataset):
    with pytest.raises(RequestError, match=r"quality must be at least 0\.\d\d on this data set"):
        list(annotate(dataset, virtues(quality=0.05), seed=0))


def test_a_pool_without_the_structure_is_an_error(dataset):
    blank = dataset.pool[0]
    empty = [type(blank)(**(vars(blank) | {"labeled": blank.labeled[:0], "masks": blank.masks & False}))]
    with pytest.raises(SimulationError, match="take a larger diversity"):
        list(annotate(type(dataset)(**(vars(dataset) | {"pool": tuple(empty)})), virtues(), seed=0))


@pytest.mark.parametrize("quality", [0.1, 0.29])
def test_an_outline_too_bad_to_be_one_is_refused(dataset, quality):
    with pytest.raises(RequestError, match=r"quality must be at least 0\.3, got 0\.[12]"):
        find_level(dataset, virtues(quality=quality, proxy="contour"))


def test_outlines_in_a_hurry_have_no_count_of_drawn_slices(dataset):
    achieved, volumes = achieve(dataset, virtues(0.5, 0.5, 0.8, proxy="contour"))
    assert achieved.n_slices_drawn is None
    assert achieved.spacing is None
    assert achieved.n_slices_copied == 0
    assert all(v.tally.iou == pytest.approx(0.8, abs=0.01) for v in volumes)


def test_interpolated_slices_count_both_key_slices(dataset):
    achieved, volumes = achieve(dataset, virtues(1.0, 0.1, 0.7, proxy="shape"))
    for annotated in volumes:
        keys = {
            int(key)
            for place in annotated.used_slices - annotated.annotation.extent[0]
            for key in annotated.annotation.sources[place]
        }
        assert annotated.tally.n_drawn == len(keys)
    # A tenth of the slices is one or two a volume; what lies between two key slices needs both.
    assert achieved.n_slices_drawn > achieved.n_slices_used
    assert achieved.n_slices_copied <= achieved.n_slices_used
