"""Input of word aligners: ``source words ||| target words``, one pair a line."""

from __future__ import annotations

import shlex

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.choice import Choice
from subsetsearch.export._base import Exporter, ExportFormat
from subsetsearch.export._pairs import chosen_text
from subsetsearch.export._text import comment
from subsetsearch.export._words import words


def _aligner(name: ExportFormat, command: str, needs: str) -> Exporter:
    """Write a folder with one text a language and a script that aligns them all.

    Args:
        name: The aligner.
        command: Shell command; ``{text}`` is the input, ``{stem}`` begins the names of its outputs.
        needs: How the tool is installed.
    """

    def render(choice: Choice, parallel: ParallelSource | None) -> dict[str, str]:
        _, texts = chosen_text(choice, parallel, name)
        files = {f"{key}.txt": fast_align_lines(text) for key, text in texts.items()}
        calls = [command.format(text=shlex.quote(file), stem=shlex.quote(file[:-4])) for file in files]
        script = "#!/usr/bin/env bash\n" + comment(choice.title, needs) + "set -euo pipefail\n"
        return {**files, "align.sh": script + 'cd "$(dirname "$0")"\n' + "\n".join(calls) + "\n"}

    description = f"folder: pairs of sentences split into words, and a script for {name}"
    return Exporter(name, description, "", render)


def fast_align_lines(text: ParallelText) -> str:
    """Write pairs as ``a b ||| c d`` with single spaces; pairs with an empty side are left out."""
    pairs = [(words(source), words(target)) for source, target in zip(text.source, text.target, strict=True)]
    return "".join(f"{' '.join(a)} ||| {' '.join(b)}\n" for a, b in pairs if a and b)


EFLOMAL = _aligner(
    "eflomal",
    "eflomal-align -i {text} --model 3 -f {stem}.fwd -r {stem}.rev",
    "Needs eflomal (pip install eflomal). Writes i-j pairs, counted from 0.",
)
FAST_ALIGN = _aligner(
    "fast_align",
    "fast_align -i {text} -d -o -v > {stem}.fwd && fast_align -i {text} -d -o -v -r > {stem}.rev"
    " && atools -i {stem}.fwd -j {stem}.rev -c grow-diag-final-and > {stem}.align",
    "Needs fast_align and atools, built from github.com/clab/fast_align.",
)
AWESOME_ALIGN = _aligner(
    "awesome-align",
    'awesome-align --output_file {stem}.align --model_name_or_path "${{MODEL:-bert-base-multilingual-cased}}"'
    " --data_file {text} --extraction softmax --batch_size 32",
    "Needs awesome-align (pip install awesome-align). MODEL may name another encoder or a local folder.",
)
