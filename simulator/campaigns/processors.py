"""How many simulations a machine can run at once, as far as processors go."""

import joblib

__all__ = ["count_processors"]


def count_processors() -> int:
    """Count the processors that this process may use: a container may have fewer than its machine."""
    return int(joblib.cpu_count())
