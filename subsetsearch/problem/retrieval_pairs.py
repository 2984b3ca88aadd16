"""Targets without labels: which of their sentence pairs are held out, for all languages of the pool.

A held-out pair must be new to the encoder on both sides. Corpora such as NTREX and message catalogues
translate the same source sentences into many languages. So a source sentence that is held out for one target
is taken out of every language of the pool. All rungs realign with the pairs that are left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from realign_core.data.examples import ParallelText
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, LanguageError, count
from subsetsearch.languages import resolve_all

FEWEST = 20
"""Fewest held-out pairs of a labelled language that tells what a gain in retrieval is worth."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Sentence pairs that no rung realigns with.

    Args:
        sources: Their source sentences.
        pairs: Language key to its held-out pairs: unlabelled targets, and labelled ones that have
            pairs of the same source sentences.
    """

    sources: frozenset[str] = frozenset()
    pairs: Mapping[str, ParallelText] = field(default_factory=dict)

    def without(self, key: str, text: ParallelText) -> ParallelText:
        """Take the held-out sentences out of a language's pairs, on either side.

        Args:
            key: The language.
            text: All its pairs.
        """
        if not self.sources:
            return text
        translations = set(self.pairs[key].target) if key in self.pairs else set()
        return _pick(
            text,
            [
                row
                for row, (source, target) in enumerate(zip(text.source, text.target, strict=True))
                if source not in self.sources and target not in translations
            ],
        )


def unlabelled_keys(study: StudyConfig) -> tuple[str, ...]:
    """Resolve the unlabelled targets, sorted.

    Raises:
        LanguageError: If one is unknown or named twice.
        ConfigError: If one is named as a labelled or held-out target as well.
    """
    keys = tuple(
        sorted(language.key for language in resolve_all(study.targets.unlabelled, where="targets.unlabelled"))
    )
    for name in ("languages", "held_out"):
        named = getattr(study.targets, name) or ()
        others = {language.key for language in resolve_all(named, where=f"targets.{name}")}
        both = sorted(others & set(keys))
        if both:
            raise ConfigError(
                f"{', '.join(both)} cannot be in targets.{name} as well",
                where="targets.unlabelled",
                fix="name each target once: its labels are either used or not there",
            )
    return keys


def hold_out(
    texts: Mapping[str, ParallelText], unlabelled: Iterable[str], labelled: Iterable[str], pairs: int
) -> HeldOut:
    """Choose the held-out pairs of the unlabelled targets, and those of others with the same sources.

    Source sentences are taken in the order of a hash of their text: targets that share a corpus
    share them, and fewer pairs are always some of more.

    Args:
        texts: Language key to all its pairs.
        unlabelled: Targets that are scored by these pairs alone.
        labelled: Further languages of ``texts``; they add no held-out sentence.
        pairs: How many of each unlabelled target.

    Raises:
        ConfigError: If a target has too few.
    """
    chosen = {}
    for key in sorted(unlabelled):
        rows = _distinct(texts[key])[:pairs]
        if len(rows) < pairs:
            raise ConfigError(
                f"{key} has {count(len(rows), 'different sentence pair')}, but {pairs} are to be held out",
                where="targets.unlabelled",
                fix=f"lower proxy.retrieval.pairs to {len(rows)} or less"
                if len(rows) >= FEWEST
                else "leave it out; too few pairs are there to tell anything",
            )
        chosen[key] = _pick(texts[key], rows)
    sources = frozenset(source for text in chosen.values() for source in text.source)
    for key in sorted(set(labelled) - chosen.keys()):
        rows = [row for row in _distinct(texts[key]) if texts[key].source[row] in sources][:pairs]
        if len(rows) >= FEWEST:
            chosen[key] = _pick(texts[key], rows)
    return HeldOut(sources, chosen)


def read_held_out(
    study: StudyConfig,
    available: Mapping[str, str],
    texts: Mapping[str, ParallelText],
    labelled: Iterable[str] = (),
    *,
    hold_out_labelled: bool = False,
) -> HeldOut:
    """Hold out what a study's unlabelled targets need; nothing, if it has none.

    Args:
        study: The study.
        available: Language key to the corpus's code.
        texts: Pairs of the pool, which need not be read again.
        labelled: Targets that the search scores by labels.
        hold_out_labelled: Hold pairs of these out as if they had no labels, where at least as many stay.

    Raises:
        LanguageError: If the corpus lacks an unlabelled target.
        ConfigError: If one is labelled, or has too few pairs.
        DataError: If the corpus cannot be read.
    """
    unlabelled = unlabelled_keys(study)
    missing = [key for key in unlabelled if key not in available]
    if missing:
        raise LanguageError(
            f"no parallel data for {', '.join(missing)}",
            where="targets.unlabelled",
            fix="targets without labels are scored on sentence pairs: add them to recipe.parallel",
        )
    if not unlabelled and not hold_out_labelled:
        return HeldOut()
    others = [key for key in labelled if key in available]
    everything = {
        key: texts[key] if key in texts else study.recipe.parallel.read(available[key])
        for key in (*unlabelled, *others)
    }
    pairs = study.proxy.retrieval.pairs
    keys = [*unlabelled]
    if hold_out_labelled:
        keys += [key for key in others if len(_distinct(everything[key])) >= 2 * pairs]
    return hold_out(everything, keys, others, pairs)


def _distinct(text: ParallelText) -> list[int]:
    """Rows whose sentences occur in one pair only, by a hash of the source sentence."""
    sources, targets = _counts(text.source), _counts(text.target)
    rows = [
        row
        for row, (source, target) in enumerate(zip(text.source, text.target, strict=True))
        if sources[source] == 1 and targets[target] == 1
    ]
    return sorted(rows, key=lambda row: (_rank(text.source[row]), row))


def _counts(sentences: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for sentence in sentences:
        counts[sentence] = counts.get(sentence, 0) + 1
    return counts


def _rank(sentence: str) -> bytes:
    return hashlib.blake2b(f"held-out\0{sentence}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _pick(text: ParallelText, rows: Iterable[int]) -> ParallelText:
    chosen = list(rows)
    return ParallelText(
        text.language,
        tuple(text.source[row] for row in chosen),
        tuple(text.target[row] for row in chosen),
        text.dropped,
        text.rows,
    )
