"""What was read of a study's labelled data and left out, stored with its results by its first run."""

from __future__ import annotations

import json

from realign_core.data.account import LABELLED, Account, Accounts, from_dict, to_dict, words_of
from subsetsearch.config.study import StudyConfig
from subsetsearch.results.measurements.store import MeasurementStore

_CORPORA = tuple(name for corpus in LABELLED.values() for name in (corpus, words_of(corpus)))
"""What is stored, in the order in which it is told; parallel text is read again where it is told."""


def record_accounts(study: StudyConfig, store: MeasurementStore, accounts: Accounts) -> None:
    """Store what is not stored yet.

    Raises:
        StudyError: If the database cannot be written.
    """
    for corpus in _CORPORA:
        if corpus_accounts := accounts.get(corpus):
            record = to_dict({corpus: corpus_accounts})
            store.keep_fact(_fact(corpus, study), json.dumps(record, ensure_ascii=False))


def recorded_accounts(study: StudyConfig, store: MeasurementStore) -> dict[str, tuple[Account, ...]]:
    """Read what was stored.

    Raises:
        StudyError: If the database cannot be read.
    """
    accounts: dict[str, tuple[Account, ...]] = {}
    for corpus in _CORPORA:
        fact = store.fact(_fact(corpus, study))
        if fact is not None:
            accounts |= from_dict(json.loads(fact))
    return accounts


def _fact(corpus: str, study: StudyConfig) -> str:
    return f"account of {corpus} of {study.fingerprint()}"
