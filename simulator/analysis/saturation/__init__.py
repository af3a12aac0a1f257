"""Where more quality, and more volumes, hardly pay (paper §3.2, §3.4)."""
