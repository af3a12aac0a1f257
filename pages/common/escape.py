"""Text from outside, made safe to show: a volume may be called ``![](http://…)``, which Markdown would fetch."""

import re

__all__ = ["escape", "escape_sentence"]

# Everything that starts something in Streamlit's Markdown: also `:red[…]`, `$…$`, `~~…~~`, bare links and HTML.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&^=/])")
# Bare links and addresses become links though they are escaped; an invisible word joiner keeps them text.
_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def escape(text: object) -> str:
    r"""Escape text for Markdown, on one line.

    Examples
    --------
    >>> escape("![x](y)")
    '\\!\\[x\\]\\(y\\)'
    """
    plain = _BLANK.sub(" ", str(text))
    return _SPECIAL.sub(r"\\\1", _LINK.sub(lambda found: f"{found[0][:-1]}\u2060{found[0][-1]}", plain))


def escape_sentence(text: object) -> str:
    r"""Escape a message as a sentence of its own: errors begin small or with a flag, and end without a full stop.

    Examples
    --------
    >>> escape_sentence("all three prices are 0")
    'All three prices are 0\\.'
    """
    plain = str(text).strip().removeprefix("--")
    return escape(f"{plain[:1].upper()}{plain[1:]}{'' if plain.endswith(('.', '!', '?')) else '.'}")
