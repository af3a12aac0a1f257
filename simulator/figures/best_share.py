"""How sure a recommendation is: how often each strategy is the best one when seeds and test volumes are redrawn."""

from dataclasses import dataclass

import plotly.graph_objects as go

from ..analysis import Recommendation
from ..formats import format_share
from .palette import Palette
from .style import new_figure

__all__ = ["BestShareData", "best_share_data", "draw_best_share"]


@dataclass(frozen=True, kw_only=True)
class BestShareData:
    """The numbers of the chart.

    Parameters
    ----------
    titles : tuple of str
        The recommended strategy first.
    shares : tuple of float in [0, 1]
        Of resamples in which each is best.
    """

    titles: tuple[str, ...]
    shares: tuple[float, ...]


def best_share_data(recommendation: Recommendation) -> BestShareData:
    """List the strategies with the share of resamples that each wins, the most frequent obvious one first."""
    titles = {"recommended": "Recommended"} | {
        other.name: other.title for other in recommendation.alternatives
    }
    shares = recommendation.best_share
    order = sorted(shares, key=lambda name: (name != "recommended", -shares[name]))
    return BestShareData(
        titles=tuple(titles[name] for name in order), shares=tuple(float(shares[name]) for name in order)
    )


def draw_best_share(data: BestShareData, *, palette: Palette) -> go.Figure:
    """Draw one bar a strategy, with its share at its end."""
    figure = new_figure(
        palette, height=16 + 32 * len(data.titles), margins={"l": 136, "r": 52, "t": 4, "b": 8}
    )
    figure.add_bar(
        x=data.shares,
        y=data.titles,
        orientation="h",
        width=0.6,
        marker_color=[palette.ink, *[palette.fill] * (len(data.titles) - 1)],
        text=[format_share(share) for share in data.shares],
        textposition="outside",
        textfont={"color": palette.ink, "size": 13},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="", tickfont={"color": palette.ink})
    return figure
