"""Pool and targets of a study: language keys, and the corpora's codes for them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from realign_core.data.examples import ParallelText
from realign_core.data.labelled import Split
from realign_core.data.parallel.doubts import numbers_for_text, outside_range
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, LanguageError, count, some
from subsetsearch.languages import also_in, by_key, resolve, resolve_all
from subsetsearch.problem.excluded import excluded_keys
from subsetsearch.problem.retrieval_pairs import read_held_out, unlabelled_keys

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pool:
    """Languages that may be chosen, with their parallel text.

    Args:
        codes: Language key to the corpus's code, sorted by key.
        texts: Language key to its sentence pairs.
        held_out: Language key to sentence pairs that are in no language's ``texts``: those of
            targets that are scored by retrieval, in the pool or not.
        withheld: Keys that the corpus has and the pool does not, as they are held-out targets or the same
            language as one.
        relatives: Likewise, where the study keeps them in the pool: what is asked of all its languages is not
            asked of them.
        few: Key to the number of its sentence pairs, in words, of languages that have too few for the pool.
    """

    codes: Mapping[str, str]
    texts: Mapping[str, ParallelText]
    held_out: Mapping[str, ParallelText] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    few: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Language keys, sorted."""
        return tuple(self.codes)

    def corpus_codes(self, keys: Iterable[str]) -> list[str]:
        """Translate keys into the corpus's codes, sorted."""
        return sorted(self.codes[key] for key in keys)


@dataclass(frozen=True, slots=True)
class Targets:
    """Target languages by the task's codes; held-out ones are seen by full runs only.

    Args:
        codes: Language key to the task's code, searched and held-out ones alike.
        held_out: Keys that no proxy sees.
        unlabelled: Keys of the targets that have no labels, sorted; they are not in ``codes``.
        source: Key of the training language, where the study names it: full runs on test data report it
            apart.
    """

    codes: Mapping[str, str]
    held_out: frozenset[str]
    unlabelled: tuple[str, ...] = ()
    source: frozenset[str] = frozenset()

    @property
    def searched(self) -> tuple[str, ...]:
        """Keys that proxies score by labels."""
        return tuple(key for key in self.codes if key not in self.held_out | self.source)


def build_pool(study: StudyConfig, *, hold_out_labelled: bool = False) -> Pool:
    """Find the languages that may be chosen and read their parallel text.

    Args:
        study: The study.
        hold_out_labelled: Hold out pairs of the labelled targets as well, to see what retrieval says of them.

    Raises:
        LanguageError: If a named language is unknown, named twice, or not in the corpus.
        ConfigError: If a named language has too few pairs, or nothing is left.
        DataError: If the corpus cannot be read.
    """
    named = study.pool.languages
    available = parallel_codes(study)
    candidates = _keys(named, "pool.languages", available) if named is not None else list(available)
    if named is None:  # English of other countries is no realignment language of English
        spoken = set(source_codes(study))
        candidates = [key for key in candidates if available[key] not in spoken]
    _refuse_missing(candidates, available, "parallel data", "pool.languages", "corpus")
    excluded = excluded_keys(study, available, candidates)
    also_held_out = also_in(set(candidates) - excluded, study.targets.held_out)
    withheld = () if study.targets.held_out_in_pool else also_held_out
    if withheld:
        logger.info("left out of the pool, as they are held-out targets: %s", ", ".join(withheld))
    excluded |= set(withheld)
    texts = {
        key: study.recipe.parallel.read(available[key]) for key in sorted(candidates) if key not in excluded
    }
    scored = build_targets(study).searched if hold_out_labelled or study.targets.unlabelled else ()
    held_out_pairs = read_held_out(study, available, texts, scored, hold_out_labelled=hold_out_labelled)
    texts = {key: held_out_pairs.without(key, text) for key, text in texts.items()}
    small = {key: text for key, text in texts.items() if len(text) < _needed(study)}
    for error in filter(None, map(numbers_for_text, small.values())):
        raise error
    if named is not None:
        _refuse_small(small, _needed(study), bool(held_out_pairs.sources))
    few = {key: f"{len(text):,}{outside_range(text)}" for key, text in small.items()}
    if few:
        logger.info("left out of the pool for having too few pairs: %s", few)
    kept = {key: available[key] for key in texts if key not in small}
    _refuse_few(len(kept), len(texts), _needed(study), few)
    relatives = tuple(key for key in also_held_out if key in kept)
    return Pool(kept, {key: texts[key] for key in kept}, held_out_pairs.pairs, withheld, relatives, few)


def _refuse_small(small: Mapping[str, ParallelText], needed: int, held_out: bool) -> None:
    """Refuse a language that was named and has too few pairs, perhaps as some of them are held out."""
    for key, text in small.items():
        raise ConfigError(
            f"{key} has {count(len(text), 'sentence pair')}{' left' if held_out else ''}, "
            f"but {needed} are needed{outside_range(text)}",
            where="pool.languages",
            fix="leave it out, or lower pool.min_pairs or recipe.realignment.pairs_per_language",
        )


def _refuse_few(kept: int, read: int, needed: int, few: Mapping[str, str]) -> None:
    """Refuse a pool of fewer than two languages: there is nothing to choose."""
    if kept >= 2:
        return
    if kept < read:
        fix = f"lower pool.min_pairs: the others have fewer than {needed} sentence pairs ({_sized(few)})"
        if set(few.values()) == {"0"}:
            fix = "the others have no sentence pair at all: is the source language's file empty?"
        raise ConfigError(
            f"the pool has {kept} of the {read} languages, but 2 are needed", where="pool", fix=fix
        )
    raise ConfigError(
        f"the pool has {count(kept, 'language')}, but 2 are needed",
        where="pool",
        fix="name more in pool.languages, or exclude fewer",
    )


