"""Step 2: given the hours, how many volumes and slices in each, and the least that a volume needs (paper §4)."""

from pathlib import Path

import streamlit as st

from simulator.analysis import Strategy
from simulator.analysis.study import Study
from simulator.datasets import PreparedDataset
from simulator.effort import MEASURES
from simulator.figures.coverage import coverage_data
from simulator.figures.lines import draw_lines
from simulator.formats import format_count, format_share
from simulator.planning import Coverage, Inventory, compute_coverage, find_published_inventory, take_inventory
from simulator.planning.coverage import ENOUGH, LARGEST_GAP
from simulator.records import DatasetReference
from simulator.settings import Settings

from ..common.kept import drawn, kept
from ..common.prices import choose_prices
from ..common.theme import current_palette, show_chart, small_print
from ..data.opening import find_prepared
from .answer import show_prior, show_sentence
from .budget import show_budget
from .layout import explain, open_part, open_step, simulate_missing
from .question import Question

__all__ = ["show_amount"]


def show_amount(asked: Question, *, settings: Settings) -> None:
    """Show the step; the hours are in the question already."""
    card = open_step(2, "Given the hours, how many volumes, and how many slices in each?")
    answer = asked.recommendation
    coverage = _find_coverage(asked, settings=settings)
    left, right = open_part(card)
    with left:
        with st.container():
            show_sentence(asked)
            if answer.strategy is not None and answer.status == "answer":
                st.markdown(_say_counts(answer.strategy, coverage))
        if not (answer.status == "empty" or answer.lacks_evidence or asked.study.runs.empty):
            show_budget(full_effort=asked.full_effort)
        choose_prices(MEASURES["hours"], proxy=asked.proxy)
        if answer.status != "answer":
            simulate_missing(answer.suggestions, what="for these hours", asked=asked, settings=settings)
    with right:
        if coverage is None:
            small_print(
                "How many slices a volume needs is measured from the labels, which are not here: open the data set on "
                "the Data page."
            )
        else:
            _show_coverage(coverage)
    explain(card, [] if coverage is None else [_describe_coverage(coverage)])
    with card:
        show_prior(asked)


def _find_coverage(asked: Question, *, settings: Settings) -> Coverage | None:
    """Measure which share of the volumes so many slices cover; None where no label is here."""
    reference = asked.dataset.reference
    prepared = find_prepared(reference, settings=settings)
    if prepared is not None:
        return kept(_cover_prepared, prepared)
    return kept(_cover_published, asked.study, reference, settings.published)


def _cover_prepared(prepared: PreparedDataset) -> Coverage | None:
    return _cover(take_inventory(prepared))


def _cover_published(study: Study, reference: DatasetReference, folder: Path) -> Coverage | None:
    return _cover(find_published_inventory(reference, folder=folder))


def _cover(inventory: Inventory | None) -> Coverage | None:
    return compute_coverage(inventory) if inventory is not None and inventory.n_slices else None


def _say_counts(strategy: Strategy, coverage: Coverage | None) -> str:
    """Say how many slices the sentence above comes to, and whether they see every part."""
    if strategy.n_slices is None or strategy.slices_per_volume is None:
        return ""
    counts = f"That is **{format_count(strategy.n_slices, 'slice')}**, about {strategy.slices_per_volume:.0f} a volume."
    # As it is said, so that nobody reads of about 4 that 4 would be needed.
    if coverage is not None and round(strategy.slices_per_volume) < coverage.least:
        return f"{counts} With so few a volume, :green[**parts may stay unseen**]."
    return counts


def _show_coverage(coverage: Coverage) -> None:
    st.subheader(
        f"{coverage.least} slices a volume cover the structure in {format_share(ENOUGH)} of the volumes"
        if coverage.least > 1
        else "One slice a volume covers the structure",
        anchor=False,
    )
    show_chart(
        drawn(draw_lines, kept(coverage_data, coverage), palette=current_palette()),
        key="coverage",
        alt="Share of volumes that are covered, against slices labeled in each",
    )


def _describe_coverage(coverage: Coverage) -> str:
    gap = f"no stretch of more than {format_share(LARGEST_GAP)} of the structure stays unlabeled"
    if coverage.by_label is None:
        covered = f"{gap}. Which slice shows which label is not known of these volumes."
    else:
        covered = f"each label that a volume has is on a labeled slice, and {gap}."
    return (
        f"Measured on the labels of {format_count(coverage.n_volumes, 'volume')}, slices evenly spaced as in the plan. "
        f"Covered means that {covered}"
    )
