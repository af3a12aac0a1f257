"""One step, recorded and replayed: on the CPU a stand-in for CUDA's graphs plays back the same arithmetic."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

from simulator.protocols import FAST, PAPER
from simulator.training import build_network, choose_device, objective, train
from simulator.training.device import make_setup
from simulator.training.loop import CRITERION
from simulator.training.objective import prepare_objective
from tests.training.test_loop import make_examples

N_STEPS, SIDE = 20, 32
ON_CPU = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)
CAPTURING = replace(ON_CPU, captures=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    torch.set_num_threads(1)  # as in a training; with more, threads wait for each other on a busy machine
    yield
    objective._capture.cache_clear()


@pytest.fixture
def recorded(monkeypatch):
    """Record on the CPU as CUDA's graphs do: warm up, then read batches at fixed addresses; gives what was recorded."""
    modules = []

    def record(module, batch, *, allow_unused_input=False):
        for _ in range(3):
            torch.autograd.grad(module(*batch), list(module.parameters()), allow_unused=allow_unused_input)
        forward = module.forward

        def replay(*given):
            for ours, theirs in zip(batch, given, strict=True):
                assert (ours.shape, ours.dtype, ours.stride()) == (
                    theirs.shape,
                    theirs.dtype,
                    theirs.stride(),
                )
                ours.copy_(theirs)
            return forward(*batch)

        module.forward = replay
        modules.append(module)
        return module

    monkeypatch.setattr(torch.cuda, "make_graphed_callables", record)
    return modules


@pytest.fixture
def refused(monkeypatch):
    """A device on which nothing can be recorded."""

    def refuse(*arguments, **options):
        raise RuntimeError("operation not permitted when stream is capturing\nand much more")

    monkeypatch.setattr(torch.cuda, "make_graphed_callables", refuse)


def draw_batches(protocol):
    generator = torch.Generator().manual_seed(0)
    for _ in range(N_STEPS):
        images = torch.randn(protocol.batch_size, 2, SIDE, SIDE, generator=generator)
        yield images.half(), images[:, :1] > 0.5


def step_plainly(protocol, setup):
    """Train for some steps as any tutorial does; gives losses and weights."""
    network = setup.settle(build_network(protocol, n_channels=2, seed=1)).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=protocol.learning_rate, fused=setup.fused)
    losses = []
    for images, masks in draw_batches(protocol):
        with setup.mixed():
            logits = network(setup.bring(images))
        loss = CRITERION(logits.float(), setup.bring(masks))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).cpu(), network.cpu().state_dict()


def step_captured(protocol, setup):
    """Train for as many steps by the objective; gives losses, weights and notes."""
    network = build_network(protocol, n_channels=2, seed=1)
    found, notes = prepare_objective(
        network, CRITERION, protocol=protocol, image_shape=(2, SIDE, SIDE), setup=setup
    )
    found.train()
    optimizer = torch.optim.Adam(found.network.parameters(), lr=protocol.learning_rate, fused=setup.fused)
    losses = []
    for images, masks in draw_batches(protocol):
        loss = found(setup.bring(images), setup.bring(masks))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).cpu(), found.network.cpu().state_dict(), notes


def are_equal(one, two):
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize(
    "protocol", [FAST, pytest.param(PAPER, marks=pytest.mark.slow)], ids=["fast", "paper"]
)
def test_twenty_recorded_steps_are_those_of_a_plain_loop_bit_by_bit(recorded, protocol):
    losses, weights = step_plainly(protocol, ON_CPU)
    replayed, kept, notes = step_captured(protocol, CAPTURING)

    assert len(recorded) == 1
    assert torch.equal(losses, replayed)
    assert are_equal(weights, kept)
    assert notes == ()


def fit(setup, *, seed):
    protocol = FAST.model_copy(update={"n_epochs": 2})
    return train(
        build_network(protocol, n_channels=1, seed=seed),
        make_examples(),
        protocol=protocol,
        setup=setup,
        n_labeled_slices_pool=100,
        seed=seed,
        on_epoch=lambda score, n_epochs: None,
    )


def test_one_recording_serves_all_trainings_of_a_process_and_none_sees_another(recorded):
    first, second = fit(CAPTURING, seed=0), fit(CAPTURING, seed=1)

    assert len(recorded) == 1
    for found, seed in ((first, 0), (second, 1)):
        plain = fit(ON_CPU, seed=seed)
        assert found.history == plain.history
        assert are_equal(found.network.state_dict(), plain.network.state_dict())


def test_how_much_memory_is_free_records_nothing_anew(recorded):
    for free_bytes in (10, 20):
        fit(replace(CAPTURING, resident_bytes=2**40 + free_bytes), seed=0)
    assert len(recorded) == 1


def test_where_nothing_can_be_recorded_training_goes_on_and_says_so(refused):
    found, plain = fit(CAPTURING, seed=0), fit(ON_CPU, seed=0)

    assert found.notes == ("the step was not captured: operation not permitted when stream is capturing",)
    assert plain.notes == ()
    assert are_equal(found.network.state_dict(), plain.network.state_dict())


@contextmanager
def no_waiting():
    """Let whatever waits for the device fail."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
class TestOnGpu:
    """A recorded step is the same kernels, so equal bit by bit; a CPU adds in another order: 1e-3 of a loss."""

    def test_twenty_recorded_steps_are_those_asked_for_one_by_one(self):
        setup = choose_device("mixed")
        losses, weights = step_plainly(FAST, setup)
        replayed, kept, notes = step_captured(FAST, setup)
        assert notes == ()
        assert torch.equal(losses, replayed)
        assert are_equal(weights, kept)

    @pytest.mark.parametrize("protocol", [FAST, PAPER], ids=["fast", "paper"])
    def test_twenty_steps_in_full_precision_are_those_of_the_cpu(self, protocol):
        calm = protocol.model_copy(update={"learning_rate": 1e-4})
        here, _, _ = step_captured(calm, choose_device("full"))
        there, _ = step_plainly(calm, ON_CPU)
        torch.testing.assert_close(here, there, rtol=1e-3, atol=1e-3)

    def test_a_recorded_step_does_not_wait_for_the_device(self):
        setup = choose_device("mixed")
        network = build_network(FAST, n_channels=2, seed=1)
        found, _ = prepare_objective(
            network, CRITERION, protocol=FAST, image_shape=(2, SIDE, SIDE), setup=setup
        )
        found.train()
        optimizer = torch.optim.Adam(found.network.parameters(), fused=setup.fused)
        for is_first, (images, masks) in zip([True, *[False] * 19], draw_batches(FAST), strict=True):
            batch = setup.bring(images), setup.bring(masks)
            if is_first:
                found(*batch).backward()
                optimizer.step()
                continue
            with no_waiting():
                optimizer.zero_grad()
                found(*batch).backward()
                optimizer.step()
