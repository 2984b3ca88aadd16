"""JSON and YAML: everything that is known about a choice."""

from __future__ import annotations

import json
from typing import Any

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.analysis.front.front_row import FullRuns

SCHEMA = "subsetsearch/choice-1"
"""Name and version of the layout; the JSON Schema is docs/schema/choice-1.json."""


def as_data(choice: Choice) -> dict[str, Any]:
    """Lay a choice out as plain data after :data:`SCHEMA`."""
    return {
        "schema": SCHEMA,
        "study": choice.study,
        "trial": choice.trial,
        "reason": choice.reason,
        "languages": [
            {
                "key": language.key,
                "name": language.name,
                "iso639_3": language.iso639_3,
                "script": language.script,
                "bcp47": language.find_code("bcp47"),
                "glottocode": language.glottocode,
                "family": language.family,
            }
            for language in choice.described
        ],
        "pairs_per_language": choice.pairs_per_language,
        "cost": {"value": choice.cost, "unit": choice.cost_unit},
        "proxy": choice.proxy,
        "proxy_measure": choice.proxy_measure,
        "accuracy": None
        if choice.accuracy is None
        else {"mean": choice.accuracy, "std": choice.accuracy_std, "n_seeds": choice.n_seeds},
        "accuracy_fresh_seeds": _fresh(choice.fresh),
        "held_out": _held_out(choice),
        "note": choice.note,
        "scores": dict(choice.scores),
        "eval_languages": list(choice.eval_languages),
        "seeds": list(choice.seeds),
        "recipe": _plain(choice.recipe),
    }


def _fresh(runs: FullRuns | None) -> dict[str, Any] | None:
    if runs is None:
        return None
    return {
        "mean": runs.accuracy,
        "std": runs.std,
        "n_seeds": len(runs.seeds),
        "seeds": list(runs.seeds),
        "scores": dict(runs.scores),
    }


def _held_out(choice: Choice) -> dict[str, Any] | None:
    """Targets whose scores are in no other mean."""
    if not choice.held_out:
        return None
    return {"languages": list(choice.held_out), "mean": choice.held_out_accuracy}


def _plain(value: Any) -> Any:
    return None if value is None else json.loads(json.dumps(dict(value), default=str))


def to_json(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write JSON after the published schema; names keep their own script."""
    return json.dumps(as_data(choice), ensure_ascii=False, indent=2) + "\n"


def to_yaml(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write the same content as YAML."""
    return dump_yaml(as_data(choice))


def dump_yaml(value: Any) -> str:
    """Write plain data as YAML, keys in their order."""
    import yaml

    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000))
