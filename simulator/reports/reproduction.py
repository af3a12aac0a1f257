"""The report of a reproduction: setting, provenance, the paper's claims with verdicts, and what limits them."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

import pandas as pd
from plotly.offline import get_plotlyjs

from ..analysis.agreement import find_agreement
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
    agreement = find_agreement(runs) or find_agreement(comparisons)
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
    parts = [
        f"# The paper on {_plain(study.dataset.name)}",
        _setting(study, runs, prices),
        "## Verdicts",
        describe_tally(findings),
        _table(findings),
        *(_claim(name, findings) for name in CLAIMS),
        "## Figures",
        "\n".join(f"- [{title}]({name})" for name, title in figures.items())
        or "None: too few combinations were measured.",
        "## Provenance",
        _provenance(runs, comparisons),
        "## Limits",
        _limits(_count_seeds(study, runs), proxies=set(runs.loc[runs["quality"] < 1, "proxy"])),
    ]
    return "\n\n".join(parts) + "\n"


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


def _setting(study: Study, runs: pd.DataFrame, prices: Prices) -> str:
    dataset, n_seeds = study.dataset, _count_seeds(study, runs)
    labels = ", ".join(map(str, dataset.labels))
    lines = [
        f"- Data set: {_plain(dataset.name)}, fingerprint `{dataset.fingerprint[:12]}`, sliced across axis "
        f"{dataset.axis}, labels {labels} joined.",
        f"- {format_count(dataset.n_pool, 'volume')} in the pool, {dataset.n_test} held out for testing. Every "
        "interval is for this pool.",
        f"- {format_count(len(n_seeds), 'combination')}, up to {format_count(int(n_seeds.max()), 'seed')}.",
        f"- Protocol {_plain(describe_protocol(study.protocol, study.agreement), longest=MAX_SENTENCE)}.",
        f"- Hours are priced at {prices.opening_minutes:g} minutes to open a volume, {prices.drawing_seconds:g} s to "
        f"draw a slice, {prices.checking_seconds:g} s to check a copied one.",
        *(f"  - {name.replace('_', ' ')}: {PRICES[name].source}" for name in MEASURES["hours"].prices),
    ]
    if study.full is not None:
        full = study.combinations.iloc[study.full]
        interval = format_interval(full["dice_low"], full["dice_high"])
        lines.append(
            f"- Full labeling gives Dice {format_dice(full['dice'])}{interval}; all else is a share of that."
        )
        lines.append(f"- Full labeling takes {_say_full_efforts(study, study.full, prices)}.")
    return "\n".join(lines)


def _say_full_efforts(study: Study, full: int, prices: Prices) -> str:
    """Say what full labeling takes by every measure that is no share of it, and the prices that are not said yet."""
    said = []
    for name, measure in MEASURES.items():
        if measure.share_of is None:
            others = [price for price in measure.prices if price not in MEASURES["hours"].prices]
            at = ", ".join(f"{price.replace('_', ' ')} {getattr(prices, price):g}" for price in others)
            effort = measure.unit.write(float(study.efforts[name][full]))
            said.append(f"{effort} by {name}{f' ({at})' if at else ''}")
    return ", ".join(said)


def _table(findings: Sequence[Finding]) -> str:
    rows = [
        "| claim | by | estimate (90 % interval) | holds in | verdict |",
        "| --- | --- | --- | --- | --- |",
    ]
    for finding in findings:
        share = "" if finding.share is None else f"{format_share(finding.share)} of resamples"
        rows.append(
            f"| {CLAIMS[finding.claim].title} | {_plain(finding.part)} | {_estimate(finding)} | {share} | "
            f"**{finding.verdict}** |"
        )
    return "\n".join(rows)


def _estimate(finding: Finding) -> str:
    if finding.estimate is None:
        return "–"
    write = {"gain": format_gain, "share": format_share, "number": "{:.2f}".format}[finding.form]
    if finding.low is None or finding.high is None:
        return write(finding.estimate)
    return f"{write(finding.estimate)} ({write(finding.low)} to {write(finding.high)})"


def _claim(name: str, findings: Sequence[Finding]) -> str:
    claim = CLAIMS[name]
    found = [finding for finding in findings if finding.claim == name]
    lines = [f"### {claim.title} ({claim.source})", ""]
    lines += [f"- *{finding.verdict}*: {_plain(finding.sentence, longest=MAX_SENTENCE)}" for finding in found]
    quantities = {finding.quantity for finding in found if finding.quantity}
    lines += [f"\nEstimated: {'; '.join(sorted(quantities))}."] if quantities else []
    return "\n".join(lines)


def _provenance(runs: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    rows = [
        "| data | pool | protocol | proxy | from | records | combinations | seeds | made | torch | device | hours |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for found in (*find_provenance(runs), *find_provenance(comparisons)):
        seeds = ", ".join(map(str, found.seeds[:8])) + (" …" if len(found.seeds) > 8 else "")
        rows.append(
            f"| {_plain(found.dataset)} | {found.n_pool} | {_plain(found.protocol)} | {_plain(found.proxy)} | "
            f"{found.source} | {found.n_records} | {found.n_combinations} | {seeds} | {found.first[:10]} to "
            f"{found.last[:10]} | {_plain(', '.join(found.torch))} | {_plain(', '.join(found.devices))} | "
            f"{found.hours:.1f} |"
        )
    return "\n".join(rows)


def _limits(n_seeds: "pd.Series[int]", *, proxies: Container[str]) -> str:
    n_thin = int((n_seeds < 3).sum())
    limits = [
        "One pool of one data set: another pool, organ or scanner may order the virtues differently.",
        *(
            f"Loss of quality is simulated. {proxy.label}: {proxy.caveat}."
            for proxy in PROXIES.values()
            if proxy.name in proxies
        ),
        "Hours are a model with three prices; verdicts by hours hold for these prices.",
        "A resample draws two sources of chance, seeds and test volumes; what that assumes, and how often verdicts are "
        "right on synthetic worlds, stands in docs/method.md.",
    ]
    if n_thin:
        limits.insert(
            0, f"Of {format_count(len(n_seeds), 'combination')}, {n_thin} have fewer than three seeds."
        )
    if len(n_seeds) < 50:
        limits.insert(0, "Fewer than fifty combinations: many claims cannot be decided.")
    return "\n".join(f"- {limit}" for limit in limits)


def _plain(text: object, *, longest: int = MAX_NAME) -> str:
    """Keep text from outside from starting markup: printable, on one line, without the signs that do so."""
    kept = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return kept.translate({ord(sign): None for sign in "`|<>[]*"}).strip()[:longest] or "–"
