"""Tables as files: CSV of any spreadsheet and language, read as text and in bounds, and written."""

from .cells import is_mangled, parse_number, parse_whole
from .reading import Row, Table, read_content, read_table

__all__ = ["Row", "Table", "is_mangled", "parse_number", "parse_whole", "read_content", "read_table"]
