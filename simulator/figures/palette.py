"""Colours with one meaning on every page: a virtue, or failed; all else is ink and grey.

Two palettes, for light and for dark ground, safe for eyes that do not tell red from green. The same numbers stand in
``.streamlit/config.toml`` for text and widgets.
"""

from dataclasses import dataclass

__all__ = ["DARK", "LIGHT", "Palette"]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one theme, as ``#RRGGBB``.

    Parameters
    ----------
    background : str
        The page, and the paper of every chart, so that a chart stays readable while the theme changes.
    ink : str
        Text, lines, what is recommended.
    gray : str
        Small print, axes, labels of what is not recommended.
    grid, fill : str
        Lines of the grid; grey of bars and cells.
    empty : str
        Cells in which there is nothing to do.
    red, failed : str
        Text and ground of what failed.
    quality, diversity, completeness : str
        The three virtues.
    blues : tuple of str, 8
        From few volumes to all.
    greens : tuple of str, 3
        First, second, third pass of a plan.
    contours : tuple of str, 6
        Grounds of a map, from little to much.
    """

    background: str
    ink: str
    gray: str
    grid: str
    fill: str
    empty: str
    red: str
    failed: str
    quality: str
    diversity: str
    completeness: str
    blues: tuple[str, ...]
    greens: tuple[str, ...]
    contours: tuple[str, ...]


LIGHT = Palette(
    background="#FFFFFF",
    ink="#14181F",
    gray="#5A6270",
    grid="#E9E6DF",
    fill="#B9BDC6",
    empty="#EFEEEA",
    red="#B3261E",
    failed="#FBE6E4",
    quality="#D55E00",
    diversity="#0072B2",
    completeness="#009E73",
    blues=("#C3DDEF", "#A3CBE6", "#7FB6DA", "#589FCC", "#3488BD", "#0072B2", "#00598C", "#003F66"),
    greens=("#00614A", "#2FB58D", "#A9E2CF"),
    contours=("#FFFFFF", "#F3F3F1", "#E6E7E8", "#D8DADE", "#CACDD3", "#BCC0C8"),
)

DARK = Palette(
    background="#0E1218",
    ink="#E9ECF1",
    gray="#A3ACBA",
    grid="#262E3A",
    fill="#4A5463",
    empty="#262E3A",
    red="#FF8A80",
    failed="#43211F",
    quality="#F08A3C",
    diversity="#56A8E6",
    completeness="#35BC90",
    blues=("#1F4664", "#27597E", "#306D9A", "#3C82B6", "#4A97D0", "#66ADE4", "#90C7F2", "#C4E3FB"),
    greens=("#7FE8C4", "#2EA37D", "#1A5744"),
    contours=("#0E1218", "#161C25", "#1F2732", "#29323F", "#343E4D", "#404B5C"),
)
