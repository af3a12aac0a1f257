"""The three virtues of a labeled data set, as a value (paper §1, §2.1)."""

from typing import ClassVar, Literal, Self

from pydantic import ValidationError, model_validator

from ..errors import RequestError
from .explaining import explain
from .frozen import Growing, Identifier, Share

__all__ = ["Sampling", "Virtues", "parse_virtues"]

Sampling = Literal["random", "equidistant"]


class Virtues(Growing):
    """The three virtues of a labeled data set (paper §1, §2.1).

    Two spellings of the same annotation are made one: where every slice is exact no proxy is at work, where every
    slice is used no sampling is.

    Parameters
    ----------
    diversity : float in (0, 1]
        Portion of the pool's volumes that is labeled.
    completeness : float in (0, 1]
        Portion of the labeled slices that is used in every selected volume.
    quality : float in (0, 1]
        Mean 3-D IoU between annotation and reference over the selected volumes.
    proxy : str, default="interpolation"
        How quality is lost; a name of the registry in `simulator.virtues`.
    sampling : str, default="random"
        How slices are chosen when ``completeness < 1``.
    """

    founding: ClassVar[frozenset[str]] = frozenset({"proxy", "sampling"})

    diversity: Share
    completeness: Share
    quality: Share
    proxy: Identifier = "interpolation"
    sampling: Sampling = "random"

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        for name in ("diversity", "completeness", "quality"):
            object.__setattr__(self, name, round(float(getattr(self, name)), 6) or 1e-6)
        if self.quality == 1:
            object.__setattr__(self, "proxy", "interpolation")
        if self.completeness == 1:
            object.__setattr__(self, "sampling", "random")
        return self

    @classmethod
    def full(cls) -> Self:
        """Everything labeled, exactly: the reference that performance is normalized by."""
        return cls(diversity=1.0, completeness=1.0, quality=1.0)


def parse_virtues(
    *,
    diversity: float,
    completeness: float,
    quality: float,
    proxy: str = "interpolation",
    sampling: str = "random",
) -> Virtues:
    """Check virtues that come from a person.

    Raises
    ------
    RequestError
        If a share is not in (0, 1] or a name is unknown; the message names the field.
    """
    try:
        return Virtues.model_validate(
            {
                "diversity": diversity,
                "completeness": completeness,
                "quality": quality,
                "proxy": proxy,
                "sampling": sampling,
            }
        )
    except ValidationError as error:
        is_share = error.errors(include_url=False)[0]["loc"][0] in ("diversity", "completeness", "quality")
        what = "virtues are shares above 0 and at most 1: " if is_share else ""
        raise RequestError(f"{what}{explain(error)}") from None
