"""The one place that knows devices: where a training runs, in which memory format and precision."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from .allocation import keep_memory

__all__ = ["DeviceSetup", "choose_device", "flushing_denormals", "make_setup"]

RESIDENT_SHARE = 0.5
"""Of the free device memory; the other half is for activations and the allocator's slack."""


@dataclass(frozen=True, kw_only=True)
class DeviceSetup:
    """Where and how a training computes.

    Parameters
    ----------
    device : torch.device
    name : str
        For the record.
    memory_format : torch.memory_format
        Layout of images and weights.
    autocast : torch.dtype or None
        Type of mixed precision; None computes in float32.
    resident_bytes : int
        Slices up to this size are kept on the device as a whole.
    captures : bool
        True if a step is recorded once and replayed (`objective`).
    fused : bool or None
        Whether Adam updates all weights in one kernel, which never waits; None leaves that to torch.
    """

    device: torch.device
    name: str
    memory_format: torch.memory_format
    autocast: torch.dtype | None
    resident_bytes: int = field(compare=False)  # changes with whatever else runs there
    captures: bool
    fused: bool | None

    @property
    def needs_scaler(self) -> bool:
        """True if gradients would underflow without loss scaling (float16)."""
        return self.autocast == torch.float16

    def mixed(self) -> torch.autocast:
        """Open the context that a forward pass runs in."""
        # No cache: each weight is used once, and a captured step may not keep what it cast.
        return torch.autocast(
            self.device.type, dtype=self.autocast, enabled=self.autocast is not None, cache_enabled=False
        )

    def settle(self, network: torch.nn.Module) -> torch.nn.Module:
        """Move a network to the device, in the memory format of this setup."""
        return network.to(self.device).to(memory_format=self.memory_format)

    def keep(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Keep tensors on the device as a whole where they fit together, else pinned on the host."""
        fits = sum(tensor.nbytes for tensor in tensors) <= self.resident_bytes
        return tuple(self.send(tensor) if fits else tensor.pin_memory() for tensor in tensors)

    def send(self, tensor: torch.Tensor) -> torch.Tensor:
        """Send a tensor to the device as it is, without waiting until it is there."""
        if tensor.device.type == self.device.type:
            return tensor
        return tensor.pin_memory().to(self.device, non_blocking=True)

    def bring(self, batch: torch.Tensor) -> torch.Tensor:
        """Bring a batch to the device as float32 in the memory format of this setup."""
        return self.send(batch).to(torch.float32, memory_format=self.memory_format)


def choose_device(precision: str) -> DeviceSetup:
    """Look at this machine and decide how it computes; sets threads, memory and the deterministic algorithms.

    Parameters
    ----------
    precision : {"full", "mixed"}
        The protocol's precision.

    Returns
    -------
    DeviceSetup
    """
    # One thread a process: two such processes train 1.4 times as much as one with two threads.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    keep_memory()
    if not torch.cuda.is_available():
        return make_setup(precision=precision, capability=None, name="cpu", free_bytes=0)
    # cuBLAS is deterministic only with a workspace of its own, and reads this when it starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.backends.cudnn.benchmark = False
    # Ten bits of mantissa are half a precision: not what `full` says.
    torch.backends.cudnn.allow_tf32 = precision == "mixed"
    free_bytes, _ = torch.cuda.mem_get_info()
    return make_setup(
        precision=precision,
        capability=torch.cuda.get_device_capability(),
        name=torch.cuda.get_device_name(),
        free_bytes=free_bytes,
    )


@contextmanager
def flushing_denormals() -> Iterator[None]:
    """Take numbers next to nothing for nothing: late in a training Adam's moments are such, and four times as slow."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def make_setup(
    *, precision: str, capability: tuple[int, int] | None, name: str, free_bytes: int
) -> DeviceSetup:
    """Decide for a device that is described, not asked: the logic, testable anywhere.

    Parameters
    ----------
    precision : {"full", "mixed"}
    capability : tuple of int or None
        CUDA compute capability; None for the CPU.
    name : str
    free_bytes : int
        Free memory of the device.

    Returns
    -------
    DeviceSetup
        Channels-last everywhere. On CUDA steps are captured; ``mixed`` is bfloat16 from capability 8.0 on, float16 from
        7.0 on. On the CPU float32: without AMX, half precision convolutions are many times slower there.
    """
    if capability is None:
        return DeviceSetup(
            device=torch.device("cpu"),
            name=name,
            memory_format=torch.channels_last,
            autocast=None,
            resident_bytes=2**63 - 1,
            captures=False,
            fused=None,
        )
    half = torch.bfloat16 if capability >= (8, 0) else torch.float16 if capability >= (7, 0) else None
    return DeviceSetup(
        device=torch.device("cuda"),
        name=name,
        memory_format=torch.channels_last,
        autocast=half if precision == "mixed" else None,
        resident_bytes=int(RESIDENT_SHARE * free_bytes),
        captures=True,
        fused=True,
    )
