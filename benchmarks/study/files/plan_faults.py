"""What does not fit together in a plan, though each value is of the right kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple

from benchmarks.study.entries import ENDS, OURS, RECOMMENDED, ROUTED, Entry, Plan
from benchmarks.study.order import TURNS
from subsetsearch.errors import RealignError
from subsetsearch.languages import resolve

_ROUTED = f"{OURS}: {ROUTED}"
_NEEDED = ("none", "all", f"{OURS}: {RECOMMENDED}", _ROUTED)


def faults(plan: Plan) -> Iterator[str]:
    """Say what is wrong, one fault after the other."""
    labels = Counter(entry.label for entry in plan.entries)
    yield from (f"no set '{label}'" for label in _NEEDED if label not in labels)
    yield from (f"the set '{label}' is there {n} times" for label, n in labels.items() if n > 1)
    if not plan.seeds or len(set(plan.seeds)) < len(plan.seeds):
        yield "no seed, or one twice"
    if not 0 < plan.budget < math.inf:
        yield f"a budget of {plan.budget:g} minutes"
    for search in (plan.search, *plan.peers.values()):
        if not 0 <= search.minutes < math.inf:
            yield f"a search of {search.minutes:g} minutes"
    if plan.reads is not None and plan.reads < 1:
        yield f"a run that reads {plan.reads} pairs"
    for entry in plan.entries:
        yield from _faults_of(entry, plan)
    yield from (f"the target '{key}' is no language" for key in plan.targets if not _is_language(key))


def _faults_of(entry: Entry, plan: Plan) -> Iterator[str]:
    label = f"the set '{entry.label}'"
    if entry.kind not in TURNS:
        yield f"{label}: no kind '{entry.kind}', only {', '.join(TURNS)}"
    named = {*(entry.targets or ()), *(entry.route or ())}
    if unknown := sorted(named - plan.targets.keys()):
        yield f"{label} names '{unknown[0]}', which is no target"
    if entry.kind == ENDS and (entry.name == "none") != (not entry.languages):
        yield f"the languages of '{entry.label}' are wrong"
    if strange := [key for key in entry.languages if not _is_language(key)]:
        yield f"{label}: '{strange[0]}' is no language"
    if entry.pairs is not None and entry.pairs < 1:
        yield f"{label}: {entry.pairs} pairs of each language"
    if not (0 < entry.cost < math.inf if entry.languages else entry.cost == 0):
        yield f"{label}: {len(entry.languages)} languages cannot cost {entry.cost:g}"
    if entry.label == _ROUTED and entry.route is None:
        yield f"{label} has no route"
    if entry.route is not None and (lacking := sorted(plan.targets.keys() - entry.route.keys())):
        yield f"{label}: no route of the target '{lacking[0]}'"
    if entry.expected is not None and not all(map(math.isfinite, astuple(entry.expected))):
        yield f"{label}: an expectation that is no number"


def _is_language(key: str) -> bool:
    try:
        return resolve(key).key == key
    except RealignError:
        return False
