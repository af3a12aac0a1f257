"""Which column of a lab's own list holds what: guessed from its title, and changed by whoever knows better."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ...errors import InventoryError

__all__ = ["FIELDS", "change_columns", "guess_columns", "is_header"]

_FILE = "path file filename filepath image imagefile imagepath imagename nifti dicom"

_TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(titles.split())
        for field, titles in {
            "volume": "volume volumeid volumename case caseid casename patientid patient patid pid subject subjectid "
            "subj scan scanid study studyid series seriesid id name",
            "n_slices": "nslices numslices numberofslices numberslices noofslices slicecount nslice slices nimages "
            "numimages images n nz dimz zdim depth",
            "first_slice": "firstslice first startslice start slicestart fromslice from zmin",
            "last_slice": "lastslice last endslice end sliceend toslice to zmax",
            "axis": "axis sliceaxis slicingaxis",
            "spacing_mm": "spacing slicespacing spacingz zspacing spacingbetweenslices slicedistance distance "
            "sliceincrement increment dz slicethickness thickness",
            "group": "group site siteid center centre hospital institution scanner scannermodel manufacturer vendor "
            "cohort sex gender",
            "labeled_slices": "labeledslices labelledslices slicesdone doneslices annotatedslices segmentedslices "
            "labeled labelled annotated done",
            "path": _FILE,
        }.items()
    }
)
"""Field → titles that mean it, without spaces, marks and units; the earlier means it more surely."""

FIELDS = tuple(_TITLES)
"""What is known of a volume; only the first one has to be."""

_UNIT = re.compile(r"[(\[{].*?[)\]}]")
_MILLIMETRES = re.compile(r"(?<=.)mm$")


def guess_columns(titles: Sequence[str]) -> dict[str, str | None]:
    """Guess what columns hold.

    Parameters
    ----------
    titles : sequence of str

    Returns
    -------
    dict of str to (str or None)
        Title → field, in the order of the columns; None for a column that is not used. Each field is there once at
        most.

    Examples
    --------
    >>> guess_columns(["Patient_ID", "n", "Slice thickness [mm]", "Age"])
    {'Patient_ID': 'volume', 'n': 'n_slices', 'Slice thickness [mm]': 'spacing_mm', 'Age': None}
    """
    plain = {title: _plain(title) for title in titles}
    found: dict[str, str | None] = dict.fromkeys(titles)
    for field, names in _TITLES.items():
        # A list of nothing but files names its volumes by them.
        wanted = (*names, *_FILE.split()) if field == "volume" else names
        free = [title for title in titles if found[title] is None and plain[title] in wanted]
        if free:
            found[min(free, key=lambda title: wanted.index(plain[title]))] = field
    return found


def change_columns(
    guessed: Mapping[str, str | None], changes: Mapping[str, str | None], *, name: str
) -> dict[str, str | None]:
    """Change what columns hold; a guess yields where its field is given to another column.

    Parameters
    ----------
    guessed : mapping of str to (str or None)
        Title → field.
    changes : mapping of str to (str or None)
        The same for some of the columns.
    name : str
        Of the file, for messages.

    Returns
    -------
    dict of str to (str or None)

    Raises
    ------
    InventoryError
        If there is no such column or field, or one field is given to two columns.
    """
    given = [field for field in changes.values() if field is not None]
    for title, field in changes.items():
        if title not in guessed:
            raise InventoryError(
                f"{name} has no column {title!r}; its columns are {', '.join(guessed)}"[:400]
            )
        if field is not None and field not in FIELDS:
            raise InventoryError(
                f"{name}, column {title}: expected one of {', '.join(FIELDS)}, or none; got {field!r}"
            )
        if given.count(field or "") > 1:
            raise InventoryError(f"{name}: {field} is given to two columns; give it to one of them")
    kept = {title: None if field in given else field for title, field in guessed.items()}
    return {**kept, **changes}


def is_header(titles: Sequence[str]) -> bool:
    """Whether a row of cells looks like titles of a list of volumes: one of them names the volume."""
    return "volume" in guess_columns([title for title in titles if title]).values()


def _plain(title: str) -> str:
    """Take a title's letters and digits, without what stands in brackets."""
    letters = "".join(letter for letter in _UNIT.sub("", title).casefold() if letter.isalnum())
    return _MILLIMETRES.sub("", letters)
