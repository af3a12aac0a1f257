"""What every claim keeps to: a suite that a claim of one's own can be checked with, too."""

from typing import get_args

from .claims import Claim, Finding, Verdict
from .study import Study

__all__ = ["check_claim"]


def check_claim(claim: Claim, *, study: Study, thin: Study) -> None:
    """Check a claim: one of three verdicts, with its figures; undecided without evidence; same evidence same finding.

    Parameters
    ----------
    claim : Claim
    study : Study
        Of a whole campaign.
    thin : Study
        Of records that can decide nothing, such as those of one combination with one seed.

    Raises
    ------
    AssertionError
        With what was broken.
    """
    assert claim.name == claim.name.strip(), "a name has no spaces around"
    assert claim.title, "a title is shown"
    assert not claim.title.endswith("."), "a title stands in a table"
    assert claim.source, "a claim has its source"
    findings = claim.judge(study)
    assert findings, "a whole campaign is judged"
    assert [f.sentence for f in findings] == [f.sentence for f in claim.judge(study)], "the same every time"
    for finding in (*findings, *claim.judge(thin)):
        _check_finding(finding, claim)
    assert all(f.verdict == "undecided" for f in claim.judge(thin)), "nothing is decided without evidence"


def _check_finding(finding: Finding, claim: Claim) -> None:
    assert finding.claim == claim.name, "a finding names its claim"
    assert finding.verdict in get_args(Verdict), (
        f"a verdict is one of {get_args(Verdict)}, got {finding.verdict}"
    )
    assert "\n" not in finding.sentence, "a sentence is one line"
    assert finding.sentence.endswith("."), "a sentence ends"
    assert finding.share is None or 0 <= finding.share <= 1, "a share of draws is in [0, 1]"
    figures = (finding.estimate, finding.low, finding.high)
    assert all(f is None for f in figures) or all(f is not None for f in figures), (
        "an estimate has its interval"
    )
    if finding.estimate is None:
        assert finding.verdict == "undecided", "what cannot be estimated is undecided"
