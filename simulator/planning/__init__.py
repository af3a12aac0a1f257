"""From a strategy to work for annotators: which slices of which volumes, in which order (paper §4)."""

from .values import PLAN_COLUMNS, Inventory, InventoryVolume, Pass, Plan

__all__ = ["PLAN_COLUMNS", "Inventory", "InventoryVolume", "Pass", "Plan"]
