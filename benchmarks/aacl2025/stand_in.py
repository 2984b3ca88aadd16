"""Made-up files in the layout of the real ones, so that study files and script can be checked offline."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.aacl2025.layout import ENGLISH, NLLB, OPUS, published_codes
from benchmarks.common import study_file
from realign_core.support.files.writing import atomic_write

WORDS = ("river", "stone", "market", "letter", "garden", "winter", "bridge", "song")
ROWS, WIDTH = 54, 4

ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
PARTS = ("ADJ", "NOUN", "VERB", "ADP")
NLI = ("entailment", "neutral", "contradiction")

Row = Mapping[str, object]
Make = Callable[[int, str], Row]
"""Makes a row by its number and language."""


def write_stand_ins(root: Path) -> None:
    """Write all that ``NEEDS`` names but the folder of parallel text, which is made of these.

    Args:
        root: A folder that holds none of it.
    """
    for code in published_codes():
        if "_" in code:
            _nllb(root / NLLB, code)
        else:
            folder = root / OPUS / "-".join(sorted(("en", code)))
            _rows(folder, "train", [_pair(number, code) for number in range(ROWS)])
    for folder, make in _tasks(root).items():
        _splits(folder, [make(number, folder.name) for number in range(ROWS)])


def _tasks(root: Path) -> dict[Path, Make]:
    """Folder of a language to what makes its rows: the languages are those of the study files."""
    entities, parts = partial(_tagged, ENTITIES, "ner_tags"), partial(_tagged, PARTS, "pos_tags")
    makers: dict[Path, Make] = {
        root / "wikiann" / code: entities for code in languages_of("aacl2025-wikiann")
    }
    makers |= {root / "xtreme" / f"udpos.{name}": parts for name in languages_of("aacl2025-udpos")}
    return makers | {root / "xnli" / code: _inference for code in languages_of("aacl2025-xnli")}


def languages_of(study: str) -> list[str]:
    """Targets of a study file and the language that its task is learnt in; no path of it need be there."""
    content = tomllib.loads(study_file(study).read_text(encoding="utf-8"))
    return [content["recipe"]["task"].get("source_language", "en"), *content["targets"]["languages"]]


def _sentence(number: int, language: str) -> list[str]:
    """Some words, other ones in every language and row."""
    return [f"{WORDS[(number + i) % len(WORDS)]}{language.lower()[:2]}{number}" for i in range(WIDTH)]


def _pair(number: int, code: str) -> Row:
    pair = {"en": " ".join(_sentence(number, "en")), code: " ".join(_sentence(number, code))}
    return {"translation": pair}


def _nllb(folder: Path, code: str) -> None:
    first, second = sorted((ENGLISH, code))
    lines = [f"{' '.join(_sentence(n, first))}\t{' '.join(_sentence(n, second))}\t1.1\n" for n in range(ROWS)]
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / f"{first}-{second}.gz", "wt", encoding="utf-8") as file:
        file.writelines(lines)


def _tagged(tags: Sequence[str], column: str, number: int, language: str) -> Row:
    labels = [tags[0] if i % 2 else tags[(number + i) % len(tags)] for i in range(WIDTH)]
    return {"tokens": _sentence(number, language.removeprefix("udpos.")), column: labels}


def _inference(number: int, language: str) -> Row:
    premise, hypothesis = (" ".join(_sentence(number + more, language)) for more in (0, 1))
    return {"premise": premise, "hypothesis": hypothesis, "label": NLI[number // 3 % len(NLI)]}


def _splits(folder: Path, rows: Sequence[Row]) -> None:
    """Give every split rows of its own."""
    for place, split in enumerate(("train", "validation", "test")):
        _rows(folder, split, rows[place::3])


def _rows(folder: Path, split: str, rows: Sequence[Row]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    atomic_write(folder / f"{split}.jsonl", text)
