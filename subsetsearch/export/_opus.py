"""OpusTools and OpusFilter: fetch the chosen languages' parallel text from OPUS."""

from __future__ import annotations

import shlex
from typing import Any

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.export._corpora import Corpora, rows_with
from subsetsearch.export._json import dump_yaml
from subsetsearch.export._text import comment


def to_opustools(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write a script: one ``opus_read`` a language, from the Moses archive (the XML takes days).

    Raises:
        LanguageError: If OPUS has no parallel text of a language with English.
        SelectionError: If the choice has no languages.
    """
    rows = rows_with(choice, "OPUS", "opus_corpus")
    lines = [_opus_read(row, choice.pairs_per_language) for row in rows]
    head = "#!/usr/bin/env bash\n"
    head += comment(choice.title, "Needs opustools. Archives are kept in $DOWNLOADS.")
    return (
        head
        + "set -euo pipefail\n"
        + 'DOWNLOADS="${DOWNLOADS:-downloads}"\n'
        + 'mkdir -p "$DOWNLOADS" data\n'
        + "\n".join(lines)
        + "\n"
    )


def _opus_read(row: Corpora, pairs: int | None) -> str:
    """One command; all of -s, -t and -d are given, as -s alone would fetch the whole of OPUS."""
    files = [f"data/{row.key}.en", f"data/{row.key}.{row.opus_code}"]
    words = ["opus_read", "-d", row.opus_corpus, "-s", "en", "-t", row.opus_code, "-r", row.opus_release]
    words += ["-p", "moses", "-wm", "moses", "-w", *files]
    read = f'{shlex.join(words)} -dl "$DOWNLOADS" -q'
    if pairs is None:
        return read
    # opus_read's own limit (-m) has no effect on Moses archives.
    return "\n".join(
        [read, *(f"head -n {pairs} {name} > {name}.cut && mv {name}.cut {name}" for name in files)]
    )


def to_opusfilter(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write a configuration of OpusFilter 3: one ``opus_read`` step a language, and basic filters.

    Steps are expanded, as the tool's diagrams fail on variables.

    Raises:
        LanguageError: If OPUS has no parallel text of a language with English.
        SelectionError: If the choice has no languages.
    """
    steps: list[dict[str, Any]] = []
    for row in rows_with(choice, "OPUS", "opus_corpus"):
        steps += _steps(row, choice.pairs_per_language)
    header = comment(choice.title, "Run with: opusfilter FILE. Archives in output_directory are used.")
    return header + dump_yaml({"common": {"output_directory": "opusfilter"}, "steps": steps})


def _steps(row: Corpora, pairs: int | None) -> list[dict[str, Any]]:
    raw = [f"{row.key}.raw.en.gz", f"{row.key}.raw.{row.opus_code}.gz"]
    clean = [f"{row.key}.en.gz", f"{row.key}.{row.opus_code}.gz"]
    filters = [
        {"LengthFilter": {"unit": "char", "min_length": 1, "max_length": 1000}},
        {"LengthRatioFilter": {"unit": "char", "threshold": 4}},
    ]
    read = {
        "corpus_name": row.opus_corpus,
        "source_language": "en",
        "target_language": row.opus_code,
        "release": row.opus_release,
        "preprocessing": "moses",
        "src_output": raw[0],
        "tgt_output": raw[1],
        "suppress_prompts": True,
    }
    filtered = clean if pairs is None else [f"{row.key}.all.en.gz", f"{row.key}.all.{row.opus_code}.gz"]
    steps = [
        {"type": "opus_read", "parameters": read},
        {"type": "filter", "parameters": {"inputs": raw, "outputs": filtered, "filters": filters}},
    ]
    if pairs is not None:
        steps.append({"type": "head", "parameters": {"inputs": filtered, "outputs": clean, "n": pairs}})
    return steps
