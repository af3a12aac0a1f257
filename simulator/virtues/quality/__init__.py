"""The ways in which label quality is lost, one a file, and the one list of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ...errors import RequestError
from .contour import CONTOUR
from .interpolation import INTERPOLATION
from .proxy import QUESTIONS, Proxy
from .shape import SHAPE

__all__ = ["PROXIES", "QUESTIONS", "Proxy", "describe_proxies", "get_proxy", "proxies_for", "title_of"]

PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        proxy.name: proxy
        for proxy in (
            INTERPOLATION,
            SHAPE,
            CONTOUR,
        )
    }
)
"""Name → proxy, in the order in which pages offer them."""


def proxies_for(question: Literal["skipping", "precision"]) -> tuple[Proxy, ...]:
    """List the proxies that answer a question, in the order of `PROXIES`; each question has at least one."""
    return tuple(proxy for proxy in PROXIES.values() if proxy.question == question)


def title_of(proxy: str) -> str:
    """Say what becomes of masks; records of another version may have a name that is unknown here, which stays."""
    return PROXIES[proxy].title if proxy in PROXIES else proxy


def describe_proxies() -> str:
    """List the ways of losing quality by name, with what becomes of masks: "contour (outlined in a hurry)"."""
    return ", ".join(f"{proxy.name} ({proxy.title.lower()})" for proxy in PROXIES.values())


def get_proxy(name: str) -> Proxy:
    """Look up a proxy by name.

    Raises
    ------
    RequestError
        If no proxy has this name.
    """
    if name not in PROXIES:
        raise RequestError(f"proxy must be one of {', '.join(PROXIES)}; got {name!r}")
    return PROXIES[name]
