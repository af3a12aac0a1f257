"""Text from outside, made safe to show: a volume may be called ``![](http://…)``, which Markdown would fetch."""

import re

__all__ = ["escape"]

# Everything that starts something in Streamlit's Markdown: also `:red[…]`, `$…$`, `~~…~~`, bare links and HTML.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~$@&^=]|:(?=\S))")
# These start something only at the beginning: a list, a heading's underline.
_FIRST = re.compile(r"^(\s*)([-+](?=[-\s]|$)|\d+(?=[.)](?:\s|$)))")
# Bare links and addresses become links though they are escaped; an invisible word joiner keeps them text.
_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def escape(text: object) -> str:
    r"""Escape text for Markdown, on one line.

    Examples
    --------
    >>> escape("![x](y)"), escape("1. x"), escape("0.83 (0.81 to 0.85)")
    ('\\!\\[x\\](y)', '1\u2060. x', '0.83 (0.81 to 0.85)')
    """
    plain = _LINK.sub(lambda found: f"{found[0][:-1]}\u2060{found[0][-1]}", _BLANK.sub(" ", str(text)))
    return _FIRST.sub(_disarm, _SPECIAL.sub(r"\\\1", plain))


def _disarm(found: re.Match[str]) -> str:
    blank, first = found.groups()
    return f"{blank}\\{first}" if first in "+-" else f"{blank}{first}\u2060"
