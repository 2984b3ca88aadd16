"""Input of word aligners: ``source words ||| target words``, one pair a line."""

from __future__ import annotations

import shlex

import tomli_w

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.export._base import Exporter, ExportFormat
from subsetsearch.export._corpora import corpus_codes
from subsetsearch.export._pairs import chosen_text
from subsetsearch.export._text import comment
from subsetsearch.export._words import words


def _aligner(name: ExportFormat, command: str, needs: str) -> Exporter:
    """Write a folder with one text a language, a script that aligns them all, and a table that reads them.

    Args:
        name: The aligner.
        command: Shell command; ``{text}`` is the input, ``{stem}`` begins the names of its outputs, of
            which ``{stem}.align`` has the links.
        needs: How the tool is installed.
    """

    def render(choice: Choice, parallel: ParallelSource | None) -> dict[str, str]:
        corpus, texts = chosen_text(choice, parallel, name)
        codes = corpus_codes(choice, corpus)
        files = {f"{codes[key]}.txt": fast_align_lines(text) for key, text in texts.items()}
        calls = [command.format(text=shlex.quote(file), stem=shlex.quote(file[:-4])) for file in files]
        script = "#!/usr/bin/env bash\n" + comment(choice.title, needs) + "set -euo pipefail\n"
        return {
            **files,
            "aligner.toml": _reader(choice),
            "align.sh": script + 'cd "$(dirname "$0")"\n' + "\n".join(calls) + "\n",
        }

    description = f"folder: pairs of sentences split into words, and a script for {name}"
    return Exporter(name, description, "", render)


def _reader(choice: Choice) -> str:
    """Write the table of a recipe that reads the links that the script makes."""
    aligner = {"kind": "pharaoh", "path": ".", "text": "{language}.txt", "links": "{language}.align"}
    head = comment(
        choice.title,
        "Reads the links of align.sh in a recipe; in a study file it is [recipe.realignment.aligner].",
    )
    return head + tomli_w.dumps({"realignment": {"aligner": aligner}})


def fast_align_lines(text: ParallelText) -> str:
    """Write pairs as ``a b ||| c d`` with single spaces; pairs with an empty side are left out."""
    pairs = [(words(source), words(target)) for source, target in zip(text.source, text.target, strict=True)]
    return "".join(f"{' '.join(a)} ||| {' '.join(b)}\n" for a, b in pairs if a and b)


EFLOMAL = _aligner(
    "eflomal",
    "eflomal-align --overwrite -i {text} --model 3 -f {stem}.fwd -r {stem}.rev"
    " && paste -d '|' {stem}.fwd {stem}.rev"
    ' | awk -F\'|\' \'{{ split("", seen); out = ""; n = split($1, there, " ");'
    ' for (i = 1; i <= n; i++) seen[there[i]]; n = split($2, back, " ");'
    ' for (i = 1; i <= n; i++) if (back[i] in seen) out = out (out == "" ? "" : " ") back[i];'
    " print out }}' > {stem}.align",
    "Needs eflomal (pip install eflomal). Writes i-j pairs, counted from 0; CODE.align has those of both"
    " directions.",
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
