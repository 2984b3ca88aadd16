"""Examples that are in two parts of the data, where a score would be that of what was learnt or chosen by."""

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
    """Say which languages have many examples in two parts of the data: as a rule a file is listed twice.

    Args:
        examples: Split to language to examples; ``train`` is held against the others in any language,
            ``dev`` against ``test`` in the same one.
    """
    learnt = {
        example for language_examples in examples.get("train", {}).values() for example in language_examples
    }
    for split in ("dev", "test"):
        seen = dict.fromkeys(examples.get(split, {}), learnt)
        yield from _told(split, "train", examples.get(split, {}), seen)
    chosen = {code: set(language_examples) for code, language_examples in examples.get("dev", {}).items()}
    yield from _told("test", "dev", examples.get("test", {}), chosen)


def _told(
    split: str, other: str, by_code: Mapping[str, Sequence[Any]], seen: Mapping[str, set[Any]]
) -> Iterator[str]:
    common = {code: sum(e in seen.get(code, ()) for e in every) for code, every in by_code.items()}
    much = [code for code, number in common.items() if number > _MUCH * len(by_code[code])]
    if much:
        listed = ", ".join(f"{code} {common[code]:,} of {len(by_code[code]):,}" for code in much[:_SHOWN])
        more = f" and {len(much) - _SHOWN} more languages" if len(much) > _SHOWN else ""
        yield f"examples of the {LABELLED[split]} that are {LABELLED[other]} too: {listed}{more}"
