"""Step 1: how precise masks must be (paper §3.2, §4)."""

import streamlit as st

from simulator.analysis.recommendation.strategies import optional
from simulator.analysis.saturation.quality import Knee
from simulator.analysis.study import Study
from simulator.figures.slice_images import draw_slice
from simulator.formats import format_share
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.statistics.uncertainty import excludes_zero
from simulator.virtues import Proxy, annotate_volume, find_level, proxies_for
from simulator.wording.answers import describe_gain

from ..common.escape import escape
from ..common.frame import open_page
from ..common.kept import kept
from ..common.theme import small_print
from ..data.opening import find_prepared
from .curve import describe_curve, show_curve
from .filling import show_filling
from .findings import QualityFindings
from .layout import decide, explain, open_part, open_step, simulate_missing
from .question import Question

__all__ = ["show_precision"]

AIMS = ("0.8", "0.85", "0.9", "0.95", "1")
USUAL = "0.9"
"""The paper's rule (§4, step 1)."""

BOUNDS = {"at": "", "at or below": " or less", "at or above": " or more"}

QUALITIES = (0.75, 0.8, 0.85, 0.9, 0.95)
PICTURED = (0.75, 0.9, 1.0)
PICTURE = 150
"""Pixels."""


def show_precision(asked: Question, found: QualityFindings | None, *, settings: Settings) -> None:
    """Show the step."""
    proxy = _choose_way(asked, found)
    evidence = None if found is None else found.by_proxy.get(proxy.name)
    knee = None if found is None else found.knees[proxy.name]
    card = open_step(1, "How precise must masks be here?")
    left, right = open_part(card)
    with left:
        st.header(_say_knee(knee, evidence, title=asked.dataset.title), anchor=False)
        st.markdown(_say_aim(evidence, _choose_aim(knee)))
        simulate_missing(
            _wanted(evidence, proxy=proxy), what="at other precisions", asked=asked, settings=settings
        )
    with right:
        for way in proxies_for("precision"):
            show_curve(found, proxy=way)
        _show_pictures(asked, proxy=proxy, settings=settings)
    reasons = show_filling(card, asked, found=found, settings=settings)
    said = [describe_curve(found, proxy=way) for way in proxies_for("precision")]
    explain(card, [*said, *reasons, _say_scope(found)])


def _choose_way(asked: Question, found: QualityFindings | None) -> Proxy:
    """Choose of which loss of precision the step speaks: the one asked for, else the first that was measured."""
    ways = proxies_for("precision")
    measured = [way for way in ways if found is not None and way.name in found.by_proxy]
    return next((way for way in ways if way.name == asked.proxy), (measured or ways)[0])


def _say_knee(knee: Knee | None, evidence: Study | None, *, title: str) -> str:
    if evidence is None:
        return f"How precise masks must be has not been measured on {escape(title)}."
    if knee is None:
        return (
            f"Where more precision stops paying cannot be told without {evidence.lacking}."
            if evidence.lacking
            else "Too few precisions were measured to say where more stops paying."
        )
    if not knee.is_clear:
        return "More precise masks pay all the way, or not at all: no clear bend was found."
    at = f"{100 * knee.low:.0f}\u2060–\u2060{format_share(knee.high)}"
    beyond = "hardly beyond" if knee.is_flat_above else "less beyond"
    place = f":orange[**{format_share(knee.quality)} overlap{BOUNDS[knee.place]}**]"
    return f"More precise masks pay up to {place} ({at}), and {beyond}."


def _say_scope(found: QualityFindings | None) -> str:
    if found is None or len(found.by_proxy) < 2:
        return ""
    return "This step looks at every way of losing quality; the one chosen at the top holds for steps 2 to 4."


def _choose_aim(knee: Knee | None) -> float:
    enough = [aim for aim in AIMS if knee is not None and knee.is_clear and float(aim) >= knee.quality - 0.01]
    titles = {aim: "exact" if aim == "1" else format_share(float(aim)) for aim in AIMS}
    return float(decide("aim", "Overlap (IoU) to aim for", titles, default=enough[0] if enough else USUAL))


def _say_aim(evidence: Study | None, aim: float) -> str:
    """Say what was measured at the quality that is aimed for."""
    if aim == 1:
        return "Exact masks are what all others are compared with."
    if evidence is not None and evidence.can_tell:
        row = evidence.row_of(Virtues(diversity=1.0, completeness=1.0, quality=aim, proxy=evidence.proxy))
        if row is not None:
            low, high = optional(row["low"] - 1), optional(row["high"] - 1)
            gain = describe_gain(
                row["normalized"] - 1, low, high, is_measurable=excludes_zero(low, high), otherwise=""
            )
            return (
                f"Against exact masks: **{gain}** of full performance."
                if gain
                else "As good as exact masks, as far as can be told."
            )
    return "What this costs was not measured here; the paper advises at least 90\u00a0%."


def _wanted(evidence: Study | None, *, proxy: Proxy) -> tuple[Virtues, ...]:
    """Name the precisions that are missing for an answer."""
    wanted = (
        *(Virtues(diversity=1.0, completeness=1.0, quality=q, proxy=proxy.name) for q in QUALITIES),
        Virtues.full(),
    )
    return wanted if evidence is None else kept(Study.missing, evidence, wanted)


def _show_pictures(asked: Question, *, proxy: Proxy, settings: Settings) -> None:
    """Show the middle slice of the first volume at three precisions, or how its volumes come here."""
    prepared = find_prepared(asked.dataset.reference, settings=settings)
    volume = next((v for v in prepared.pool if len(v.labeled)), None) if prepared else None
    if prepared is None or volume is None:
        if st.button("Open the volumes to see such masks", icon=":material/view_in_ar:"):
            open_page("data")
        return
    # The one slice then has the overlap itself, and outlining hundreds would take seconds.
    middle = volume.only(int(volume.labeled[len(volume.labeled) // 2]))
    with st.container(horizontal=True, gap="small"):
        for quality in PICTURED:
            virtues = Virtues(diversity=1.0, completeness=1.0, quality=quality, proxy=proxy.name)
            annotated = annotate_volume(middle, virtues, level=find_level(prepared, virtues), seed=0)
            images = draw_slice(annotated, axis=asked.dataset.reference.axis, index=0, is_close=True)
            with st.container(width=PICTURE):
                caption = "exact" if quality == 1 else f"{format_share(quality)} overlap"
                st.image(images.difference, width="stretch", alt=f"A mask with {caption}")
                small_print(caption)
    small_print("White: the reference. Cyan was missed, pink was added.")
