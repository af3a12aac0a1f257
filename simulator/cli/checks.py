"""One thing that ``doctor`` looked at."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Check"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name : str
    status : {"ok", "note", "wrong"}
    found : str
        In one line.
    """

    name: str
    status: Literal["ok", "note", "wrong"]
    found: str
