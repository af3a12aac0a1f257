"""Everything that can go wrong, as one tree.

::

    LabelwiseError
    ├── InputError               a person can mend it: exit code 2 on the command line, a message on a page
    │   ├── DatasetError         a data set, volume, label map or layout
    │   ├── RequestError         virtues, budgets, prices, grids, flags
    │   ├── RecordError          a record, key or line that does not validate
    │   ├── ProjectError         a lab's project, or what came back for it
    │   ├── TableError           a CSV or workbook that cannot be read as one
    │   │   └── InventoryError   a list of volumes that is wrong
    │   └── NotMeasuredError     no record answers the question yet
    ├── DownloadError            an archive could not be brought here whole, or cannot be trusted
    ├── ReadOnlyError            only looking and exporting are allowed (LABELWISE_READ_ONLY, LABELWISE_STARTERS)
    ├── StoreError               the cache folder cannot be used
    └── SimulationError          one training could not be done

A message says what was expected, what came, where, and what to do, in one line.
"""

__all__ = [
    "DatasetError",
    "DownloadError",
    "InputError",
    "InventoryError",
    "LabelwiseError",
    "NotMeasuredError",
    "ProjectError",
    "ReadOnlyError",
    "RecordError",
    "RequestError",
    "SimulationError",
    "StoreError",
    "TableError",
]


class LabelwiseError(Exception):
    """Root of all errors that Labelwise raises on purpose."""


class InputError(LabelwiseError):
    """Something that came from outside is wrong, and a person can mend it."""


class DatasetError(InputError):
    """A data set, volume, label map or layout is wrong."""


class RequestError(InputError):
    """Virtues, budgets, prices, grids or flags are wrong."""


class RecordError(InputError):
    """A record, key or line does not validate."""


class ProjectError(InputError):
    """A lab's project is wrong, or what came back for it does not fit."""


class TableError(InputError):
    """A CSV or a workbook cannot be read as one."""


class InventoryError(TableError):
    """A list of volumes is wrong."""


class NotMeasuredError(InputError):
    """No record answers the question yet; the message says which simulations would."""


class DownloadError(LabelwiseError):
    """An archive could not be brought here whole, or holds what is not unpacked."""


class ReadOnlyError(LabelwiseError):
    """The installation is read-only: nothing can be started, cancelled, prepared, imported or downloaded."""


class StoreError(LabelwiseError):
    """The cache folder cannot be used as it is."""


class SimulationError(LabelwiseError):
    """One training could not be done; the others go on."""
