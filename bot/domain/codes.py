"""Codes that residents know a matter by: `MVD-7F3K`. All kinds share one name space."""

from __future__ import annotations

from bot.domain.messages import _

YOUR_NUMBER = _("Thank you. Your number is {code}.")
"""What tells a code; who sends it back asks for its news."""

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U/V pairs: a code is read aloud and copied by hand."""

CODE_LENGTH = 4
LONG_CODE_FROM = 50_000
"""From so many codes in a town on, new ones are one sign longer, so that guesses stay rare."""

REQUEST_PREFIX, REQUEST_LENGTH = "P", 5
"""A request's number is `P-` and so many signs: no country's prefix is one letter."""

CODE_TRIES = 20
"""Draws of a free code before something must be wrong."""


_INVISIBLE = "\u2066\u2067\u2068\u2069\u200e\u200f"
"""Isolates and marks of direction, which come along when a code is copied out of a chat."""


def fold_code(text: str, prefix: str) -> str | None:
    """The public code in a text that is nothing but one, as stored; None when it is anything else.

    Forgives case, a missing dash, spaces, a question mark and isolates, and reads the digits of
    every script. Look-alikes (O for 0 and the like) are signs of no code.
    """
    signs = []
    for sign in text.strip().strip(f"?¿؟.!¡# {_INVISIBLE}"):
        if sign.isdecimal():
            signs.append(str(int(sign)))
        elif sign.isalpha() and sign.isascii():
            signs.append(sign.upper())
        elif sign not in f"-–—_ {_INVISIBLE}":
            return None
    whole = "".join(signs)
    rest = whole.removeprefix(prefix)
    if rest == whole or not CODE_LENGTH <= len(rest) <= CODE_LENGTH + 2:
        return None
    if any(sign not in CODE_SIGNS for sign in rest):
        return None
    return f"{prefix}-{rest}"


def code_within(text: str, prefix: str) -> str | None:
    """The one public code that stands in a sentence; None where there is none, or more than one.

    Stricter than alone: in one word, with its dash or a digit, so that no word of a language is
    one.
    """
    words = (word.strip("\"'“”«»()[].,:;!?¿؟") for word in text.split())
    likely = (word for word in words if "-" in word or any(sign.isdecimal() for sign in word))
    found = {code for word in likely if (code := fold_code(word, prefix)) is not None}
    return found.pop() if len(found) == 1 else None
