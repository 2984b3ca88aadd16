"""The data and weights that a study's numbers are of: recorded at its first run, compared at each later one.

What is recorded has no paths in it: the same corpus in another folder is the same.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from realign_core.data.examples import ParallelText
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import some
from subsetsearch.results.measurements.store import MeasurementStore

logger = logging.getLogger(__name__)

Contents = Mapping[str, tuple[int, str]]
"""Language or file to how much was read of it, and its hash."""

Material = Mapping[str, Contents]
"""What was read, by the names in :data:`KINDS`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How differences of one kind of data are told.

    Args:
        unit: What is counted; empty where numbers say nothing.
        what: What differs where the numbers are the same.
        where: Said with the language, where that is not enough.
    """

    unit: str
    what: str
    where: str = ""


KINDS: Mapping[str, Kind] = {
    "parallel text": Kind("pairs", "sentences"),
    "pairs set aside": Kind("pairs", "sentences", "set aside"),
    "training data": Kind("examples", "examples", "training data"),
    "development data": Kind("examples", "examples", "development data"),
    "test data": Kind("examples", "examples", "test data"),
    "encoder": Kind("", "content", "of the encoder"),
    "prices": Kind("", "content"),
    "aligner files": Kind("", "content", "of the aligner"),
}
"""All that is recorded, in the order in which it is told."""


def recorded_material(study: StudyConfig, store: MeasurementStore) -> dict[str, Contents]:
    """Read what was recorded of a study's data.

    Raises:
        StudyError: If the database cannot be read.
    """
    facts = {kind: store.fact(_fact(kind, study)) for kind in KINDS}
    return {kind: _contents(fact) for kind, fact in facts.items() if fact is not None}


def record_material(study: StudyConfig, store: MeasurementStore, material: Material) -> None:
    """Record what is not recorded yet; of several processes the first one does.

    Raises:
        StudyError: If the database cannot be written.
    """
    for kind, contents in material.items():
        plain = {name: list(content) for name, content in sorted(contents.items())}
        store.keep_fact(_fact(kind, study), json.dumps(plain))


def warn_of_other_text(
    study: StudyConfig, store: MeasurementStore, texts: Mapping[str, ParallelText]
) -> None:
    """Say so, where results are read, if the pool's text is not the one that they are of."""
    kind = "parallel text"
    fact = store.fact(_fact(kind, study))
    if fact is None:
        return
    now = {key: (len(text), text.fingerprint()) for key, text in texts.items()}
    if changes := differences({kind: _contents(fact)}, {kind: now}):
        logger.warning(
            "the corpus is no longer the one that these results are of (%s): what is computed from it now, "
            "as the cost of a set that was never tried, is of other data",
            some(changes, 4),
        )


def differences(before: Material, now: Material) -> list[str]:
    """Say how data differ, in the kinds that both have: ``fr: 60 -> 90 pairs``."""
    return [
        sentence
        for kind in KINDS
        if kind in before and kind in now
        for sentence in _differences(KINDS[kind], before[kind], now[kind])
    ]


def _differences(kind: Kind, before: Contents, now: Contents) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        place = f"{name} ({kind.where})" if kind.where else name
        if kind.unit and (old and old[0]) != (new and new[0]):
            yield f"{place}: {_number(old)} -> {_number(new)} {kind.unit}"
        else:
            yield f"{place}: other {kind.what}"


def _contents(fact: str) -> Contents:
    return {name: (int(size), str(key)) for name, (size, key) in json.loads(fact).items()}


def _number(content: tuple[int, str] | None) -> str:
    return "no" if content is None else f"{content[0]:,}"


def _fact(kind: str, study: StudyConfig) -> str:
    return f"{kind} of {study.fingerprint()}"
