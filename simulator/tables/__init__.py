"""Tables as files: CSV, read and written in one place."""
