"""What is known: records, failures and campaigns, as facts that are added and never changed.

The store is the only user of diskcache, and holds raw JSON text only: opening a cache folder never runs
code. Everything that is not a fact (pending, failed, done) is derived when it is asked for.
"""

from .columns import TableRow
from .facts import MAX_CAMPAIGN_NAME, Aim, Campaign, Chosen, Ending
from .published import read_comparisons
from .rows import Problem
from .store import Store, open_store
from .transfer import Imported, export_records, import_records

__all__ = [
    "MAX_CAMPAIGN_NAME",
    "Aim",
    "Campaign",
    "Chosen",
    "Ending",
    "Imported",
    "Problem",
    "Store",
    "TableRow",
    "export_records",
    "import_records",
    "open_store",
    "read_comparisons",
]
