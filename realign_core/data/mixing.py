"""Pairs of several languages: how many of each, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from realign_core.data.examples import ParallelText
from realign_core.support.errors import DataError
from realign_core.support.seeds import DATA_SEED


class Mix(StrEnum):
    """How a budget of pairs is shared out.

    ``EQUAL``: the same number for every language. ``PROPORTIONAL``: in proportion to the
    number of pairs that a language has.
    """

    EQUAL = "equal"
    PROPORTIONAL = "proportional"


@dataclass(frozen=True, slots=True)
class MixedPair:
    """One pair of a mix, with the code of its language."""

    language: str
    source: str
    target: str


def allocate(available: Mapping[str, int], budget: int, mix: Mix, *, repeat: bool = False) -> dict[str, int]:
    """Share a budget of pairs out over languages.

    Shares are whole numbers by largest remainder (ties in order of the codes), so they add up
    to the budget. Without repetition a language gives at most what it has, and what it cannot
    give is shared out over the others.

    Args:
        available: Language -> number of its pairs.
        budget: Number of pairs in all, at least 0.
        mix: How they are shared out.
        repeat: Whether pairs may be used more than once.

    Returns:
        Language -> number of pairs, codes sorted, adding up to ``budget``.

    Raises:
        DataError: If a language has no pairs, no language is given though pairs are wanted,
            the budget is negative, or it exceeds the data and repetition is off.
    """
    if budget < 0:
        raise DataError(f"a budget of 0 pairs or more is needed, but got {budget}")
    empty = sorted(code for code, n in available.items() if n <= 0)
    if empty:
        raise DataError(
            f"no pairs for {', '.join(empty)}", fix="leave these languages out or loosen the pair filters"
        )
    if budget and not available:
        raise DataError(f"{budget} pairs are wanted of no language", fix="name at least one language")
    total = sum(available.values())
    if budget > total and not repeat:
        raise DataError(
            f"{budget} pairs are wanted, but {len(available)} languages have {total}",
            fix="lower the steps or the batch size, or allow repetition",
        )
    weights = {code: available[code] if mix is Mix.PROPORTIONAL else 1 for code in sorted(available)}
    return _share(weights, budget, None if repeat else available)


def _share(weights: Mapping[str, int], budget: int, limits: Mapping[str, int] | None) -> dict[str, int]:
    """Share by weight, filling languages up to their limit first."""
    shares: dict[str, int] = {}
    remaining, open_codes = budget, list(weights)
    while limits is not None:
        total = sum(weights[code] for code in open_codes)
        full = [code for code in open_codes if limits[code] * total < remaining * weights[code]]
        if not full:
            break
        for code in full:
            shares[code] = limits[code]
        remaining -= sum(limits[code] for code in full)
        open_codes = [code for code in open_codes if code not in shares]
    total = sum(weights[code] for code in open_codes)
    # Exact integers: floats would lose pairs in large budgets.
    parts = {code: divmod(remaining * weights[code], total) for code in open_codes}
    unshared = remaining - sum(whole for whole, _ in parts.values())
    by_remainder = sorted(open_codes, key=lambda code: (-parts[code][1], code))
    for code in open_codes:
        shares[code] = parts[code][0] + (code in by_remainder[:unshared])
    return {code: shares[code] for code in sorted(shares)}


def mix_pairs(
    corpora: Sequence[ParallelText],
    budget: int,
    *,
    seed: int,
    mix: Mix = Mix.EQUAL,
    repeat: bool = False,
    max_passes: int | None = None,
) -> list[MixedPair]:
    """Draw a fixed budget of pairs from several languages, in a random order.

    The published recipe's budget is ``24_544 * 16`` (steps times pairs a batch). If a language is repeated,
    all its pairs are drawn, in a new order each time, before one occurs again.

    Args:
        corpora: One a language.
        budget: Number of pairs in all.
        seed: Names the draw; equal arguments give equal lists.
        mix: How the budget is shared out.
        repeat: Whether pairs may be used more than once.
        max_passes: With repetition: how often each pair may be used at most; the budget is cut to
            what that gives.

    Raises:
        DataError: As :func:`allocate`; or if a language is given twice.
    """
    by_code = _by_code(corpora)
    available = {code: len(text) for code, text in by_code.items()}
    if repeat and max_passes is not None:
        available = {code: n * max_passes for code, n in available.items()}
        budget, repeat = min(budget, sum(available.values())), False
    shares = allocate(available, budget, mix, repeat=repeat)
    drawn: list[MixedPair] = []
    for code, share in shares.items():
        remaining, epoch = share, 0
        while remaining > 0:
            part = by_code[code].take(remaining, _derived(seed, epoch))
            drawn += [MixedPair(code, s, t) for s, t in zip(part.source, part.target, strict=True)]
            remaining, epoch = remaining - len(part), epoch + 1
    return _shuffled(drawn, seed)


def _by_code(corpora: Sequence[ParallelText]) -> dict[str, ParallelText]:
    by_code = {text.language: text for text in corpora}
    if len(by_code) < len(corpora):
        codes = [text.language for text in corpora]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        raise DataError(f"languages given twice: {', '.join(twice)}", fix="give one corpus a language")
    return by_code


def _derived(seed: int, epoch: int) -> int:
    """Make a seed for each pass over a language; the first is the seed itself."""
    if epoch == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{epoch}".encode()).digest()[:8], "big")


def _shuffled(pairs: list[MixedPair], seed: int) -> list[MixedPair]:
    """Order by a hash of position: independent of any library's random stream."""
    keys = [hashlib.blake2b(f"mix\0{seed}\0{i}".encode(), digest_size=8).digest() for i in range(len(pairs))]
    return [pairs[i] for i in sorted(range(len(pairs)), key=keys.__getitem__)]


def at_most(text: ParallelText, pairs: int) -> ParallelText:
    """Take the first pairs of a language in the one order; all of them, as they are, if there are no more."""
    return text if len(text) <= pairs else text.take(pairs, DATA_SEED)
