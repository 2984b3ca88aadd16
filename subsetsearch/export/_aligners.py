"""Input of word aligners: ``source words ||| target words``, one pair a line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.choice import Choice
from subsetsearch.errors import ConfigError
from subsetsearch.export._corpora import corpus_codes, require_languages
from subsetsearch.export._text import comment
from subsetsearch.export._words import words

DRAW_SEED = 0
"""The engine's own seed for which pairs of a language are bought (``DATA_SEED`` of the engine)."""


@dataclass(frozen=True, slots=True)
class AlignerExporter:
    """A folder with one text a language and a script that aligns them all.

    Args:
        name: The aligner.
        command: Shell command; ``{text}`` is the input, ``{stem}`` begins the names of its outputs.
        needs: How the tool is installed.
    """

    name: str
    command: str
    needs: str
    suffix: str = ""

    @property
    def description(self) -> str:
        """What it is, in half a line."""
        return f"folder: pairs of sentences split into words, and a script for {self.name}"

    def render(self, choice: Choice, parallel: ParallelSource | None = None) -> dict[str, str]:
        """Write ``KEY.txt`` for each language and ``align.sh``.

        Args:
            choice: ``pairs_per_language`` draws the same pairs as the engine's runs do.
            parallel: The text; that of the choice's recipe, if left out.

        Raises:
            ConfigError: If there is neither a source of text nor a recipe.
            LanguageError: If the corpus lacks a language.
            SelectionError: If the choice has no languages.
        """
        require_languages(choice, self.name)
        source = parallel if parallel is not None else recipe_parallel(choice, self.name)
        texts = {f"{key}.txt": fast_align_lines(text) for key, text in _read(choice, source).items()}
        lines = [self.command.format(text=shlex.quote(name), stem=shlex.quote(name[:-4])) for name in texts]
        script = "#!/usr/bin/env bash\n" + comment(choice.title, self.needs) + "set -euo pipefail\n"
        return {**texts, "align.sh": script + 'cd "$(dirname "$0")"\n' + "\n".join(lines) + "\n"}


def recipe_parallel(choice: Choice, tool: str) -> ParallelSource:
    """The source of parallel text that a choice's recipe names.

    Raises:
        ConfigError: If the choice has no recipe.
    """
    if choice.recipe is None:
        raise ConfigError(
            f"{tool} needs the sentences themselves, but the choice names no corpus",
            where="export",
            fix="export from a study, or give its study file",
        )
    from realign_core.recipe import Recipe

    return Recipe.model_validate(dict(choice.recipe)).parallel


def _read(choice: Choice, source: ParallelSource) -> dict[str, ParallelText]:
    texts = {key: source.read(code) for key, code in corpus_codes(choice, source).items()}
    if choice.pairs_per_language is None:
        return texts
    return {key: text.take(choice.pairs_per_language, DRAW_SEED) for key, text in texts.items()}


def fast_align_lines(text: ParallelText) -> str:
    """Write pairs as ``a b ||| c d`` with single spaces; pairs with an empty side are left out."""
    lines = []
    for source, target in zip(text.source, text.target, strict=True):
        left, right = words(source), words(target)
        if left and right:
            lines.append(f"{' '.join(left)} ||| {' '.join(right)}\n")
    return "".join(lines)


EFLOMAL = AlignerExporter(
    "eflomal",
    "eflomal-align -i {text} --model 3 -f {stem}.fwd -r {stem}.rev",
    "Needs eflomal (pip install eflomal). Writes i-j pairs, counted from 0.",
)
FAST_ALIGN = AlignerExporter(
    "fast_align",
    "fast_align -i {text} -d -o -v > {stem}.fwd && fast_align -i {text} -d -o -v -r > {stem}.rev"
    " && atools -i {stem}.fwd -j {stem}.rev -c grow-diag-final-and > {stem}.align",
    "Needs fast_align and atools, built from github.com/clab/fast_align.",
)
AWESOME_ALIGN = AlignerExporter(
    "awesome-align",
    'awesome-align --output_file {stem}.align --model_name_or_path "${{MODEL:-bert-base-multilingual-cased}}"'
    " --data_file {text} --extraction softmax --batch_size 32",
    "Needs awesome-align (pip install awesome-align). MODEL may name another encoder or a local folder.",
)
