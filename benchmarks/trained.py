"""Trainings that a benchmark makes once, and prints its tables of: a line of a file each.

What has its line is not trained again, so a benchmark may be stopped and started again.
"""

import argparse
import json
from pathlib import Path

__all__ = ["add_trained", "read_trained", "train_or_show"]


def read_trained(path):
    """Read what was trained by now."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def add_trained(path, text):
    """Write down one training, as a line of JSON."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def train_or_show(description, *, train, show):
    """Train on the data set that the command names; print the tables where it names none."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="data set to train on; none to print the tables")
    arguments = parser.parse_args()
    if arguments.folder:
        train(arguments.folder)
    else:
        show()
