"""Every option of a study: it matters wherever it stands, or is refused or told where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from realign_core.support.errors import RealignError
from realign_core.support.settings.config import Config, validate_config
from subsetsearch.config.study import StudyConfig
from subsetsearch.config.unread import READ, unread_settings

_ALWAYS = """
name description typology.kind pool.languages pool.min_pairs targets.languages targets.held_out targets.unlabelled
cost.model search.top_rung search.trials search.minutes search.sampler search.seed search.min_size search.max_size
search.must_include search.exclude search.max_per_family search.budget search.pairs_per_language evaluate.top
evaluate.seeds
"""
ALWAYS = _ALWAYS.split()
"""Options that matter wherever they stand."""

IDLE: dict[str, dict[str, Any]] = {
    "targets.held_out_in_pool": {"targets": {"held_out_in_pool": True}},
    "cost.prices": {"cost": {"prices": "prices.csv"}},
    "cost.by_class": {"cost": {"by_class": {0: 1.0}}},
    "cost.tokens_per_pair": {"cost": {"tokens_per_pair": 30}},
    "cost.corpus": {"cost": {"model": "money", "by_class": {0: 1.0}, "corpus": "NLLB"}},
}
"""Options with others beside which they have no effect: refused."""

OTHERWISE = {
    "pool.exclude": "refused with the data: tests/subsetsearch/problem/test_excluded.py",
    "search.rung1": "what it asks for is done below rung 3 anyway",
}

UNREAD: dict[str, dict[str, Any]] = {
    "search.promise": {"search": {"promise": 0.3}},
    "search.promote": {"search": {"top_rung": 1, "promote": 0.3}},
    "proxy.linear.measure": {"proxy": {"linear": {"measure": "probe"}}},
    "proxy.linear.pairs": {"proxy": {"linear": {"pairs": 60}}},
    "proxy.linear.ridge": {"proxy": {"linear": {"ridge": 30}}},
    "proxy.linear.depth": {"search": {"rung1": True}, "proxy": {"linear": {"measure": "probe", "depth": 1}}},
    "proxy.linear.dev_examples": {"search": {"top_rung": 2}, "proxy": {"linear": {"dev_examples": 50}}},
    "proxy.short.readout": {"proxy": {"short": {"readout": "probe"}}},
    "proxy.short.layers": {"search": {"top_rung": 1}, "proxy": {"short": {"layers": 3}}},
    "proxy.short.steps": {"proxy": {"short": {"steps": 7}}},
    "proxy.short.pairs": {"proxy": {"short": {"pairs": 7}}},
    "proxy.short.learning_rate": {"proxy": {"short": {"learning_rate": 1e-3}}},
    "proxy.short.epochs": {"search": {"top_rung": 2}, "proxy": {"short": {"readout": "probe", "epochs": 4}}},
    "proxy.short.train_examples": {"proxy": {"short": {"train_examples": 70}}},
    "proxy.short.dev_examples": {"proxy": {"short": {"dev_examples": 70}}},
    "proxy.short.seeds": {"proxy": {"short": {"seeds": [3]}}},
    "proxy.short.warm": {"proxy": {"short": {"warm": 7}}},
    "proxy.full.seeds": {"search": {"top_rung": 2}, "proxy": {"full": {"seeds": [3]}}},
    "proxy.full.warm": {"search": {"rung1": True}, "proxy": {"full": {"warm": 7}}},
    "proxy.full.scale": {"search": {"top_rung": 1}, "proxy": {"full": {"scale": 0.1}}},
    "proxy.retrieval.pairs": {"proxy": {"retrieval": {"pairs": 20}}},
    "proxy.retrieval.subsets": {
        "targets": {"unlabelled": ["sw"]},
        "proxy": {"retrieval": {"subsets": 3}},
    },
}
"""Options of rungs in searches that do not read them: told."""

READS: list[dict[str, Any]] = [
    {
        "search": {"top_rung": 2, "promise": 0.3, "promote": 0.3},
        "proxy": UNREAD["proxy.short.steps"]["proxy"],
    },
    {"search": {"top_rung": 2}, "proxy": {"linear": {"measure": "probe", "dev_examples": 40, "pairs": 9}}},
    {"search": {"top_rung": 1}, "proxy": {"linear": {"depth": 1, "ridge": 30}}},
    {
        "search": {"rung1": True, "sampler": "tpe", "promote": 0.3},
        "proxy": {"full": {"warm": 5, "seeds": [3]}},
    },
    {"targets": {"unlabelled": ["sw"]}, "proxy": {"retrieval": {"pairs": 20}, "full": {"scale": 0.5}}},
]
"""Searches that read all that they are told."""


def study(content: dict[str, Any]) -> StudyConfig:
    return validate_config(StudyConfig, {"name": "s", **content})


def options(table: type[Config], prefix: str = "") -> Iterator[str]:
    for name, field in table.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Config):
            if name != "recipe":  # tests/realign_core/test_unused.py
                yield from options(cast(type[Config], field.annotation), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_option_is_in_one_list() -> None:
    listed = [*ALWAYS, *IDLE, *OTHERWISE, *READ]
    assert len(listed) == len({*listed})
    assert {*listed} == {*options(StudyConfig)}
    assert UNREAD.keys() == READ.keys()


@pytest.mark.parametrize("option", IDLE)
def test_an_option_without_effect_is_refused(option: str) -> None:
    with pytest.raises(RealignError, match=f"'{option.partition('.')[2]}' has no effect"):
        study(IDLE[option])


@pytest.mark.parametrize("option", UNREAD)
def test_an_option_that_the_search_does_not_read_is_told(option: str) -> None:
    assert option in unread_settings(study(UNREAD[option]))


@pytest.mark.parametrize("content", READS, ids=str)
def test_what_is_read_is_not_told(content: dict[str, Any]) -> None:
    assert unread_settings(study(content)) == ()


def test_a_study_without_realignment_is_refused() -> None:
    with pytest.raises(RealignError, match="nothing to search"):
        study({"recipe": {"realignment": {"strategy": "baseline"}}})
