"""Memory that a training frees is kept for its next step: to ask the system for pages anew costs up to a tenth."""

import ctypes
from contextlib import suppress

import torch

__all__ = ["keep_memory"]

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
"""Of glibc's ``mallopt``."""

TOP_PAD_BYTES = 2**26
NEVER_BYTES = 2**30
"""No tensor of a step is as large."""


def keep_memory() -> None:
    """Let this process keep freed memory, and hand it out as it is; changes no number.

    Deterministic algorithms fill each new tensor with NaN, in case that somebody reads what nobody wrote: one pass
    over memory an operation, which only helps to find mistakes. Elsewhere than on glibc only that is left out.
    """
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, NEVER_BYTES)
        mallopt(M_TRIM_THRESHOLD, NEVER_BYTES)
        mallopt(M_TOP_PAD, TOP_PAD_BYTES)
