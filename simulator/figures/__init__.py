"""Charts: for each one, `*_data` computes named numbers and `draw_*` makes a plotly figure of them."""

from .palette import DARK, LIGHT, Palette

__all__ = ["DARK", "LIGHT", "Palette"]
