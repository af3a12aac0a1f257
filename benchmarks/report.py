"""The rows of results.md that scripts measure: what, how much, how much is wanted, and whether that is met.

Each script owns one section between two comments, which a full run writes anew; what is said around it stays. A quick
run only prints, as its numbers are not worth keeping.
"""

import compileall
import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import psutil

from simulator.settings import PROJECT

RESULTS = Path(__file__).with_name("results.md")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure.

    Parameters
    ----------
    what : str
        What was measured, and of how much.
    values : sequence of float
        One a round; none where it could not be measured here, which counts as missed.
    unit : str
        Behind the number: ``s``, ``s CPU``, ``MiB``, ``× reading``.
    target : float, default=None
        None where nothing is asked for.
    wanted : {"at most", "at least"}, default="at most"
    """

    what: str
    values: Sequence[float]
    unit: str
    target: float | None = None
    wanted: Literal["at most", "at least"] = "at most"

    @property
    def verdict(self) -> str:
        """Say whether the median meets the target, and by how much it does not."""
        if self.target is None:
            return "–"
        if not self.values:
            return "not measured here"
        median = statistics.median(self.values)
        # Seconds are sums of hundredths, which floats miss by a little.
        slack = 1e-9 * self.target
        is_met = median <= self.target + slack if self.wanted == "at most" else median >= self.target - slack
        return "met" if is_met else f"missed by {_number(abs(median - self.target))}"

    def to_markdown(self) -> str:
        """Write the row: median, spread, target, verdict."""
        measured = _number(statistics.median(self.values)) + f" {self.unit}" if self.values else "–"
        spread = "–"
        if len(self.values) > 1:
            spread = f"{_number(min(self.values))} to {_number(max(self.values))}, {len(self.values)} rounds"
        sign = {"at most": "≤", "at least": "≥"}[self.wanted]
        target = "–" if self.target is None else f"{sign} {_number(self.target)}"
        return f"| {self.what} | {measured} | {spread} | {target} | {self.verdict} |"


def compile_modules() -> None:
    """Compile what is measured, as a second start finds it; where Python may not write, each start would."""
    for folder in ("simulator", "pages"):
        compileall.compile_dir(PROJECT / folder, quiet=2)


def tell(section: str, rows: Sequence[Row], *, packages: Sequence[str] = (), is_quick: bool = False) -> None:
    """Print the table of a section; a full run writes it into results.md too.

    Parameters
    ----------
    section : str
        Name in the two comments around the table, ``<!-- section -->`` and ``<!-- /section -->``.
    rows : sequence of Row
    packages : sequence of str
        Whose versions matter here.
    is_quick : bool, default=False

    Raises
    ------
    ValueError
        If results.md has no such section.
    """
    table = "\n".join(
        [
            describe_machine(packages),
            "",
            "| measured | median | spread | target | verdict |\n| --- | --- | --- | --- | --- |",
            *(row.to_markdown() for row in rows),
        ]
    )
    print(table)
    if not is_quick:
        RESULTS.write_text(replace_section(RESULTS.read_text(), section, table))


def replace_section(text: str, section: str, table: str) -> str:
    """Put a table between the two comments of a section."""
    pattern = re.compile(
        rf"(<!-- {re.escape(section)} -->\n).*?(<!-- /{re.escape(section)} -->)", flags=re.DOTALL
    )
    if not pattern.search(text):
        raise ValueError(f"results.md has no section <!-- {section} -->")
    return pattern.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def describe_machine(packages: Sequence[str]) -> str:
    """Say where this was measured, and how busy it was with other work."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"
        f"{', ' if versions else ''}{versions}; load at the end {os.getloadavg()[0]:.1f}."
    )


def _number(value: float) -> str:
    """Write three digits, thousands with a comma, nothing behind the point from 100 on."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
