"""How often prices from a time log hold the truth, and how near they come (docs/method.md, section 14)."""

import argparse

import numpy as np

from simulator.effort import Prices
from simulator.planning.times.calibration import calibrate_prices
from tests.time_logs import DRAWING, OPENING, log_slices, log_volumes

N_ROWS = (10, 50, 200)

HALF = 0.5**0.5

LOGS = {
    "slices": (log_slices, {}),
    "slices, idle": (log_slices, {"idle": 0.05}),
    "slices, two annotators, one twice as slow": (log_slices, {"paces": (("A", HALF), ("B", 1 / HALF))}),
    "slices, O = 30 s": (log_slices, {"opening": 30.0}),
    "volumes": (log_volumes, {}),
    "volumes, idle": (log_volumes, {"idle": 0.05}),
    "volumes, 20 slices in each": (log_volumes, {"slices": (20, 20)}),
}
"""Title → what makes a log, and its facts."""


def measure(make, n_rows, *, repetitions, **facts):
    """Two cells: coverage of D with its mean over the truth and its median upper limit over the estimate; of O."""
    rngs = (np.random.default_rng(10_000 + seed) for seed in range(repetitions))
    found = [calibrate_prices(make(rng, n_rows, **facts), usual=Prices()) for rng in rngs]
    drawing = [one.limits["drawing_seconds"] for one in found]
    opening = [one.limits["opening_minutes"] for one in found if "opening_minutes" in one.limits]
    mean = np.mean([limit.value for limit in drawing]) / DRAWING
    width = np.median([limit.high / limit.value for limit in drawing])
    told = _cover(opening, facts.get("opening", OPENING) / 60) if opening else "stays"
    return f"{_cover(drawing, DRAWING)} ({mean:.2f}, {width:.2f}) | {told}"


def _cover(limits, truth):
    return f"{np.mean([limit.low <= truth <= limit.high for limit in limits]):.2f}"


def main():
    """Print one row a kind of log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=300)
    repetitions = parser.parse_args().repetitions
    print("| log | " + " | ".join(f"{n} rows, D | O" for n in N_ROWS) + " |")
    print("| --- |" + " --- | --- |" * len(N_ROWS))
    for title, (make, facts) in LOGS.items():
        cells = [measure(make, n, repetitions=repetitions, **facts) for n in N_ROWS]
        print(f"| {title} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
