"""From what was found to a study: which corpora go together, and what a dry run would refuse."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from realign_core.data.labelled import label_set
from realign_core.recipe import TaskKind
from realign_core.support.errors import RealignError
from realign_core.support.settings.config import validate_config
from subsetsearch.config import StudyConfig
from subsetsearch.errors import ConfigError, count, some
from subsetsearch.languages import Language
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.setup._labelled import SPLITS, FoundLabelled
from subsetsearch.setup._names import language_key
from subsetsearch.setup._parallel import FoundParallel
from subsetsearch.setup._survey import Survey

_TRIALS = 40
_PAIRS_NEEDED = 50
"""Default of ``pool.min_pairs``."""


@dataclass(slots=True)
class Draft:
    """A study in the making.

    Args:
        content: What its file will say.
        found: What it was made from, in sentences.
        assumed: What was assumed, in sentences.
        left_out: What was found and is not used, in sentences.
        to_do: What the user must settle before the dry run passes, in sentences.
    """

    content: dict[str, Any]
    found: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    to_do: list[str] = field(default_factory=list)


def compose(survey: Survey, source: Language, encoder: str | None, output: Path) -> tuple[Draft, StudyConfig]:
    """Put a study together, and check it.

    Args:
        survey: What there is.
        source: The source language.
        encoder: The encoder that was named, if any.
        output: The study file, to which its paths will be relative.

    Raises:
        ConfigError: If something is missing, or there is more than one of it.
        RealignError: If a corpus cannot be read.
    """
    parallel = _one_parallel(survey, source)
    train, evaluation = _labelled_parts(survey, source)
    folder = output.absolute().parent
    draft = Draft({"name": _name(output), "recipe": {}}, left_out=list(survey.other))
    recipe = draft.content["recipe"]
    recipe["encoder"] = {"name": _encoder(survey, encoder, folder, draft)}
    recipe["parallel"] = {"format": parallel.options["format"], "path": _relative(parallel.place, folder)}
    recipe["parallel"] |= parallel.options
    draft.found.append(f"parallel text in {parallel.place}: {parallel.title}")
    draft.assumed += parallel.assumed
    recipe["task"] = _task(train, evaluation, source, folder, draft)
    exclude = {**parallel.uneven, **_unreadable(parallel)}
    _say_left_out(draft, parallel, exclude, [train, evaluation])
    draft.content["pool"] = {"exclude": sorted(exclude)} if exclude else {}
    draft.content["search"] = {"top_rung": 3}
    _fit_pool(draft, folder)
    return draft, _checked(draft, folder)


def _one_parallel(survey: Survey, source: Language) -> FoundParallel:
    if len(survey.parallel) > 1:
        places = ", ".join(str(corpus.place) for corpus in survey.parallel)
        raise ConfigError(
            f"{len(survey.parallel)} folders hold parallel text: {places}",
            where="--parallel",
            fix="name the one that is meant",
        )
    if not survey.parallel:
        raise ConfigError(
            f"no parallel text with {source.name} was found{_others(survey)}",
            where="--parallel",
            fix="files of one folder, aligned line by line (eng.txt, swa.txt, ...), Moses pairs (en-sw.en, "
            "en-sw.sw), tables (en-sw.tsv) or gettext catalogues are read; --source names another language",
        )
    return survey.parallel[0]


def _others(survey: Survey) -> str:
    return f" ({'; '.join(survey.other)})" if survey.other else ""


def _labelled_parts(survey: Survey, source: Language) -> tuple[FoundLabelled, FoundLabelled]:
    """Find what the task is learnt from and what it is tested on, in one corpus or in two."""
    corpora = survey.labelled
    learnt = [corpus for corpus in corpora if corpus.source_code(source.key)]
    searched = [corpus for corpus in corpora if _targets(corpus, source, "dev")]
    whole = [(corpus, corpus) for corpus in corpora if corpus in learnt and corpus in searched]
    halves = [
        (one, other) for one in learnt for other in searched if other not in learnt and one.kind == other.kind
    ]
    choices = whole + [pair for pair in halves if (pair[0], pair[0]) not in whole]
    if len(choices) == 1:
        return choices[0]
    if choices:
        places = "; ".join(f"{corpus.place} ({corpus.title})" for corpus in corpora)
        what = f"{count(len(corpora), 'folder')} of labelled examples fit: {places}"
        raise ConfigError(what, where="--labelled", fix="name the one that is meant, or the two")
    raise _unusable(survey, source)


def _unusable(survey: Survey, source: Language) -> ConfigError:
    """Say what labelled examples lack."""
    corpora = survey.labelled
    if not corpora:
        return ConfigError(
            f"no labelled examples were found{_others(survey)}",
            where="--labelled",
            fix="a language and split a file are read (sw/dev.txt with a word and a tag a line, sw/dev.csv "
            "with the columns text and label, ...), or one table with the columns language and split",
        )
    places = "; ".join(f"{corpus.place} ({corpus.title})" for corpus in corpora)
    if not any(corpus.source_code(source.key) for corpus in corpora):
        what, fix = (
            f"nothing is labelled in {source.name}",
            "the task is learnt in the source language: add it, or name another with --source",
        )
    elif not any(_targets(corpus, source, "dev") for corpus in corpora):
        what = "no language but the source has development data (dev)"
        fix = "the search needs some: take them from what is labelled, never from the test data"
    else:
        what, fix = "what is labelled is of different tasks", "name a folder, or two, of one task"
    return ConfigError(f"{what}; found: {places}", where="--labelled", fix=fix)


def _targets(corpus: FoundLabelled, source: Language, split: Any) -> list[str]:
    return [code for code in corpus.codes.get(split, ()) if language_key(code) != source.key]


def _encoder(survey: Survey, named: str | None, folder: Path, draft: Draft) -> str:
    if named is None and len(survey.encoders) > 1:
        places = ", ".join(map(str, survey.encoders))
        raise ConfigError(f"several encoders were found: {places}", where="--encoder", fix="name one")
    if named is None and not survey.encoders:
        draft.assumed.append("the bundled encoder (multilingual-e5-small); --encoder names another")
        return "bundled"
    place = survey.encoders[0] if named is None else Path(named)
    if named is not None and not place.is_dir():
        draft.found.append(f"encoder {named}")
        return named
    draft.found.append(f"encoder in {place}")
    path = _relative(place, folder)
    return path if path.startswith(("..", "/")) else f"./{path}"


def _task(
    train: FoundLabelled, evaluation: FoundLabelled, source: Language, folder: Path, draft: Draft
) -> dict[str, Any]:
    code = str(train.source_code(source.key))
    options = {"format": train.options["format"], "path": _relative(train.place, folder), **train.options}
    draft.found.append(f"labelled examples in {train.place}: {train.title}")
    draft.assumed += train.assumed
    if code not in train.codes["train"]:
        reader: Any = train.reader()
        files = [file for split in SPLITS for file in reader.paths(code, split)]
        options["files"] = {code: {"train": [_relative(file, folder) for file in files]}}
        n_files = count(len(files), "file")
        draft.assumed.append(f"{source.name} has no training split: its {n_files} of other splits train")
    task: dict[str, Any] = {"kind": train.kind, "source_language": code, "train": options}
    if evaluation is not train:
        reader_options = {"format": evaluation.options["format"], "path": _relative(evaluation.place, folder)}
        task["evaluation"] = reader_options | dict(evaluation.options)
        draft.found.append(f"labelled examples in {evaluation.place}: {evaluation.title}")
        draft.assumed += evaluation.assumed
    return task


def _unreadable(parallel: FoundParallel) -> dict[str, str]:
    """Languages whose pairs cannot be read, and why."""
    reader, bad = parallel.reader(), {}
    for code in parallel.codes:
        if code not in parallel.uneven:
            try:
                reader.read(code)
            except RealignError as error:
                bad[code] = str(error)
    return bad


def _say_left_out(
    draft: Draft, parallel: FoundParallel, exclude: Mapping[str, str], labelled: Iterable[FoundLabelled]
) -> None:
    draft.left_out += [f"{code} of the parallel text: {why}" for code, why in exclude.items()]
    for place, unknown in {
        parallel.place: parallel.unknown,
        **{c.place: c.unknown for c in labelled},
    }.items():
        if unknown:
            draft.left_out.append(f"in {place}, what is no language: {some(unknown)}")
    if parallel.merged:
        draft.left_out.append(f"other files of the same languages: {some(parallel.merged)}")
    if parallel.unread:
        pattern = parallel.options.get("pattern", parallel.options.get("target_pattern"))
        draft.left_out.append(
            f"in {parallel.place}, {count(len(parallel.unread), 'file')} not named like {pattern}: "
            f"{some(parallel.unread)}; rename them, or take them into a corpus of their own"
        )


def _fit_pool(draft: Draft, folder: Path) -> None:
    """Lower ``pool.min_pairs`` for small corpora, and leave to the search what a small pool has."""
    config = validate_config(StudyConfig, draft.content, folder=folder)
    excluded = set(config.pool.exclude)
    reader = config.recipe.parallel
    source = language_key(config.recipe.task.source_language)
    codes = [
        code
        for code in reader.languages()
        if code not in excluded and language_key(code) not in (None, source)
    ]
    sizes = {code: len(reader.read(code)) for code in codes}
    if sum(size >= _PAIRS_NEEDED for size in sizes.values()) < 2 and len(sizes) >= 2:
        least = max(1, sorted(sizes.values())[-2] // 2)
        draft.content["pool"]["min_pairs"] = least
        draft.assumed.append(
            f"so few sentence pairs will do: pool.min_pairs = {least} (usually {_PAIRS_NEEDED})"
        )
    draft.content["search"]["trials"] = min(_TRIALS, 2 ** min(len(sizes), 10))


def _checked(draft: Draft, folder: Path) -> StudyConfig:
    """Read what a dry run reads first, and name what the task's labels lack."""
    config = validate_config(StudyConfig, draft.content, folder=folder)
    task = config.recipe.task
    train = label_set(task.train.read(task.source_language, "train"))
    targets = build_targets(config)
    unknown: dict[str, set[str]] = {}
    for split in SPLITS[1:]:
        for code in targets.codes.values():
            has_split = code in task.evaluated.languages(split)
            if has_split and (further := label_set(task.evaluated.read(code, split)) - train):
                unknown[code] = unknown.get(code, set()) | further
    if unknown:
        labels = {label for some_labels in unknown.values() for label in some_labels}
        if task.kind is TaskKind.NER:
            config = _ignoring(draft, labels, train, folder)
        else:
            draft.to_do.append(_mapping(draft, sorted(labels), sorted(train), sorted(unknown)))
    pool = build_pool(config)
    draft.found.append(
        f"a pool of {count(len(pool.keys), 'language')} and {count(len(targets.searched), 'target')}"
    )
    most = min(config.search.max_size, len(pool.keys))
    return config.model_copy(update={"search": config.search.model_copy(update={"max_size": most})})


