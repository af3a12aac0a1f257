"""CVAT's export "CVAT for images 1.1": XML, alone or in a zip, with each image of a task and what was drawn on it.

It holds no time that could be used: CVAT counts from when a job was made, and misses work (cvat#6462, #6973).
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from ...errors import ProjectError
from ...tables.archive import holds_member
from ..tools.cvat import NOT_VISIBLE
from .returned import Returned
from .tallying import MAX_BYTES, NAMELESS, Tally, refuse_large, start_tally

__all__ = ["FLAW", "is_cvat", "read_cvat"]

OUTLINES = frozenset({"mask", "polygon", "ellipse"})
"""Shapes that enclose pixels."""

OTHERS = frozenset({"box", "polyline", "points", "cuboid", "skeleton"})

MEMBER = "annotations.xml"

BLOCK = 2**20

DAMAGES = (
    *(expat.ExpatError, LookupError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError),
)
"""What XML raises (of an unknown encoding, too), and what a zip does (of an encrypted one, too)."""

SHAPELESS = "passed over: slices with boxes, lines or points alone, which enclose no pixels ({n})"
EMPTY = (
    "passed over: slices on which nothing was drawn ({n}); where one does not show the structure, give it the tag "
    f"“{NOT_VISIBLE}” in CVAT"
)
FLAW = "count from when a job was made, and miss work (cvat#6462, #6973)"
"""Of CVAT's times."""

TIMES = f"CVAT's times are not used: they {FLAW}; enter the hours by hand"


def is_cvat(content: bytes) -> bool:
    """Tell whether a file is XML, as CVAT writes it, or a zip that holds its."""
    return content[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or holds_member(content, MEMBER)


def read_cvat(content: bytes, *, name: str, volumes: Iterable[str] = ()) -> Returned:
    """Read an export of CVAT, in its format "CVAT for images 1.1".

    Parameters
    ----------
    content : bytes
        The XML, or the zip that it lies in. Where it ends early, what comes before is read.
    name : str
        Of the file, for messages.
    volumes : iterable of str, default=()
        Of the project, in its order: others are passed over.

    Returns
    -------
    Returned
        A slice is labeled if an outline is on it (mask, polygon, ellipse), or the tag that the structure is not
        visible. Without seconds, which is said.

    Raises
    ------
    ProjectError
        If it is no such export, is too large, has a document type, or names no slice.
    """
    refuse_large(len(content), name=name)
    reader = _Reader(start_tally(volumes), name=name)
    blocks = _unzip(content, name=name) if zipfile.is_zipfile(io.BytesIO(content)) else _cut(content)
    reader.read(blocks)
    return reader.finish()


class _Reader:
    """Goes through the XML once, and remembers of the image at hand alone what is on it."""

    def __init__(self, tally: Tally, *, name: str) -> None:
        self.tally = tally
        self.name = name
        self.n_images = 0
        self.depth = 0
        self.image: str | None = None
        self.marks: set[str] = set()

    def read(self, blocks: Iterable[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            for block in blocks:
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except DAMAGES:
            if not self.n_images:
                raise _not_an_export(self.name) from None
            self.tally.notes.append(
                f"{self.name} cannot be read behind its image {self.n_images}; export it again for the rest"
            )

    def finish(self) -> Returned:
        if not self.n_images:
            raise _not_an_export(self.name)
        if self.tally.is_foreign:
            raise ProjectError(
                f"no image in {self.name} names a slice, expected names as CT_001_slice_0007.png; "
                "export the task that was made of the plan"
            )
        self.tally.notes.append(TIMES)
        return self.tally.finish()

    def _refuse_doctype(self, *_: object) -> None:
        raise ProjectError(
            f"{self.name} has a document type, which no export of CVAT has; export it again as CVAT for images 1.1"
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and tag != "annotations":
            raise _not_an_export(self.name)
        if self.depth == 2 and tag == "image":
            self.image, self.marks = attributes.get("name", ""), set()
        elif self.depth == 3 and self.image is not None:
            is_seen = tag == "tag" and attributes.get("label") == NOT_VISIBLE
            self.marks.add(NOT_VISIBLE if is_seen else tag)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if self.depth == 1 and tag == "image" and self.image is not None:
            self.n_images += 1
            self._count(self.image)
            self.image = None

    def _count(self, image: str) -> None:
        found = self.tally.find_slice(image)
        if found is None:
            self.tally.passed_over[NAMELESS] += 1
        elif self.marks & (OUTLINES | {NOT_VISIBLE}):
            self.tally.add(*found)
        else:
            self.tally.passed_over[SHAPELESS if self.marks & OTHERS else EMPTY] += 1


def _not_an_export(name: str) -> ProjectError:
    return ProjectError(f"{name} is no export of CVAT; export the task as CVAT for images 1.1")


def _cut(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), BLOCK):
        yield content[start : start + BLOCK]


def _unzip(content: bytes, *, name: str) -> Iterator[bytes]:
    """Read the annotations off a zip, whatever size it promises."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if MEMBER not in archive.namelist():
            raise ProjectError(f"{name} holds no {MEMBER}; export the task as CVAT for images 1.1")
        n_bytes = 0
        with archive.open(MEMBER) as file:
            while block := file.read(BLOCK):
                n_bytes += len(block)
                if n_bytes > MAX_BYTES:
                    refuse_large(n_bytes, name=f"{MEMBER} in {name}")
                yield block
