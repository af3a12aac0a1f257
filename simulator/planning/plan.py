"""From a recommended strategy to slices of volumes, in the order of drawing, within the budget (paper §4).

A strategy is counts: so many volumes, so many slices. They are laid over the volumes at hand evenly; what is dearer
here than it was on the reference is dropped from the end.
"""

import numpy as np
import pandas as pd

from ..analysis import Recommendation, Strategy, Study
from ..analysis.frontier.hull import TOLERANCE
from ..analysis.recommendation.recommend import MIN_COMBINATIONS
from ..analysis.recommendation.strategies import optional
from ..effort import MEASURES, EffortMeasure, Prices
from ..errors import InventoryError, NotMeasuredError, RequestError
from ..virtues import get_proxy
from .order import allocate_slices, choose_volumes, number_passes, spread_slices
from .passes import summarize_passes
from .rhythm import offset_of
from .values import PLAN_COLUMNS, Inventory, InventoryVolume, Plan

__all__ = ["make_plan", "recommend_for"]

WHOLE = 0.9
"""Where every slice was drawn on the reference, and that is at least this share of the slices here: every slice."""


def recommend_for(
    inventory: Inventory, study: Study, *, measure: EffortMeasure, budget: float
) -> Recommendation:
    """Recommend a strategy for an inventory.

    Parameters
    ----------
    inventory : Inventory
        The pool that the study measured, or other volumes like it.
    study : Study
    measure : EffortMeasure
    budget : float
        In the measure's unit; a share is one of the inventory's full effort.

    Returns
    -------
    Recommendation
        Strategies that need more volumes than there are are passed over, unless all do.

    Raises
    ------
    NotMeasuredError
        If there are too few volumes for all but one or two combinations.
    RequestError
        As `recommend` does.
    """
    measure.unit.check(budget)
    runs = study.runs
    n_usable = sum(len(volume.slices) > 0 for volume in inventory.volumes)
    fitting = runs[runs["n_volumes"] <= max(n_usable, runs["n_volumes"].min() if len(runs) else 0)]
    on_reference = _budget_on_reference(budget, measure=measure, inventory=inventory, study=study)
    is_few = n_usable < study.dataset.n_pool
    limited = study.of(fitting, most_volumes=max(1, n_usable) if is_few else None)
    answer = limited.recommend(measure=measure, budget=on_reference)
    if answer.predicted is not None and study.prior.names:
        return answer
    if not n_usable or answer.n_combinations >= MIN_COMBINATIONS or len(fitting) == len(runs):
        return answer
    whole = study.recommend(measure=measure, budget=on_reference)
    if whole.dataset is None or whole.n_combinations < MIN_COMBINATIONS:
        return whole
    raise NotMeasuredError(
        f"{inventory.name} has {n_usable} volume{'' if n_usable == 1 else 's'} with the structure, and of the "
        f"{whole.n_combinations} configurations measured on {whole.dataset.name} only {answer.n_combinations} "
        f"{'needs' if answer.n_combinations == 1 else 'need'} no more; an answer needs at least {MIN_COMBINATIONS}. "
        f"List more volumes"
    )


