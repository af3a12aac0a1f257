from dataclasses import replace

import pytest
import torch

from simulator.training.device import choose_device, flushing_denormals, make_setup


@pytest.mark.parametrize(
    ("precision", "capability", "autocast"),
    [
        ("mixed", (9, 0), torch.bfloat16),
        ("mixed", (8, 0), torch.bfloat16),
        ("mixed", (7, 5), torch.float16),
        ("mixed", (6, 1), None),
        ("full", (9, 0), None),
        ("mixed", None, None),
    ],
)
def test_precision_follows_the_device(precision, capability, autocast):
    setup = make_setup(precision=precision, capability=capability, name="device", free_bytes=8 * 2**30)
    assert setup.autocast == autocast
    assert setup.needs_scaler == (autocast == torch.float16)
    assert setup.device.type == ("cpu" if capability is None else "cuda")
    assert setup.captures == bool(setup.fused) == (capability is not None)


def test_slices_stay_on_a_gpu_up_to_half_of_its_free_memory():
    assert make_setup(precision="full", capability=(8, 6), name="gpu", free_bytes=1000).resident_bytes == 500


def test_what_does_not_fit_together_waits_on_the_host(monkeypatch):
    setup = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)
    pinned = torch.ones(1)
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: pinned)
    images, masks = torch.zeros(100, dtype=torch.uint8), torch.zeros(50, dtype=torch.uint8)
    assert [
        kept is whole for kept, whole in zip(setup.keep(images, masks), (images, masks), strict=True)
    ] == [True] * 2
    assert all(kept is pinned for kept in replace(setup, resident_bytes=149).keep(images, masks))


def test_what_is_on_the_device_is_not_sent_again():
    setup = make_setup(precision="full", capability=None, name="cpu", free_bytes=0)
    tensor = torch.ones(2, 1, 4, 4, dtype=torch.bool)
    assert setup.send(tensor) is tensor
    brought = setup.bring(tensor)
    assert brought.dtype == torch.float32
    assert brought.is_contiguous(memory_format=torch.channels_last)


def test_what_is_sent_is_pinned_first_so_that_nobody_waits(monkeypatch):
    setup = replace(
        make_setup(precision="full", capability=None, name="cpu", free_bytes=0), device=torch.device("meta")
    )
    pinned, sent = [], []
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: pinned.append(tensor) or tensor)
    to = torch.Tensor.to
    monkeypatch.setattr(
        torch.Tensor, "to", lambda tensor, *where, **how: sent.append(how) or to(tensor, *where, **how)
    )
    tensor = torch.ones(2)
    assert setup.send(tensor).device.type == "meta"
    assert pinned == [tensor]
    assert sent == [{"non_blocking": True}]


def test_this_machine_trains_on_one_thread():
    setup = choose_device("mixed")
    assert torch.get_num_threads() == 1
    assert setup.device.type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_numbers_next_to_nothing_are_flushed_and_only_while_it_lasts():
    """They would make late epochs of a long training several times as slow."""
    tiny = torch.full((4,), 1e-40)
    with flushing_denormals():
        assert (tiny * 1.0 == 0).all()
    assert (tiny * 1.0 > 0).all()
