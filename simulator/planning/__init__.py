"""From a strategy to work for annotators: which slices of which volumes, in which order (paper §4)."""

from .exports import EXPORTS, Export, find_export
from .inventory import take_inventory
from .inventory_csv import INVENTORY_COLUMNS, parse_inventory
from .plan import budget_on_reference, make_plan
from .published import find_published_inventory, write_published_inventory
from .values import PLAN_COLUMNS, Inventory, InventoryVolume, Pass, Plan

__all__ = [
    "EXPORTS",
    "INVENTORY_COLUMNS",
    "PLAN_COLUMNS",
    "Export",
    "Inventory",
    "InventoryVolume",
    "Pass",
    "Plan",
    "budget_on_reference",
    "find_export",
    "find_published_inventory",
    "make_plan",
    "parse_inventory",
    "take_inventory",
    "write_published_inventory",
]