def make_plan(inventory: Inventory, *, recommendation: Recommendation, prices: Prices, budget: float) -> Plan:
    """Make a plan.

    Parameters
    ----------
    inventory : Inventory
        Volumes to choose from: the recommendation's own pool, or others like them.
    recommendation : Recommendation
        With a strategy that the budget pays for.
    prices : Prices
        As the recommendation was made with.
    budget : float
        In the measure's unit; a share is one of the inventory's full effort.

    Returns
    -------
    Plan
        Never beyond the budget. Volumes are chosen evenly over the inventory (which volumes a simulation took was
        random); slices are equidistant over each structure. Slices that get a copy are no rows; what checking them
        costs is counted with the slice that is copied.

    Raises
    ------
    InventoryError
        If no volume of the inventory shows the structure.
    NotMeasuredError
        If there is no strategy for this budget.
    RequestError
        If the budget does not pay for one slice.
    """
    measure = MEASURES[recommendation.effort]
    usable = [volume for volume in inventory.volumes if len(volume.slices)]
    if not usable:
        raise InventoryError(f"no volume of {inventory.name} shows the structure; name slices to label")
    strategy = recommendation.strategy
    if strategy is None or recommendation.status != "answer":
        raise NotMeasuredError(
            f"no measured strategy fits the budget of {measure.unit.say_given(budget)}; ask for another"
        )
    sizes = np.array([len(volume.slices) for volume in usable])
    chosen = choose_volumes(sizes, n_volumes=min(strategy.n_volumes, len(usable)))
    n_slices = _count_slices(strategy, sizes[chosen])
    rows = _order_rows([usable[i] for i in chosen], strategy, n_slices=n_slices)
    counts = _count_up(rows, strategy, inventory)
    effort = measure.compute(counts, prices).to_numpy()
    is_paid = effort <= budget * TOLERANCE
    n_kept = min(n_slices, int(np.logical_and.accumulate(is_paid).sum()))
    if not n_kept:
        raise RequestError(
            f"the budget of {measure.unit.say_given(budget)} does not pay for one slice here; the first "
            f"needs {measure.unit.say(float(effort[0]))}"
        )
    full = measure.full(_count_all(usable, inventory), prices)
    rows = rows.iloc[:n_kept].assign(
        cumulative_effort=effort[:n_kept],
        cumulative_effort_share=effort[:n_kept] / full,
        cumulative_hours=MEASURES["hours"].compute(counts, prices).to_numpy()[:n_kept],
    )
    passes = summarize_passes(rows, sizes=sizes[chosen], recommendation=recommendation)
    ends = rows["step"].to_numpy().searchsorted([p.number for p in passes], side="right") - 1
    predicted = np.full(n_kept, np.nan)
    predicted[ends] = [np.nan if p.predicted_dice is None else p.predicted_dice for p in passes]
    return Plan(
        recommendation=recommendation,
        rows=rows.assign(order=np.arange(1, n_kept + 1), predicted_performance=predicted)[[*PLAN_COLUMNS]],
        passes=passes,
        inventory=inventory,
        effort=measure.name,
        budget=budget,
        total_effort=float(effort[n_kept - 1]),
        hours=optional(rows["cumulative_hours"].iloc[-1]),
        reopening_hours=prices.hours(
            n_volumes=float(sum(p.n_volumes for p in passes[1:])), n_slices_drawn=0.0, n_slices_copied=0.0
        ),
        n_volumes=int(counts["n_volumes"].iloc[n_kept - 1]),
        n_slices=n_kept,
        n_copied=int(counts["n_slices_copied"].iloc[n_kept - 1]),
        n_dropped=n_slices - n_kept,
    )


def _budget_on_reference(
    budget: float, *, measure: EffortMeasure, inventory: Inventory, study: Study
) -> float:
    """Say what a budget for an inventory is on the reference.

    Hours stay hours. A share of many volumes is as many slices (or volumes) as a larger share of few; beyond everything
    that was measured it stays at everything.
    """
    if measure.share_of is None:
        return budget
    here = inventory.n_slices if measure.share_of == "n_labeled_slices_pool" else len(inventory.volumes)
    n_pool, n_slices = study.pool
    there = n_slices if measure.share_of == "n_labeled_slices_pool" else n_pool
    return min(1.0, budget * here / there)


def _count_slices(strategy: Strategy, sizes: np.ndarray) -> int:
    """Count the slices to draw in the chosen volumes: as many a volume as on the reference, rounded down."""
    available = int(sizes.sum())
    if strategy.n_slices is None:
        return max(len(sizes), int(strategy.virtues.completeness * available))
    wanted = strategy.n_slices * len(sizes) / strategy.n_volumes
    is_every_slice = strategy.virtues.completeness == 1 and not _is_copied(strategy)
    if is_every_slice and wanted > WHOLE * available:
        return available
    return min(available, max(len(sizes), int(wanted + 1e-6)))


def _is_copied(strategy: Strategy) -> bool:
    return strategy.virtues.quality < 1 and strategy.spacing is not None


def _order_rows(volumes: list[InventoryVolume], strategy: Strategy, *, n_slices: int) -> pd.DataFrame:
    """Lay out the slices of all volumes, in order of pass, volume and position."""
    shares = allocate_slices(np.array([len(volume.slices) for volume in volumes]), n_slices=n_slices)
    parts = [
        _rows_of_volume(volume, strategy, number=number, n_slices=int(share))
        for number, (volume, share) in enumerate(zip(volumes, shares, strict=True))
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["step", "number", "slice_index"], kind="stable", ignore_index=True)
    return rows.assign(step=np.unique(rows["step"], return_inverse=True)[1] + 1)


