"""Each sentence that pages, commands and reports share, once."""
