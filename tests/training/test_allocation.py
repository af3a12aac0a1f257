"""Memory that is freed is kept."""

import resource
import sys

import pytest
import torch

from simulator.training.allocation import keep_memory

BYTES = 2**25


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_what_is_freed_is_not_asked_for_anew():
    keep_memory()
    allocate(5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    allocate(10)
    n_bytes = (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) * resource.getpagesize()
    # Asked for anew each time it would be ten times as much; what else lies on the heap may cost one once.
    assert n_bytes < 3 * BYTES


def test_new_tensors_are_not_filled(monkeypatch):
    monkeypatch.setattr(torch.utils.deterministic, "fill_uninitialized_memory", True)
    keep_memory()
    assert not torch.utils.deterministic.fill_uninitialized_memory


def allocate(n):
    for _ in range(n):
        torch.empty(BYTES // 4).fill_(1.0)
