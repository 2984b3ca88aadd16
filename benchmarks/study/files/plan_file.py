"""The plan of a task as a JSON file: written once, read often, and checked each time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmarks.common import write_json
from benchmarks.study.entries import ENDS, OURS, RECOMMENDED, ROUTED, Entry, Plan
from subsetsearch.errors import StudyError

_NEEDED = ("none", "all", f"{OURS}: {RECOMMENDED}", f"{OURS}: {ROUTED}")
_FIX = "take the file back from the project's history"


def write_plan(path: Path, plan: Plan) -> None:
    """Keep a plan; the file is replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, _content(plan))


def _content(plan: Plan) -> dict[str, Any]:
    """A plan as it is written."""
    content = asdict(plan)
    content["entries"] = [
        {name: value for name, value in entry.items() if value not in (None, "")}
        for entry in content["entries"]
    ]
    return content


def read_plan(path: Path) -> Plan | None:
    """Read a plan; ``None`` if there is none yet.

    Raises:
        StudyError: If the file is damaged, or does not fit together.
    """
    if not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
        plan = TypeAdapter(Plan).validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise StudyError(f"no plan of a task: {place}: {first['msg']}", where=path, fix=_FIX) from error
    except ValueError as error:  # no JSON, or no UTF-8
        raise StudyError(f"no JSON: {error}", where=path, fix=_FIX) from error
    if fault := next(_faults(plan), None):
        raise StudyError(fault, where=path, fix=_FIX)
    if json.loads(json.dumps(_content(plan))) != content:
        raise StudyError("the plan has a key that no plan has, or lacks one", where=path, fix=_FIX)
    return plan


def _faults(plan: Plan) -> Iterator[str]:
    """What does not fit together."""
    labels = Counter(entry.label for entry in plan.entries)
    yield from (f"no set '{label}'" for label in _NEEDED if label not in labels)
    yield from (f"the set '{label}' is there {n} times" for label, n in labels.items() if n > 1)
    if not plan.seeds or len(set(plan.seeds)) < len(plan.seeds):
        yield "no seed, or one twice"
    for entry in plan.entries:
        yield from _faults_of(entry, plan)


def _faults_of(entry: Entry, plan: Plan) -> Iterator[str]:
    named = {*(entry.targets or ()), *(entry.route or ())}
    if unknown := sorted(named - plan.targets.keys()):
        yield f"the set '{entry.label}' names '{unknown[0]}', which is no target"
    if entry.kind == ENDS and (entry.name == "none") != (not entry.languages):
        yield f"the languages of '{entry.label}' are wrong"
