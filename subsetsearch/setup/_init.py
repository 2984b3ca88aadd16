"""A study file from what lies in some folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from realign_core.support.files.writing import atomic_write
from subsetsearch.analysis.text.labelled_lines import Sheet
from subsetsearch.errors import ConfigError
from subsetsearch.languages import resolve
from subsetsearch.setup._draft import compose
from subsetsearch.setup._render import render
from subsetsearch.setup._survey import Survey, describe, survey

Folder = str | Path


@dataclass(frozen=True, slots=True, repr=False)
class NewStudy(Sheet):
    """A study file that was written, and what it rests on.

    Args:
        file: The file.
        found: What it was made from.
        assumed: What was assumed: to be checked, and edited in the file.
        left_out: What was found and is not used.
        to_do: What must be settled in the file before the dry run passes.
    """

    file: Path
    found: tuple[str, ...]
    assumed: tuple[str, ...]
    left_out: tuple[str, ...]
    to_do: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Where it is."""
        return f"{self.file} is written"

    def lines(self) -> Iterator[tuple[str, str]]:
        """What was found, assumed and left out, and what is to do."""
        for label, sentences in (
            ("found", self.found),
            ("assumed", self.assumed),
            ("left out", self.left_out),
            ("to do", self.to_do),
        ):
            for place, sentence in enumerate(sentences):
                yield "" if place else label, sentence


def init(
    *folders: Folder,
    parallel: Folder | None = None,
    labelled: Folder | Sequence[Folder] = (),
    encoder: str | None = None,
    source: str = "English",
    output: Folder = "my-study.toml",
    force: bool = False,
) -> NewStudy:
    """Write a study file for the corpora that lie in some folders.

    Nothing is asked: what is there is recognised by the names of files and by what is in them, what was
    assumed is said, and each key of the file has a comment. Parallel text: files of one folder that are
    aligned line by line, Moses pairs, tables, gettext catalogues. Labelled examples: ``conll``, ``conllu``,
    ``iob2``, SQuAD's JSON, and ``csv``, ``tsv`` or ``jsonl`` with named columns.

    Args:
        folders: Where to look, some levels down; the working folder, if nothing is named at all.
        parallel: Folder of the parallel text.
        labelled: Folder (or table) of labelled examples; or two, one with the source language.
        encoder: Local folder or hub id; a folder that was found, else the bundled one, if left out.
        source: Language that the task is learnt in, by any code or name.
        output: The study file; its paths are relative to it.
        force: Replace a file that is there.

    Raises:
        ConfigError: If something is missing, or there is more than one of it; nothing is written then.
        RealignError: If a corpus cannot be read.

    Example:
        >>> import subsetsearch as ss
        >>> ss.init("corpora", output="my-study.toml").assumed  # doctest: +SKIP
        ('the bundled encoder (multilingual-e5-small); --encoder names another',)
    """
    target = Path(output)
    if target.exists() and not force:
        raise ConfigError(
            "there is a file already", where=target, fix="choose another -o, or replace it with --force"
        )
    language = resolve(source)
    several = [labelled] if isinstance(labelled, str | Path) else list(labelled)
    everywhere = [*folders] or ([] if parallel or several else ["."])
    surveyed = survey(map(Path, everywhere), language.key)
    if parallel is not None:
        surveyed.parallel = _survey_one(Path(parallel), "parallel", language.key).parallel
    if several:
        surveyed.labelled = [
            c for place in several for c in _survey_one(Path(place), "labelled", language.key).labelled
        ]
    draft, config = compose(surveyed, language, encoder, target)
    head = ["Written by subsetsearch init. Check it, then: subsetsearch run " + target.name + " --dry-run"]
    head += [f"To do: {sentence}" for sentence in draft.to_do]
    head += [f"Assumed: {sentence}" for sentence in draft.assumed]
    atomic_write(target, render(draft.content, config, head))
    return NewStudy(target, *map(tuple, (draft.found, draft.assumed, draft.left_out, draft.to_do)))


def _survey_one(place: Path, kind: Literal["parallel", "labelled"], source: str) -> Survey:
    """Look into a folder that must hold one kind of corpus.

    Raises:
        ConfigError: If it holds none.
    """
    surveyed = survey([place], source)
    if not getattr(surveyed, kind):
        what = {"parallel": "no parallel text", "labelled": "no labelled examples"}[kind]
        raise ConfigError(
            f"{what} that is read: {describe(place, source)}", where=f"--{kind}", fix="check the folder"
        )
    return surveyed
