"""The paper's network: a U-Net with a ResNet-18 encoder, from random weights (§2.1)."""

import segmentation_models_pytorch as smp
import torch

from ..records import Protocol

__all__ = ["build_network"]


def build_network(protocol: Protocol, *, n_channels: int, seed: int) -> torch.nn.Module:
    """Build the network with weights drawn from a seed.

    Parameters
    ----------
    protocol : Protocol
    n_channels : int
        Input channels.
    seed : int

    Returns
    -------
    torch.nn.Module
        Maps (n, n_channels, height, width) to logits (n, 1, height, width); height and width must be multiples of
        ``2 ** protocol.encoder_depth``.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: torch.nn.Module = smp.Unet(
            "resnet18",
            encoder_weights=None,
            encoder_depth=protocol.encoder_depth,
            decoder_channels=protocol.decoder_channels,
            in_channels=n_channels,
            classes=1,
        )
    return network
