"""Entity tags: which there are, and how all schemes are brought to one (IOB2). Free of torch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from realign_core.data.examples import UNTAGGED, TokenExample

OUTSIDE = "O"
_TAG = re.compile(r"([BIESLU])-([^\s|]+)")
"""Two tags in one (``B-PER|B-LOC``) are none."""
_PART = re.compile(r"(?:([biesluBIESLU])-)?([^-\s]\S*?)(?:-([biesluBIESLU]))?")
_STARTS, _ENDS = frozenset("BSU"), frozenset("ESLU")


def strange_tag(examples: Iterable[TokenExample]) -> str | None:
    """Find the first tag that no scheme of entities has; ``None`` if there is none."""
    valid_tags = {OUTSIDE, UNTAGGED}
    for example in examples:
        for tag in example.tags:
            if tag not in valid_tags:
                if not _TAG.fullmatch(tag):
                    return tag
                valid_tags.add(tag)
    return None


def probable_tag(tag: str) -> str:
    """Guess what a strange tag means, for a message: ``PER-B`` is ``B-PER``, ``PER`` is ``I-PER``."""
    if tag.upper() == OUTSIDE:
        return OUTSIDE
    match = _PART.fullmatch(tag)
    if match is None:
        return OUTSIDE
    before, kind, after = match.groups()
    return f"{(before or after or 'I').upper()}-{kind.upper().partition('|')[0]}"


def as_iob2(examples: Iterable[TokenExample]) -> list[TokenExample]:
    """Write the tags of all schemes (IOB1, IOB2, BIOES, BILOU) as IOB2: each name begins with ``B``.

    Args:
        examples: Sentences without a :func:`strange_tag`.
    """
    return [TokenExample(e.tokens, iob2(e.tags)) for e in examples]


def iob2(tags: Iterable[str]) -> tuple[str, ...]:
    """Write a sentence's tags as IOB2.

    A name begins at ``B``, ``S`` and ``U``, and at any other tag that does not go on the name before it: one
    of the same type that was not ended by ``E``, ``L``, ``S`` or ``U``.

    Example:
        >>> iob2(["I-PER", "I-PER", "O", "B-LOC", "E-LOC", "S-LOC"])
        ('B-PER', 'I-PER', 'O', 'B-LOC', 'I-LOC', 'B-LOC')
    """
    written: list[str] = []
    running = ""
    for tag in tags:
        if tag in (OUTSIDE, UNTAGGED):
            written.append(tag)
            running = ""
            continue
        prefix, _, kind = tag.partition("-")
        written.append(f"{'I' if kind == running and prefix not in _STARTS else 'B'}-{kind}")
        running = "" if prefix in _ENDS else kind
    return tuple(written)