def _sized(few: Mapping[str, str]) -> str:
    return some([f"{key} {size}" for key, size in few.items()], 4)


def parallel_codes(study: StudyConfig) -> dict[str, str]:
    """Map keys to the parallel corpus's codes; of several codes of a language, the one that is asked for.

    Raises:
        DataError: If the corpus cannot be read.
    """
    source = study.recipe.parallel
    return by_key(source.languages(), asked_codes(study), lambda code: len(source.read(code)))


def source_codes(study: StudyConfig) -> tuple[str, ...]:
    """Name the parallel corpus's codes that are its source language too, as ``eng-GB`` beside ``eng``."""
    source = key_of(getattr(study.recipe.parallel, "source", "en"))
    return tuple(code for code in study.recipe.parallel.languages() if source and key_of(code) == source)


def task_codes(study: StudyConfig, split: Split) -> dict[str, str]:
    """Map keys to the task's codes, likewise.

    Raises:
        DataError: If the corpus cannot be read.
    """
    return by_key(study.recipe.task.evaluated.languages(split), asked_codes(study))


def asked_codes(study: StudyConfig) -> tuple[str, ...]:
    """What the study writes for languages."""
    return (*(study.pool.languages or ()), *(study.targets.languages or ()), *study.targets.held_out)


def build_targets(study: StudyConfig, split: Split = "dev") -> Targets:
    """Find the target languages; the one that the task is learnt in is none, unless named.

    Raises:
        LanguageError: If one is unknown, named twice, or not in the task.
        ConfigError: If there are none, all are held out, or an unlabelled one has labels.
    """
    asked = study.targets.languages
    unlabelled = unlabelled_keys(study)
    needed = asked is None or asked or study.targets.held_out or not unlabelled
    available = task_codes(study, split) if needed else {}
    source = source_key(study)
    keys = (
        _keys(asked, "targets.languages", available)
        if asked is not None
        else [k for k in available if k != source]
    )
    held = set(_keys(study.targets.held_out, "targets.held_out"))
    keys += sorted(held - set(keys))
    sought = study.recipe.task.evaluated.sought(split)
    _refuse_missing(keys, available, f"labelled {split} data", "targets", "task", sought)
    if asked is None and split != "dev":  # labels that the search cannot see make no labelled target
        keys = [key for key in keys if key not in unlabelled]
    both = sorted(set(unlabelled) & set(keys))
    if both:
        raise ConfigError(
            f"the task has labels for {', '.join(both)}",
            where="targets.unlabelled",
            fix="leave it out, or name the labelled targets in targets.languages without it",
        )
    source_target = frozenset(keys) & {source}
    if not set(keys) - held - source_target and not unlabelled:
        raise ConfigError(
            f"no target languages for the search{_not_found(available, sought)}",
            where="targets.languages",
            fix="name at least one that is neither held out nor the language that the task is learnt in",
        )
    codes = {key: available[key] for key in sorted(keys)}
    return Targets(codes, frozenset(held) - source_target, unlabelled, source_target)


def _not_found(available: Mapping[str, str], sought: str) -> str:
    return f": no files like {sought}" if sought and not available else ""


def held_out_note(study: StudyConfig) -> str:
    """Say that held-out targets may be chosen, where the study allows it; else nothing."""
    if not (study.targets.held_out and study.targets.held_out_in_pool):
        return ""
    names = ", ".join(language.name for language in resolve_all(study.targets.held_out))
    return f"held-out targets stay in the pool and may be in a subset (targets.held_out_in_pool): {names}"


def source_key(study: StudyConfig) -> str | None:
    """Key of the language that the task is learnt in; ``None`` if its code is no language."""
    return key_of(study.recipe.task.source_language)


def key_of(code: str) -> str | None:
    """Key of a code; ``None`` if it is no language's."""
    try:
        return resolve(code).key
    except LanguageError:
        return None


def resolve_subset(names: Sequence[str], pool: Pool, *, where: str | None = None) -> frozenset[str]:
    """Resolve languages that must be in the pool.

    Args:
        names: Any codes or names.
        pool: The pool.
        where: Key or option that names them, for the message.

    Raises:
        LanguageError: If one is unknown or not in the pool.
    """
    keys = frozenset(_keys(names, where, pool.keys))
    outside = sorted(keys - set(pool.keys))
    if outside:
        raise LanguageError(
            f"not in the pool: {', '.join(outside)}",
            where=where,
            fix=f"the pool holds {len(pool.keys)}: {some(sorted(pool.codes))}",
        )
    return keys


def _keys(names: Iterable[str], where: str | None, among: Collection[str] = ()) -> list[str]:
    return [language.key for language in resolve_all(names, where=where, among=among)]


def _needed(study: StudyConfig) -> int:
    realignment = study.recipe.realignment
    exact = 0 if realignment.all_if_fewer else realignment.pairs_per_language or 0
    return max(study.pool.min_pairs, exact)


def _refuse_missing(
    keys: Iterable[str], available: Mapping[str, str], what: str, where: str, source: str, sought: str = ""
) -> None:
    """Refuse languages that a corpus or task does not have."""
    missing = [key for key in keys if key not in available]
    if missing and not available:
        place = f"; files like {sought} are looked for" if sought else ""
        raise LanguageError(
            f"no {what} for {', '.join(missing)}: the {source} has none of any language{place}",
            where=where,
            fix="check its path, pattern and split_names" if sought else "check its path and options",
        )
    if missing:
        raise LanguageError(
            f"no {what} for {', '.join(missing)}",
            where=where,
            fix=f"choose among the {source}'s {len(available)} languages: {some(sorted(available))}",
        )
