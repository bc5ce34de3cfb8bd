"""Marks characters that make a text look like another one: changes of direction, invisible ones, foreign letters."""

from __future__ import annotations

import re

_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
"""Characters without a shape of their own, among them those that change the direction of the text beside them
(Unicode Technical Report 36, section 2.9)."""

_LATIN_LOOKING = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b9"
    "\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c\u041d\u041e"
    "\u0420\u0421\u0422\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb"
    "\u04cf\u0501\u051b\u051d"
)
"""Letters of Cyrillic and Greek that look like Latin ones (confusables of Unicode Technical Standard 39)."""

_SUSPICIOUS = re.compile(f"[{_HIDDEN}{_LATIN_LOOKING}\uff01-\uff5e]")
_WORD = re.compile(r"\w+")
_FOREIGN = re.compile(f"[{_LATIN_LOOKING}\uff21-\uff5a]")
_INVISIBLE = re.compile(f"[{_HIDDEN}]")


def marked(text: str) -> str:
    """Makes characters visible that could deceive a reader, and keeps all others.

    Args:
        text: A text for people.

    Returns:
        The text, in which an invisible character is replaced by its number, such as `[U+202E]`, and a letter that looks
        like a Latin one is followed by its number if the word has Latin letters, too.
    """
    if text.isascii() or not _SUSPICIOUS.search(text):
        return text
    shown = _WORD.sub(_with_numbers, text)
    return _INVISIBLE.sub(lambda found: _number(found[0]), shown)


def _with_numbers(word: re.Match[str]) -> str:
    if not re.search("[A-Za-z]", word[0]) or word.string.startswith(_number(word[0][-1]), word.end()):
        return word[0]  # in the second case, it is marked already
    return _FOREIGN.sub(lambda found: found[0] + _number(found[0]), word[0])


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"
