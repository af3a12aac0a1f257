"""From a strategy to work for annotators: which slices of which volumes, in which order (paper §4)."""

from .context import gather_context
from .coverage import Coverage, compute_coverage, keep_dense
from .exports import EXPORTS, Export, PlanContext, choose_export, get_export, pack_plan, write_plan_files
from .inventory import take_inventory
from .inventory_csv import INVENTORY_COLUMNS, parse_inventory
from .plan import make_plan, recommend_for
from .published import find_published_inventory, write_published_inventory
from .values import PLAN_COLUMNS, Inventory, InventoryVolume, Pass, Plan

__all__ = [
    "EXPORTS",
    "INVENTORY_COLUMNS",
    "PLAN_COLUMNS",
    "Coverage",
    "Export",
    "Inventory",
    "InventoryVolume",
    "Pass",
    "Plan",
    "PlanContext",
    "choose_export",
    "compute_coverage",
    "find_published_inventory",
    "gather_context",
    "get_export",
    "keep_dense",
    "make_plan",
    "pack_plan",
    "parse_inventory",
    "recommend_for",
    "take_inventory",
    "write_plan_files",
    "write_published_inventory",
]
