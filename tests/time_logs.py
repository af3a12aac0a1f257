"""Logs of what labeling took, simulated with a known truth."""

from simulator.planning.times.log import TimeRow

__all__ = ["DRAWING", "HOUR", "OPENING", "log_slices", "log_volumes"]

OPENING, DRAWING = 180.0, 60.0
"""Seconds; three minutes and twice the usual price."""

HOUR = 3600.0


def gamma(rng, mean, variation, size=None):
    return rng.gamma(variation**-2, mean * variation**2, size)


def log_slices(rng, n, *, opening=OPENING, drawing=DRAWING, difficulty=0.2, paces=(("", 1.0),), idle=0.0):
    """Times of single slices, eight a visit, by annotators in turn; volumes differ in difficulty."""
    paces, rows = dict(paces), []
    while len(rows) < n:
        number = len(rows) // 8
        annotator = list(paces)[number % len(paces)]
        pace = paces[annotator]
        slow = gamma(rng, 1.0, difficulty)
        for index in range(8):
            seconds = slow * gamma(rng, drawing, 0.4) + (gamma(rng, opening, 0.5) if index == 0 else 0.0)
            away = HOUR if rng.random() < idle else 0.0
            rows.append(
                TimeRow(volume=f"{number}", slice=index, seconds=pace * seconds + away, annotator=annotator)
            )
    return rows[:n]


def log_volumes(rng, n, *, opening=OPENING, drawing=DRAWING, slices=(5, 40), idle=0.0):
    """Times of whole visits, each of its own number of slices."""
    rows = []
    for number in range(n):
        n_slices = int(rng.integers(*slices, endpoint=True))
        seconds = gamma(rng, opening, 0.5) + gamma(rng, 1.0, 0.2) * gamma(rng, drawing, 0.4, n_slices).sum()
        away = HOUR if rng.random() < idle else 0.0
        rows.append(TimeRow(volume=f"{number}", n_slices=float(n_slices), seconds=seconds + away))
    return rows
