"""Examples that are in two parts of the data, so that a score measures what was learnt or chosen by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from realign_core.data.account import LABELLED

_MUCH = 0.05
"""Share of a part's examples that short ones may have in common by chance."""

_SHOWN = 4


BySplit = Mapping[str, Mapping[str, Sequence[Any]]]
"""Split to language to examples."""


def overlaps(examples: BySplit) -> Iterator[str]:
    """Say which languages have many examples in two parts of the data, mostly as a file is listed twice.

    Args:
        examples: Split to language to examples; ``train`` is held against the others in any language,
            ``dev`` against ``test`` in the same one.
    """
    learnt = {
        example for language_examples in examples.get("train", {}).values() for example in language_examples
    }
    for split in ("dev", "test"):
        learnt_by_code = dict.fromkeys(examples.get(split, {}), learnt)
        yield from _overlaps_of(split, "train", examples.get(split, {}), learnt_by_code)
    chosen = {code: set(language_examples) for code, language_examples in examples.get("dev", {}).items()}
    yield from _overlaps_of("test", "dev", examples.get("test", {}), chosen)


def _overlaps_of(
    split: str, other: str, by_code: Mapping[str, Sequence[Any]], learnt_by_code: Mapping[str, set[Any]]
) -> Iterator[str]:
    common = {
        code: sum(e in learnt_by_code.get(code, ()) for e in language_examples)
        for code, language_examples in by_code.items()
    }
    many = [code for code, number in common.items() if number > _MUCH * len(by_code[code])]
    if many:
        listed = ", ".join(f"{code} {common[code]:,} of {len(by_code[code]):,}" for code in many[:_SHOWN])
        more = f" and {len(many) - _SHOWN} more languages" if len(many) > _SHOWN else ""
        yield f"examples of the {LABELLED[split]} that are {LABELLED[other]} too: {listed}{more}"
