"""The ways in which label quality is lost, one a file, and the one list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...errors import RequestError
from .annotation import Drawing
from .contour import draw_contour
from .interpolation import interpolate
from .shape import interpolate_shape

__all__ = ["PROXIES", "Proxy", "find_proxy", "title_of"]


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """One way of losing quality.

    Parameters
    ----------
    name : str
        As in records and on the command line.
    title : str
        What the annotator does, as the pages say it.
    draw : callable
        ``(reference, *, labeled, level, chance) -> Drawing``.
    has_key_slices : bool
        True if `level` is the spacing of key slices, found from the curve of quality against spacing; False if it is
        the 3-D IoU itself.
    filling : str, default=""
        What becomes of a slice that nobody draws: "copied from its neighbour"; "" if every slice is drawn.
    instruction : str, default=""
        How an annotator does it in the end, with ``{others}``, the slices around a drawn one that nobody draws.
    end_instruction : str, default=""
        The same for the first and the last drawn slice of a volume; "" if there is no difference.
    """

    name: str
    title: str
    draw: Callable[..., Drawing]
    has_key_slices: bool
    filling: str = ""
    instruction: str = ""
    end_instruction: str = ""


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        proxy.name: proxy
        for proxy in (
            Proxy(
                name="interpolation",
                title="Copied from key slices",
                draw=interpolate,
                has_key_slices=True,
                filling="copied from its neighbour",
                instruction="copy it to {others}",
            ),
            Proxy(
                name="shape",
                title="Interpolated between key slices",
                draw=interpolate_shape,
                has_key_slices=True,
                filling="interpolated between its neighbours",
                instruction="interpolate {others} between drawn ones",
                end_instruction="interpolate {others} between drawn ones, or copy it outside them",
            ),
            Proxy(name="contour", title="Outlined in a hurry", draw=draw_contour, has_key_slices=False),
        )
    }
)


def title_of(proxy: str) -> str:
    """Say what the annotator does; records of another version may have a name that is unknown here, which stays."""
    return PROXIES[proxy].title if proxy in PROXIES else proxy


def find_proxy(name: str) -> Proxy:
    """Look up a proxy by name.

    Raises
    ------
    RequestError
        If no proxy has this name.
    """
    if name not in PROXIES:
        raise RequestError(f"proxy must be one of {', '.join(PROXIES)}; got {name!r}")
    return PROXIES[name]
