"""Text from outside on pages, made safe to show."""

import re

from simulator.wording.escape import escape

__all__ = ["escape", "escape_sentence"]

# A file, a column or a folder stays as it is called.
_WORD = re.compile(r"[a-z]+(?=[\s,:;]|$)")


def escape_sentence(text: object) -> str:
    r"""Escape a message as a sentence of its own: errors begin small or with a flag, and end without a full stop.

    Examples
    --------
    >>> escape_sentence("all three prices are 0")
    'All three prices are 0.'
    >>> escape_sentence("plan.xlsx is empty")
    'plan.xlsx is empty.'
    """
    plain = str(text).strip().removeprefix("--")
    begun = plain[:1].upper() + plain[1:] if _WORD.match(plain) else plain
    return escape(f"{begun}{'' if plain.endswith(('.', '!', '?')) else '.'}")
