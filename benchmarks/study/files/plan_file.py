"""The plan of a task as a JSON file: written once, read often, and checked each time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmarks.common import write_json
from benchmarks.study.entries import Plan
from benchmarks.study.files.plan_faults import faults
from subsetsearch.errors import StudyError

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
        content = json.loads(text, object_pairs_hook=_once)
        plan = TypeAdapter(Plan).validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        what = f"no plan of a task: {place}: {first['msg']}{_unknown(content)}"
        raise StudyError(what, where=path, fix=_FIX) from error
    except ValueError as error:  # no JSON, or no UTF-8
        raise StudyError(f"no JSON: {error}", where=path, fix=_FIX) from error
    if fault := next(faults(plan), None):
        raise StudyError(fault, where=path, fix=_FIX)
    if place := _difference(content, json.loads(json.dumps(_content(plan)))):
        what = f"the plan has a key that no plan has, or lacks one: {place}"
        raise StudyError(what, where=path, fix=_FIX)
    return plan


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys differ.

    Raises:
        ValueError: If one is there twice: the first value would be lost.
    """
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key '{next(name for name in names if names.count(name) > 1)}' is there twice")
    return content


def _unknown(content: object) -> str:
    """Name the first key that no plan has: it may be a needed one that is misspelt."""
    known = {field.name for field in fields(Plan)}
    names = [name for name in content if name not in known] if isinstance(content, dict) else []
    return f" (and '{names[0]}' is no key of a plan)" if names else ""


def _difference(one: Any, other: Any, place: str = "") -> str:
    """Where two JSON values first differ; empty if they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        if unlike := one.keys() ^ other.keys():
            return f"{place}.{min(unlike)}".removeprefix(".")
        steps = [(key, one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        steps = [(str(number), *pair) for number, pair in enumerate(zip(one, other, strict=True))]
    else:
        return "" if one == other else place
    below = (_difference(a, b, f"{place}.{name}".removeprefix(".")) for name, a, b in steps)
    return next(filter(None, below), "")
