"""Step 4: after that, more volumes or more slices, by what each gains for an hour of work (paper §4)."""

import plotly.graph_objects as go
import streamlit as st

from simulator.analysis.recommendation.branches import Branch, find_branches, lead_of
from simulator.analysis.study import Study
from simulator.effort import MEASURES
from simulator.figures import Palette
from simulator.figures.branches import branches_data
from simulator.figures.gains import draw_gains
from simulator.formats import format_gain, format_gain_interval, format_hours
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.wording.answers import describe_strategy

from ..common.escape import escape
from ..common.kept import drawn, kept
from ..common.theme import current_palette, show_chart
from .findings import GrowthFindings
from .layout import explain, open_part, open_step, simulate_missing
from .question import Question

__all__ = ["show_afterwards"]

TITLES = {"volumes": "More volumes", "slices": "More slices", "filling": "Fill slices in"}
SAID = {
    "volumes": ":blue[**more volumes**]",
    "slices": ":green[**more slices in the same volumes**]",
    "filling": ":orange[**filling slices in**]",
}
LARGER = (0.2, 0.333333, 0.5, 0.7, 1.0)


def show_afterwards(asked: Question, found: GrowthFindings | None, *, settings: Settings) -> None:
    """Show the step."""
    card = open_step(4, "And after that: more volumes, or more slices?")
    evidence = None if found is None else found.evidence
    answer = asked.recommendation
    strategy = answer.strategy if answer.status == "answer" else None
    branches = (
        None if evidence is None or strategy is None else kept(_find_branches, asked.study, strategy.virtues)
    )
    left, right = open_part(card)
    if evidence is None or strategy is None or branches is None:
        with left:
            st.header("What comes after needs a strategy to start from.", anchor=False)
            st.markdown("Step 2 offers what is missing for one.")
        return
    absent = _say_absent(branches, virtues=strategy.virtues)
    explain(card, [*(_describe_branch(branch) for branch in branches), *absent])
    with left:
        st.header(_say_branches(branches, virtues=strategy.virtues), anchor=False)
        if not branches:
            simulate_missing(
                evidence.missing(_larger(strategy.virtues)),
                what="to go on from here",
                asked=asked,
                settings=settings,
            )
            return
    with right:
        if len(branches) > 1:
            _show_branches(branches)
        else:
            st.markdown(_say_only(branches[0]))


def _find_branches(study: Study, virtues: Virtues) -> tuple[Branch, ...] | None:
    priced = study.at(MEASURES["hours"])
    row = priced.offer_of(virtues)
    return None if row is None else find_branches(priced, now=row)


def _say_branches(branches: tuple[Branch, ...], *, virtues: Virtues) -> str:
    if not branches:
        if virtues == Virtues.full():
            return "Everything is labeled exactly then: beyond this pool nothing was measured."
        return "Nothing that goes on from this strategy lies within what was measured."
    paying = [branch for branch in branches if branch.is_measurable and branch.gain > 0]
    if not paying:
        tried = " or ".join(SAID[direction] for direction in dict.fromkeys(b.direction for b in branches))
        return f"No gain from {tried} can be measured from here: stop, or look again after the plan."
    first, *others = sorted(branches, key=lambda branch: branch is not paying[0])
    if not others:
        rest = (
            "all volumes are in already"
            if virtues.diversity == 1
            else "nothing else lies within what was measured"
        )
        return f"{_upper(_say_gains(first))}; {rest}."
    rival = SAID[others[0].direction]
    if lead_of(first, others[0])[0] > 0:
        return f"Take {SAID[first.direction]}: {_say_gain(first)}, more an hour than {rival}."
    return f"{_upper(_say_gains(first))}; whether that is more an hour than {rival} cannot be told."


def _say_gains(branch: Branch) -> str:
    verb = "gains" if branch.direction == "filling" else "gain"
    return f"{SAID[branch.direction]} {verb} {_say_gain(branch)}"


def _say_gain(branch: Branch) -> str:
    return f"{format_gain(branch.gain)} Dice for {format_hours(branch.extra)}"


def _upper(text: str) -> str:
    """Begin a sentence with a word in colour."""
    place = text.index("**") + 2
    return text[:place] + text[place].upper() + text[place + 1 :]


def _show_branches(branches: tuple[Branch, ...]) -> None:
    st.subheader("What an hour more gains", anchor=False)
    show_chart(
        drawn(_draw, branches[0], branches, palette=current_palette()),
        key="branches",
        alt="Dice gained by more volumes and by more slices for the hours they take",
    )


def _draw(first: Branch, branches: tuple[Branch, ...], *, palette: Palette) -> go.Figure:
    return draw_gains(branches_data(branches), palette=palette)


def _say_only(branch: Branch) -> str:
    """Say the one branch, of which a chart would compare nothing."""
    gain = f"{format_gain(branch.gain)} Dice" if branch.is_measurable else "no gain that can be told"
    return (
        f"Only this next step lies within what was measured: {escape(describe_strategy(branch.strategy))}. It takes "
        f"{format_hours(branch.extra)} more, for {gain}."
    )


def _describe_branch(branch: Branch) -> str:
    return (
        f"{TITLES[branch.direction]}: {escape(describe_strategy(branch.strategy))}. {format_hours(branch.extra)} more, "
        f"{format_gain(branch.gain)} Dice{format_gain_interval(branch.low, branch.high)}."
    )


def _say_absent(branches: tuple[Branch, ...], *, virtues: Virtues) -> list[str]:
    """Say why more volumes, or more slices, are not among the branches."""
    directions = {branch.direction for branch in branches}
    reasons = {
        "volumes": "all of the pool are in already" if virtues.diversity == 1 else "not measured from here",
        "slices": "every slice is labeled already"
        if virtues.completeness == virtues.quality == 1
        else "not measured from here",
    }
    return [f"{TITLES[name]}: {reason}." for name, reason in reasons.items() if name not in directions]


def _larger(virtues: Virtues) -> tuple[Virtues, ...]:
    """Name the next larger diversity and completeness."""
    found = []
    for name in ("diversity", "completeness"):
        larger = next((share for share in LARGER if share > getattr(virtues, name)), None)
        if larger is not None:
            found.append(Virtues.model_validate(virtues.model_dump() | {name: larger}))
    return tuple(found)
