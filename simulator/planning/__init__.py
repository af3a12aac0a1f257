"""From a strategy to work for annotators: which slices of which volumes, in which order (paper §4)."""

from .context import gather_context
from .coverage import Coverage, find_coverage, keep_dense
from .exports import EXPORTS, Export, PlanContext, choose_export, find_export, pack_plan, write_plan_files
from .held_out import leave_volumes
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
    "find_coverage",
    "find_export",
    "find_published_inventory",
    "gather_context",
    "keep_dense",
    "leave_volumes",
    "make_plan",
    "pack_plan",
    "parse_inventory",
    "recommend_for",
    "take_inventory",
    "write_plan_files",
    "write_published_inventory",
]
