"""A 2-D U-Net is trained on the annotation and measured on the test volumes (paper §2.1). The only user of torch."""

from .device import DeviceSetup, choose_device, flushing_denormals
from .evaluation import evaluate
from .examples import Examples, gather_examples
from .loop import train
from .network import build_network
from .network_grid import NetworkGrid, choose_grid

__all__ = [
    "DeviceSetup",
    "Examples",
    "NetworkGrid",
    "build_network",
    "choose_device",
    "choose_grid",
    "evaluate",
    "flushing_denormals",
    "gather_examples",
    "train",
]
