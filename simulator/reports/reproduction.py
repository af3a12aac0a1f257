"""The report of a reproduction: setting, provenance, the paper's claims with verdicts, and what limits them."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from ..analysis.agreement import estimate_agreement
from ..analysis.claims import CLAIMS, Finding, judge_claims
from ..analysis.combinations import COMBINATION
from ..analysis.study import Study, make_studies
from ..effort import MEASURES, PRICES, Prices
from ..figures.paper import PAPER_FIGURES
from ..files import write_output
from ..formats import format_count, format_dice, format_gain, format_interval, format_share
from ..tables.csv import encode_csv
from ..virtues import PROXIES
from ..wording.protocols import describe_protocol
from .provenance import find_provenance

__all__ = ["describe_tally", "write_report", "write_reproduction"]

MAX_NAME, MAX_SENTENCE = 60, 2000

MIN_SEEDS = 3
"""Fewer are named as a limit."""


def write_reproduction(
    runs: pd.DataFrame, *, protocol: str, comparisons: pd.DataFrame, prices: Prices, folder: Path
) -> tuple[Path, ...]:
    """Write the paper's six figures with their numbers, and the report, from records alone.

    Parameters
    ----------
    runs : DataFrame
        All runs of one data set; at least one under the protocol.
    protocol : str
        Under which the claims are judged.
    comparisons : DataFrame
        Runs that only compare protocols; may be empty.
    prices : Prices
    folder : Path
        Made if it is not there; files of an earlier report are replaced, its figures that cannot be made here deleted.

    Returns
    -------
    tuple of Path
        ``figure1.html``, ``figure1.csv`` and so on, as far as they were measured, ``plotly.min.js`` that they share,
        and ``report.md``.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    agreement = estimate_agreement(runs) or estimate_agreement(comparisons)
    by_proxy = make_studies(runs[runs["protocol"] == protocol], prices=prices, agreement=agreement)
    study, *_ = by_proxy.values()
    folder.mkdir(parents=True, exist_ok=True)
    written, titles = [], {}
    for figure in PAPER_FIGURES:
        made = figure.make(study)
        name = f"figure{figure.number}"
        if made is None:
            for suffix in ("html", "csv"):
                (folder / f"{name}.{suffix}").unlink(missing_ok=True)
            continue
        page = made.figure.to_html(include_plotlyjs="directory", full_html=True, div_id=name)
        written += [
            _write(folder / f"{name}.html", page.encode()),
            _write(folder / f"{name}.csv", encode_csv(made.table)),
        ]
        titles[f"{name}.html"] = f"Figure {figure.number}: {figure.title}"
    if written:
        written.append(_write(folder / "plotly.min.js", get_plotlyjs().encode()))
    report = write_report(
        study, judge_claims(by_proxy), runs=runs, comparisons=comparisons, figures=titles, prices=prices
    )
    return (*written, _write(folder / "report.md", report.encode()))


def write_report(
    study: Study,
    findings: Sequence[Finding],
    *,
    runs: pd.DataFrame,
    comparisons: pd.DataFrame,
    figures: Mapping[str, str],
    prices: Prices,
) -> str:
    """Write the report as Markdown.

    Parameters
    ----------
    study : Study
        What was judged.
    findings : sequence of Finding
        From `judge_claims`.
    runs : DataFrame
        All runs of the data set, under any protocol.
    figures : mapping of str to str
        File name → title, of the figures beside the report.
    prices : Prices

    Returns
    -------
    str
        Names from outside are printable, on one line, and start no markup.
    """
    n_seeds = _count_seeds(study, runs)
    return _TEMPLATES.get_template("report.md.jinja").render(
        study=study,
        dataset=study.dataset,
        protocol=describe_protocol(study.protocol, study.agreement),
        full=None if study.full is None else study.combinations.iloc[study.full],
        full_efforts=None if study.full is None else _say_full_efforts(study, study.full, prices),
        prices=prices,
        sources={name.replace("_", " "): PRICES[name].source for name in MEASURES["hours"].prices},
        n_seeds=n_seeds,
        n_thin=int((n_seeds < MIN_SEEDS).sum()),
        tally=describe_tally(findings),
        findings=findings,
        claims=CLAIMS.values(),
        titles={claim.name: claim.title for claim in CLAIMS.values()},
        figures=figures,
        provenance=(*find_provenance(runs), *find_provenance(comparisons)),
        proxies=[
            proxy for proxy in PROXIES.values() if proxy.name in set(runs.loc[runs["quality"] < 1, "proxy"])
        ],
    )


def describe_tally(findings: Sequence[Finding]) -> str:
    """Count the verdicts in one sentence."""
    n = dict.fromkeys(("supported", "contradicted", "undecided"), 0)
    for finding in findings:
        n[finding.verdict] += 1
    return (
        f"Of {len(findings)} findings on {len({f.claim for f in findings})} claims, {n['supported']} are supported, "
        f"{n['contradicted']} contradicted, and {n['undecided']} undecided."
    )


def _write(path: Path, content: bytes) -> Path:
    write_output(path, content)
    return path


def _count_seeds(study: Study, runs: pd.DataFrame) -> "pd.Series[int]":
    """Count the seeds of every combination under the protocol, of whatever proxy."""
    own = runs[runs["protocol"] == study.protocol]
    return own.groupby(COMBINATION)["seed"].nunique()


def _say_full_efforts(study: Study, full: int, prices: Prices) -> str:
    """Say what full labeling takes by every measure that is no share of it, and the prices that are not said yet."""
    said = []
    for name, measure in MEASURES.items():
        if measure.share_of is None:
            others = [price for price in measure.prices if price not in MEASURES["hours"].prices]
            at = ", ".join(f"{price.replace('_', ' ')} {getattr(prices, price):g}" for price in others)
            effort = measure.unit.write(float(study.efforts[name][full]))
            said.append(f"{effort}{f' ({at})' if at else ''}")
    return ", ".join(said)


def _estimate(finding: Finding) -> str:
    if finding.estimate is None:
        return "–"
    write = {"gain": format_gain, "share": format_share, "number": "{:.2f}".format}[finding.form]
    if finding.low is None or finding.high is None:
        return write(finding.estimate)
    return f"{write(finding.estimate)} ({write(finding.low)} to {write(finding.high)})"


def _plain(text: object, *, longest: int = MAX_NAME) -> str:
    """Keep text from outside from starting markup: printable, on one line, without the signs that do so."""
    kept = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return kept.translate({ord(sign): None for sign in "`|<>[]*"}).strip()[:longest] or "–"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    # Markdown: what comes from outside goes through `plain`, which leaves no sign that starts markup.
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters |= {
    "plain": _plain,
    "sentence": partial(_plain, longest=MAX_SENTENCE),
    "estimate": _estimate,
    "dice": format_dice,
    "share": format_share,
}
_TEMPLATES.globals |= {"count": format_count, "interval": format_interval}
