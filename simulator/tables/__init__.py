"""Tables as files: CSV and Excel of any spreadsheet and language, read as text and in bounds, and written."""

from .cells import is_mangled, parse_number, parse_whole
from .reading import read_content, read_table
from .table import Row, Sheet, Table

__all__ = ["Row", "Sheet", "Table", "is_mangled", "parse_number", "parse_whole", "read_content", "read_table"]