def _ignoring(draft: Draft, labels: Iterable[str], train: Iterable[str], folder: Path) -> StudyConfig:
    """Count names as none whose types are not learnt."""
    types = sorted(
        {label.split("-", 1)[-1] for label in labels} - {label.split("-", 1)[-1] for label in train}
    )
    draft.content["recipe"]["task"]["ignored"] = types
    draft.assumed.append(f"names that the training data do not have count as none: {', '.join(types)}")
    return validate_config(StudyConfig, draft.content, folder=folder)


def _mapping(draft: Draft, labels: Sequence[str], train_labels: Sequence[str], codes: Sequence[str]) -> str:
    """Say which labels cannot be learnt, and the line that maps them."""
    task = draft.content["recipe"]["task"]
    table = "evaluation" if "evaluation" in task else "train"
    key = "tag_map" if task["kind"] == "pos" else "label_map"
    line = ", ".join(f'{json.dumps(label, ensure_ascii=False)} = "..."' for label in labels)
    return (
        f"the training data lack {count(len(labels), 'label')} of {some(codes)}: in [recipe.task.{table}] "
        f"write {key} = {{ {line} }}, each with one of {', '.join(train_labels)}; the dry run stops "
        "until then"
    )


def _relative(place: Path, folder: Path) -> str:
    return Path(os.path.relpath(place.absolute(), folder)).as_posix()


def _name(output: Path) -> str:
    """Name of the study: that of its file, in the letters that a name may have."""
    letters = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in output.stem
    )
    return letters.strip("._-") or "my-study"