def _rows_of_volume(
    volume: InventoryVolume, strategy: Strategy, *, number: int, n_slices: int
) -> pd.DataFrame:
    drawn = spread_slices(volume.slices, n_slices=n_slices, offset=offset_of(volume.id))
    first, last = _copy_ranges(drawn, volume.slices, strategy)
    is_outermost = (np.arange(len(drawn)) == 0) | (np.arange(len(drawn)) == len(drawn) - 1)
    positions = np.full(volume.n_slices, np.nan) if volume.positions_mm is None else volume.positions_mm
    return pd.DataFrame(
        {
            "number": number,
            "volume": volume.name,
            "slice_index": drawn,
            "axis": volume.axis,
            "position_mm": positions[drawn],
            "instruction": [
                _instruct(strategy, _name_others(*map(int, places)), is_outermost=bool(end))
                for *places, end in zip(first, drawn, last, is_outermost, strict=True)
            ],
            # Where masks are copied, what a hand draws is still exact.
            "target_quality": 1.0 if _is_copied(strategy) else strategy.virtues.quality,
            "step": number_passes(n_slices),
            "n_copies": last - first,
        }
    )


def _copy_ranges(drawn: np.ndarray, slices: np.ndarray, strategy: Strategy) -> tuple[np.ndarray, np.ndarray]:
    """Find the first and last slice that each drawn one is copied to; itself where nothing is copied."""
    if not _is_copied(strategy):
        return drawn, drawn
    # A slice half-way between two drawn ones takes the one before, as in the simulation.
    middles = (drawn[:-1] + drawn[1:]) // 2
    first = np.concatenate([[slices[0]], middles + 1])
    last = np.concatenate([middles, [slices[-1]]])
    if strategy.virtues.completeness == 1:
        return first, last
    n_used = max(len(drawn), int(strategy.virtues.completeness * len(slices)))
    width = np.diff(np.arange(len(drawn) + 1) * n_used // len(drawn))
    return np.maximum(first, drawn - (width - 1) // 2), np.minimum(last, drawn + width // 2)


def _name_others(first: int, drawn: int, last: int) -> str:
    """Name the slices from the first to the last but for the drawn one: "slices 7 to 8 and 10"; "" if it is alone."""
    ranges = [(low, high) for low, high in ((first, drawn - 1), (drawn + 1, last)) if low <= high]
    named = " and ".join(str(low) if low == high else f"{low} to {high}" for low, high in ranges)
    return f"slice{'s' if last - first > 1 else ''} {named}" if named else ""


def _instruct(strategy: Strategy, others: str, *, is_outermost: bool) -> str:
    virtues = strategy.virtues
    if others:
        proxy = get_proxy(virtues.proxy)
        filling = (is_outermost and proxy.end_instruction) or proxy.instruction
        what = f"exactly; in the end {filling.format(others=others)}"
    elif virtues.quality == 1 or strategy.spacing is not None:
        what = "exactly"
    else:
        what = get_proxy(virtues.proxy).instruction.format(quality=f"{100 * virtues.quality:.0f} %")
    # Some viewers number slices from 1, and an annotator may see no more than this row.
    return f"Outline the structure {what} (the first slice is 0)"


def _count_up(rows: pd.DataFrame, strategy: Strategy, inventory: Inventory) -> pd.DataFrame:
    """Count what is done after each row, in the columns that a measure of effort reads."""
    n_drawn, n_copied = np.arange(1, len(rows) + 1), rows["n_copies"].cumsum()
    return pd.DataFrame(
        {
            "diversity": strategy.virtues.diversity,
            "completeness": strategy.virtues.completeness,
            "quality": strategy.virtues.quality,
            "achieved_quality": strategy.achieved_quality,
            "proxy": strategy.virtues.proxy,
            "n_volumes": (~rows["number"].duplicated()).cumsum(),
            "n_slices_drawn": np.nan if strategy.n_slices is None else n_drawn.astype(np.float64),
            "n_slices_copied": n_copied,
            "n_slices_used": n_drawn + n_copied,
            "n_pool": len(inventory.volumes),
            "n_labeled_slices_pool": inventory.n_slices,
        }
    )


def _count_all(usable: list[InventoryVolume], inventory: Inventory) -> pd.DataFrame:
    """Count what everything would be, in the columns that a measure's full effort reads."""
    return pd.DataFrame(
        {
            "diversity": [1.0],
            "n_volumes": [len(usable)],
            "n_pool": [len(inventory.volumes)],
            "n_labeled_slices_pool": [inventory.n_slices],
        }
    )
