"""Everything about a training that can change a number, as a value with a name."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .frozen import Growing, Identifier, Number

__all__ = ["Protocol"]


class Protocol(Growing):
    """Everything about a training that can change a number, by name (values in `simulator.protocols`).

    Parameters
    ----------
    name : str
        Name of the protocol; one name, one set of values, for ever.
    encoder_depth : int
        Stages of the ResNet-18 encoder; the network's stride is ``2 ** encoder_depth``.
    decoder_channels : tuple of int
        Channels of the decoder's stages, deepest first; one a stage.
    slice_size : int
        Longest side, in pixels, that a slice is prepared with; larger ones are resized.
    batch_size : int
        Slices a step.
    learning_rate : float
        Adam's learning rate; the peak where the schedule is ``one-cycle``.
    schedule : {"constant", "one-cycle"}
        How the learning rate changes over the training.
    n_epochs : int
        Epochs at most.
    patience : int or None
        Early stopping: epochs without a better validation Dice; None trains all epochs.
    background_share : float in [0, 1)
        Share of slices without foreground among all slices that an epoch draws.
    val_split : {"slice", "volume"}
        What is split 80:20 into train and val.
    precision : {"full", "mixed"}
        ``mixed`` lets a device that is faster in half precision use it.
    """

    name: Identifier
    encoder_depth: Annotated[int, Field(ge=3, le=5)]
    decoder_channels: tuple[Number, ...]
    slice_size: Annotated[int, Field(ge=32, le=1024)]
    batch_size: Annotated[int, Field(ge=2, le=2**31)]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "one-cycle"]
    n_epochs: Number
    patience: Number | None
    background_share: Annotated[float, Field(ge=0, lt=1)]
    val_split: Literal["slice", "volume"]
    precision: Literal["full", "mixed"]

    @model_validator(mode="after")
    def _one_decoder_stage_an_encoder_stage(self) -> Self:
        if len(self.decoder_channels) != self.encoder_depth:
            raise ValueError(
                f"decoder_channels needs one number for each of the {self.encoder_depth} encoder stages, "
                f"got {len(self.decoder_channels)}"
            )
        return self
