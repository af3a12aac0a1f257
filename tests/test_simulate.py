import pytest

from simulator.datasets import open_dataset, prepare_dataset
from simulator.errors import DatasetError, RequestError
from simulator.protocols import SMOKE
from simulator.records import Performance, SimulationRequest, Virtues, parse_record
from simulator.settings import Settings
from simulator.simulate import simulate


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def dataset(settings):
    source = open_dataset("phantom", settings=settings, n_pool=4)
    return prepare_dataset(source, slice_size=SMOKE.slice_size, settings=settings).reference


def ask(dataset, *, seed=0, **shares):
    virtues = Virtues(**({"diversity": 0.5, "completeness": 0.5, "quality": 0.9} | shares))
    return SimulationRequest(dataset=dataset, virtues=virtues, protocol=SMOKE, seed=seed)


@pytest.fixture(scope="module")
def first(dataset, settings):
    """A record, and the epochs that were told while it was made."""
    epochs = []
    record = simulate(
        ask(dataset), settings=settings, on_epoch=lambda score, n_epochs: epochs.append((score, n_epochs))
    )
    return record, epochs


def test_the_same_request_gives_the_same_numbers(first, dataset, settings):
    first, _ = first
    second, other = (simulate(ask(dataset, seed=seed), settings=settings) for seed in (0, 1))
    assert first.per_volume == second.per_volume
    assert first.history == second.history
    assert first.achieved == second.achieved
    assert other.per_volume != first.per_volume


def test_the_record_says_what_was_asked_and_what_came_of_it(first, dataset):
    record, epochs = first
    assert record.request == ask(dataset)
    assert parse_record(record.to_json()) == record
    assert record.performance == Performance.of(record.per_volume)
    assert epochs == [(record.history[0], 1)]
    assert record.achieved.n_volumes == 2
    assert record.achieved.n_slices_drawn <= record.achieved.n_slices_used
    assert record.achieved.quality == pytest.approx(0.9, abs=0.1)
    assert record.cost.slice_steps > 0.8 * record.achieved.n_labeled_slices_pool
    assert set(record.versions) == {"numpy", "python", "segmentation-models-pytorch", "torch"}


def test_one_slice_is_enough_and_says_what_val_is(dataset, settings):
    record = simulate(ask(dataset, diversity=0.1, completeness=0.01, quality=1.0), settings=settings)
    assert record.achieved.n_slices_used == 1
    assert record.notes == ("one labeled slice: val is train",)


def test_a_data_set_that_is_not_prepared_says_how(dataset, settings, tmp_path):
    with pytest.raises(DatasetError, match="datasets prepare"):
        simulate(ask(dataset), settings=Settings(cache=tmp_path))


def test_a_quality_that_cannot_be_met_is_refused(dataset, settings):
    with pytest.raises(RequestError, match="quality must be at least"):
        simulate(ask(dataset, quality=0.01), settings=settings)
