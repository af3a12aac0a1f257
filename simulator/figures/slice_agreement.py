"""How well an annotation agrees with the reference, slice by slice: where filling in costs quality (paper §2.1)."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ..formats import format_dice
from ..virtues import AnnotatedVolume
from .palette import Palette
from .slice_images import slice_iou
from .style import add_rule, new_figure

__all__ = ["AgreementData", "agreement_data", "draw_agreement"]


@dataclass(frozen=True, kw_only=True, eq=False)
class AgreementData:
    """The numbers of the chart.

    Parameters
    ----------
    slices : ndarray of shape (n_slices,), dtype int64
        Over the structure's extent.
    ious : ndarray of shape (n_slices,), dtype float64
    is_drawn : ndarray of shape (n_slices,), dtype bool
        True for slices that a hand draws; all False where the proxy has no key slices.
    mean : float
        Of `ious`.
    """

    slices: np.ndarray
    ious: np.ndarray
    is_drawn: np.ndarray
    mean: float


def agreement_data(annotated: AnnotatedVolume) -> AgreementData:
    """Compute the IoU of every slice of the structure's extent."""
    annotation = annotated.annotation
    ious = np.array([slice_iou(annotated, index=int(index)) for index in annotation.extent])
    is_drawn = annotation.is_drawn & (annotation.sources is not None)
    return AgreementData(slices=annotation.extent, ious=ious, is_drawn=is_drawn, mean=float(ious.mean()))


def draw_agreement(data: AgreementData, *, index: int, palette: Palette) -> go.Figure:
    """Draw the line, the drawn slices as dots, and where the chosen slice is."""
    figure = new_figure(palette, height=210, margins={"t": 16})
    figure.add_hline(data.mean, line={"color": palette.gray, "width": 1}, layer="below")
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        y=data.mean,
        yanchor="bottom",
        showarrow=False,
        text=f"mean over slices {format_dice(data.mean)}",
        font={"size": 13},
    )
    add_rule(figure, index, color=palette.ink, width=2, dash="dot")
    hover = [f"slice {i}: {format_dice(iou)}" for i, iou in zip(data.slices, data.ious, strict=True)]
    figure.add_scatter(
        x=data.slices,
        y=data.ious,
        mode="lines+markers",
        text=hover,
        hoverinfo="text",
        cliponaxis=False,
        line={"color": palette.quality, "width": 2},
        marker={"color": palette.quality, "size": np.where(data.is_drawn, 10, 4), "opacity": 1},
    )
    low = min(0.9, float(data.ious.min()))
    figure.update_xaxes(title_text="Slice index in the file (0 = first)")
    figure.update_yaxes(title_text="IoU with the reference", range=[max(0.0, low - 0.08), 1.03], nticks=5)
    return figure
