"""Presets: prices of a usual way to label a usual structure, each with its source or called a guess.

Sources give minutes a volume, nearly never seconds a slice (docs/method.md, section 14). So a preset's price of a slice
is

    (minutes a volume × 60 − seconds to open it) ÷ slices that show the structure,

and where the source does not say how many slices that were, they are guessed, and the preset says so. Its `low` and
`high` are what the fastest and the slowest reading of the source come to: the range over which a price is swept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..errors import RequestError
from .prices import Prices

__all__ = ["PRESETS", "WAYS", "Preset", "Way", "get_preset", "prices_of"]

Way = Literal["manual", "scribble", "proposal"]

WAYS: Mapping[Way, str] = MappingProxyType(
    {
        "manual": "by hand",
        "scribble": "box or scribbles, then corrected",
        "proposal": "a model's proposal, corrected",
    }
)
"""Way of labeling → as pages say it."""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Prices of a way of labeling.

    Parameters
    ----------
    name : str
        As a project keeps it (`simulator.records.frozen.Identifier`); "" for the usual one.
    title : str
        As pages offer it.
    structure : str
        What is outlined; "" for any.
    modality : {"", "CT", "MR"}
    way : {"manual", "scribble", "proposal"}
    prices : mapping of str to float
        Fields of `Prices` that it sets, in their units; the others stay at their defaults.
    low, high : float
        Plausible range of ``drawing_seconds``, in seconds a slice.
    source : str
        Where the prices come from, and how they were computed.
    is_guess : bool
        True where the number of slices, or a share, was not stated by the source.
    """

    name: str
    title: str
    structure: str
    modality: Literal["", "CT", "MR"]
    way: Way
    prices: Mapping[str, float]
    low: float
    high: float
    source: str
    is_guess: bool


_PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            name="",
            title="By hand",
            structure="",
            modality="",
            way="manual",
            prices=MappingProxyType(
                {"opening_minutes": 2.0, "drawing_seconds": 30.0, "checking_seconds": 5.0}
            ),
            low=6.0,
            high=118.0,
            source="The usual prices: AbdomenAtlas (arXiv:2305.09666) estimates 30 to 60 minutes an organ a CT "
            "volume of 379 slices; a quarter to a third of them (a guess) gives 15 to 40 seconds a slice. "
            "The range is that of all presets by hand. Opening and checking are guesses.",
            is_guess=True,
        ),
        Preset(
            name="organ-ct",
            title="Organ in CT, by hand",
            structure="abdominal organ",
            modality="CT",
            way="manual",
            prices=MappingProxyType({"opening_minutes": 2.0, "drawing_seconds": 23.0}),
            low=13.0,
            high=37.0,
            source="AbdomenAtlas (arXiv:2305.09666) estimates 30 to 60 minutes an organ a CT volume of 379 slices. "
            "Its middle, 45 minutes less 2 for opening, over 110 slices with the organ (a guess: a quarter "
            "to a third, 95 to 126) is 23 seconds a slice.",
            is_guess=True,
        ),
        Preset(
            name="hippocampus-mr",
            title="Hippocampus in MR, by hand",
            structure="hippocampus or as small",
            modality="MR",
            way="manual",
            prices=MappingProxyType({"opening_minutes": 2.0, "drawing_seconds": 48.0}),
            low=37.0,
            high=70.0,
            source="Firbank 2008 (doi:10.1002/hbm.20480) states about 30 minutes a side. 30 minutes less 2 for "
            "opening, over 35 slices (a guess: 45 at 1 mm, 24 at 1.7 mm) is 48 seconds a slice.",
            is_guess=True,
        ),
        Preset(
            name="tumor-ct",
            title="Small tumor in CT, by hand",
            structure="renal mass or as small",
            modality="CT",
            way="manual",
            prices=MappingProxyType({"opening_minutes": 2.0, "drawing_seconds": 42.0}),
            low=17.0,
            high=118.0,
            source="Small renal masses (doi:10.5489/cuaj.9476): a radiologist took 7.5 minutes a volume (5.3 to "
            "9.2), a urologist 13.3 (8.2 to 25.6). Their middle, 10.4 minutes less 2 for opening, over 12 "
            "slices (a guess: 36 mm at 3 mm) is 42 seconds a slice.",
            is_guess=True,
        ),
        Preset(
            name="tumor-mr",
            title="Small tumor in MR, by hand",
            structure="vestibular schwannoma or as small",
            modality="MR",
            way="manual",
            prices=MappingProxyType({"opening_minutes": 2.0, "drawing_seconds": 28.0}),
            low=18.0,
            high=45.0,
            source="Vestibular schwannoma (Shapey, doi:10.1007/s11548-020-02222-y): 8.0 minutes a volume by hand, "
            "five raters. Less 2 for opening, over 13 slices (a guess: 8 to 20) it is 28 seconds a slice.",
            is_guess=True,
        ),
        Preset(
            name="liver-mr",
            title="Liver in MR, by hand",
            structure="liver",
            modality="MR",
            way="manual",
            prices=MappingProxyType({"opening_minutes": 2.0, "drawing_seconds": 8.0}),
            low=6.0,
            high=15.0,
            source="Chlebus 2019 (doi:10.1371/journal.pone.0217228): 10 minutes a volume by hand. Less 2 for "
            "opening, over 60 slices (a guess: 180 mm at 3 mm; 40 to 80) it is 8 seconds a slice; the high "
            "end opens in no time.",
            is_guess=True,
        ),
        Preset(
            name="tumor-mr-scribble",
            title="Small tumor in MR, scribbles then corrected",
            structure="vestibular schwannoma or as small",
            modality="MR",
            way="scribble",
            prices=MappingProxyType({"opening_minutes": 1.0, "drawing_seconds": 8.3}),
            low=3.7,
            high=12.9,
            source="Vestibular schwannoma (Shapey, doi:10.1007/s11548-020-02222-y): 2.8 minutes a volume, half "
            "automatically, five raters. Less 1 for opening (a guess: 0 to 2), over 13 slices (a guess) it "
            "is 8.3 seconds a slice. MedSAM (doi:10.1038/s41467-024-44824-z) reports 82 to 83 % less time "
            "than by hand, which of 28 seconds leaves 5.",
            is_guess=True,
        ),
        Preset(
            name="correct-proposal",
            title="Any organ, a model's proposal corrected",
            structure="",
            modality="",
            way="proposal",
            prices=MappingProxyType(
                {"opening_minutes": 2.0, "drawing_seconds": 7.4, "checking_seconds": 1.0}
            ),
            low=2.1,
            high=25.8,
            source="Doolan 2023 (doi:10.3389/fonc.2023.1213068): correcting a proposal saved 74 to 93 % of the time "
            "in head and neck, 14 to 20 % in the breast. Of the usual 30 seconds a slice (a guess) 2.1 to "
            "25.8 are left, in the geometric middle 7.4. Looking took 8 seconds a volume in Veiga-Canuto "
            "2023 (doi:10.3390/cancers15051622), so a checked slice counts 1 second (a guess).",
            is_guess=True,
        ),
        Preset(
            name="liver-mr-proposal",
            title="Liver in MR, a model's proposal corrected",
            structure="liver",
            modality="MR",
            way="proposal",
            prices=MappingProxyType(
                {"opening_minutes": 0.5, "drawing_seconds": 1.5, "checking_seconds": 1.0}
            ),
            low=0.75,
            high=3.0,
            source="Chlebus 2019 (doi:10.1371/journal.pone.0217228): 2 minutes a volume to correct a network, as "
            "exact as by hand. Less half a minute for opening (a guess: 0 to 1), over 60 slices (a guess: 40 "
            "to 80) it is 1.5 seconds a slice. A checked slice counts 1 second (a guess).",
            is_guess=True,
        ),
    )
}

PRESETS: Mapping[str, Preset] = MappingProxyType(_PRESETS)
"""Name → preset, in the order in which pages offer them."""


def get_preset(name: str) -> Preset:
    """Look up a preset by name; "" is the usual one.

    Raises
    ------
    RequestError
        If no preset has this name.
    """
    if name not in PRESETS:
        raise RequestError(
            f"preset must be one of {', '.join(filter(None, PRESETS))}, or nothing for the usual prices; got {name!r}"
        )
    return PRESETS[name]


def prices_of(preset: str, changes: Mapping[str, float]) -> Prices:
    """Take the prices of a preset, with changes.

    Parameters
    ----------
    preset : str
        Its name; "" is the usual one.
    changes : mapping of str to float
        Fields of `Prices` that differ from the preset's, in their units.

    Returns
    -------
    Prices

    Raises
    ------
    RequestError
        If no preset or no price has such a name, or a price is none.

    Examples
    --------
    >>> prices = prices_of("liver-mr", {"opening_minutes": 1.0})
    >>> prices.opening_minutes, prices.drawing_seconds
    (1.0, 8.0)
    """
    names = Prices.__dataclass_fields__
    unknown = next((name for name in changes if name not in names), None)
    if unknown is not None:
        raise RequestError(f"a price must be one of {', '.join(names)}; got {unknown!r}")
    return Prices(**{**get_preset(preset).prices, **changes})
