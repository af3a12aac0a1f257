import copy

import numpy as np
import pytest
import torch

from simulator.errors import SimulationError
from simulator.protocols import FAST
from simulator.records import EpochScore
from simulator.training import Examples, build_network, loop, train
from simulator.training.device import make_setup
from simulator.training.loop import is_exhausted

SETUP = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)
PROTOCOL = FAST.model_copy(update={"n_epochs": 3})


def make_examples(n=24, fill=0.0):
    rng = np.random.default_rng(0)
    masks = np.zeros((n, 1, 16, 16), dtype=bool)
    for k in range(n):
        row, column = rng.integers(2, 10, 2)
        masks[k, 0, row : row + 4, column : column + 4] = True
    images = rng.normal(size=masks.shape) * 0.3 + masks + fill
    return Examples(
        images=torch.from_numpy(images).half(),
        masks=torch.from_numpy(masks),
        is_labeled=np.ones(n, dtype=bool),
        volumes=np.arange(n),
    )


def fit(examples, seed=0, protocol=PROTOCOL, on_epoch=lambda score, n_epochs: None):
    network = build_network(protocol, n_channels=1, seed=seed)
    return train(
        network,
        examples,
        protocol=protocol,
        setup=SETUP,
        n_labeled_slices_pool=100,
        seed=seed,
        on_epoch=on_epoch,
    )


@pytest.fixture(scope="module")
def first():
    """A training, and the epochs that were told."""
    told = []
    return fit(make_examples(), on_epoch=lambda score, n_epochs: told.append((score.epoch, n_epochs))), told


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(first):
    first, _ = first
    second, other = fit(make_examples()), fit(make_examples(), seed=1)
    assert first.history == second.history
    for one, two in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(one, two)
    assert first.history != other.history


def test_the_best_snapshot_on_val_is_kept(monkeypatch):
    scores, seen = iter((0.5, 0.9, 0.2)), []

    def measure(network, *arguments, **options):
        seen.append(copy.deepcopy(network.state_dict()))
        return next(scores)

    monkeypatch.setattr(loop, "measure_dice", measure)
    kept = fit(make_examples()).network.state_dict()
    assert all(torch.equal(kept[name], weights) for name, weights in seen[1].items())


def test_epochs_are_told_and_of_one_length(first):
    trained, told = first
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert trained.n_slice_steps == 3 * round(0.8 * 100 / 16) * 16


def test_a_square_is_learned():
    trained = fit(make_examples(60), protocol=FAST.model_copy(update={"n_epochs": 8}))
    assert max(score.val_dice for score in trained.history) > 0.6


def test_a_loss_that_is_no_number_is_said():
    with pytest.raises(SimulationError, match="no longer a number in epoch 1"):
        fit(make_examples(fill=float("nan")))


@pytest.mark.parametrize(
    ("scores", "is_over"),
    [((0.5, 0.4, 0.4), True), ((0.5, 0.6, 0.4), False), ((0.5, 0.5, 0.5), True), ((0.5,), False)],
)
def test_patience_counts_from_the_best_epoch(scores, is_over):
    history = [EpochScore(epoch=k + 1, train_loss=0.0, val_dice=v) for k, v in enumerate(scores)]
    assert is_exhausted(history, patience=2) == is_over


@pytest.mark.parametrize("depth", [3, 5])
def test_weights_come_from_the_seed_alone(depth):
    protocol = FAST.model_copy(update={"encoder_depth": depth, "decoder_channels": (16,) * depth})
    torch.manual_seed(99)
    state = torch.get_rng_state()
    one = build_network(protocol, n_channels=4, seed=3)
    assert torch.equal(torch.get_rng_state(), state), "the global generator is left alone"
    two = build_network(protocol, n_channels=4, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert one(torch.zeros(2, 4, 64, 64)).shape == (2, 1, 64, 64)
