"""Where the data of the published protocol lie, and one folder of parallel text made of two corpora."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from realign_core.data.parallel import HubParallel, ParallelSource, TsvParallel
from realign_core.support.errors import DataError
from realign_core.support.files.writing import atomic_write
from subsetsearch.strategies import published_subsets

VARIABLE = "AACL2025_DATA"
"""Names the folder."""

MOST = 20_000
"""Pairs of a language that are taken: 24,544 steps of 16 pairs are 6,000 of each of 65 languages."""

PARALLEL, OPUS, NLLB = "parallel", "opus-100", "nllb"
ENGLISH = "eng_Latn"


@dataclass(frozen=True, slots=True)
class Need:
    """A folder that the study files read.

    Args:
        name: Below the folder that the variable names.
        what: It holds.
        get: How to get it.
    """

    name: str
    what: str
    get: str


def _download(dataset: str, name: str) -> str:
    return f"hf download {dataset} --repo-type dataset --local-dir ${VARIABLE}/{name}"


NEEDS = (
    Need(OPUS, "OPUS-100, a folder a pair of languages", _download("Helsinki-NLP/opus-100", OPUS)),
    Need(
        NLLB,
        "NLLB's mined pairs, as eng_Latn-zul_Latn.gz",
        "the card of allenai/nllb on the hub says where the files are",
    ),
    Need(PARALLEL, "both in one, as en-af.tsv", "python -m benchmarks.aacl2025 parallel"),
    Need("wikiann", "WikiANN, of XTREME-R", _download("unimelb-nlp/wikiann", "wikiann")),
    Need("xtreme", "parts of speech, of XTREME-R (folders udpos.*)", _download("google/xtreme", "xtreme")),
    Need("xnli", "XNLI, of XTREME-R", _download("facebook/xnli", "xnli")),
)


def published_codes() -> tuple[str, ...]:
    """The 65 languages of the protocol, by the codes of OPUS-100 (two letters) and of NLLB."""
    return published_subsets()["xt_afri"].codes


def missing(root: Path) -> list[Need]:
    """What is not there, or empty."""
    return [need for need in NEEDS if not any((root / need.name).glob("*"))]


def source_of(root: Path, code: str, most: int = MOST) -> ParallelSource:
    """The corpus that a language is from: OPUS-100 if its code has two letters, else NLLB."""
    if "_" not in code:
        return HubParallel(folder=root / OPUS, limit=most)
    first = (1, 2) if code > ENGLISH else (2, 1)  # both languages are in alphabetical order
    return TsvParallel(
        path=root / NLLB,
        source=ENGLISH,
        pattern="{pair}",
        source_column=first[0],
        target_column=first[1],
        stop=most,
        skip_bad=most // 100,
    )


def write_parallel(root: Path, most: int = MOST) -> Mapping[str, int]:
    """Write ``parallel/en-<code>.tsv`` for every published language; files that are there stay.

    Args:
        root: The folder.
        most: Rows that are read of each.

    Returns:
        Code to how many pairs it has now, of files that were written.

    Raises:
        DataError: If a language is missing or its rows are malformed.
    """
    written = {}
    for code in published_codes():
        path = root / PARALLEL / f"en-{code}.tsv"
        if path.is_file():
            continue
        text = source_of(root, code, most).read(code)
        lines = list(_lines(zip(text.source, text.target, strict=True)))
        if not lines:
            raise DataError(f"no sentence pair of '{code}' is left", where=root)
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, "".join(lines))
        written[code] = len(lines)
    return written


def _lines(pairs: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Write pairs; a tab or line end within a sentence becomes a space."""
    for pair in pairs:
        yield "\t".join(" ".join(side.split()) for side in pair) + "\n"
