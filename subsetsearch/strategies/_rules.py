"""Strategies that are rules: what they make large or small, over which distances, from which pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from subsetsearch.typology import Kind

ObjectiveName = Literal[
    "max-sum", "min-sum", "max-min", "facility-location", "entropy", "value-inclusion", "phylogenetic",
    "families", "genera", "scripts", "log-det",
]  # fmt: skip


class Basis(Enum):
    """How a rule chooses."""

    ALL = "all"
    NONE = "none"
    RANDOM = "random"
    DISTANCES = "distances"
    SCRIPTS = "scripts"


@dataclass(frozen=True, slots=True)
class Rule:
    """A strategy defined by a rule.

    Attributes:
        name: Its name.
        what: One line for people.
        basis: How it chooses.
        least: Make the objective small instead of large.
        kind: Kind of distance, ``None`` for the one asked for.
        with_source: The source language's distances count too.
        same_script: Only languages in the source's script.
        pool: Pool that it is published for, ``None`` for the one asked for.
        k: Size that it is published for.
    """

    name: str
    what: str
    basis: Basis
    least: bool = False
    kind: Kind | None = None
    with_source: bool = False
    same_script: bool = False
    pool: str | None = None
    k: int | None = None


def _base_rules() -> list[Rule]:
    by_distance = Basis.DISTANCES
    return [
        Rule("all", "every language of the pool", Basis.ALL),
        Rule("none", "no language: fine-tuning only", Basis.NONE, k=0),
        Rule("random", "k languages by seed", Basis.RANDOM),
        Rule("most_uriel", "largest typological distances between the languages", by_distance),
        Rule("least_uriel", "smallest typological distances between the languages", by_distance, least=True),
        Rule("most_uriel_en", "the same as most_uriel with the source among them", by_distance,
             with_source=True),
        Rule("least_uriel_en", "the same as least_uriel with the source among them", by_distance,
             least=True, with_source=True),
        Rule("most_family", "largest distances in the family tree", by_distance, kind="genetic"),
        Rule("least_family", "smallest distances in the family tree", by_distance, least=True,
             kind="genetic"),
        Rule("most_family_en", "the same as most_family with the source among them", by_distance,
             kind="genetic", with_source=True),
        Rule("least_family_en", "the same as least_family with the source among them", by_distance,
             least=True, kind="genetic", with_source=True),
        Rule("most_distinct_script", "as many scripts as possible, then typological distance", Basis.SCRIPTS),
        Rule("most_same_script", "most_uriel among the languages in the source's script", by_distance,
             same_script=True),
        Rule("least_same_script", "least_uriel among the languages in the source's script", by_distance,
             least=True, same_script=True),
    ]  # fmt: skip


_ABLATION_POOLS = (
    "joshi45",
    "joshi3",
    "joshi35",
    "joshi2",
    "seen_xlmr",
    "unseen_xlmr",
    "seen_mbert",
    "unseen_mbert",
)
_SIZES = (5, 10, 18, 20, 25, 40, 41)


def _published_rules() -> list[Rule]:
    """The rule behind each published name: ``most_uriel_en_10`` is ``most_uriel_en`` with k = 10."""
    rules = {rule.name: rule for rule in _base_rules()}
    published = [
        Rule(f"{rule.name}_{k}", rule.what, rule.basis, rule.least, rule.kind, rule.with_source,
             rule.same_script, "paper65", k)
        for rule in rules.values()
        if rule.basis not in (Basis.ALL, Basis.NONE, Basis.RANDOM)
        for k in _SIZES
    ]  # fmt: skip
    published += [Rule(f"random_{k}", "k languages by seed", Basis.RANDOM, k=k) for k in _SIZES]
    published += [
        Rule(f"random_langs_with_seed_{k}", "k of paper65 by seed", Basis.RANDOM, pool="paper65", k=k)
        for k in (5, 10, 20, 40)
    ]
    short = {"random": "random", "most_uriel": "most_uriel", "most_family": "most_family",
             "most_script": "most_distinct_script"}  # fmt: skip
    for pool in _ABLATION_POOLS:
        for name, base in short.items():
            rule = rules[base]
            published.append(Rule(f"abla_{name}_{pool}", f"{rule.what}; pool {pool}", rule.basis, rule.least,
                                  rule.kind, rule.with_source, rule.same_script, pool, 10))  # fmt: skip
    return published


def rules() -> Mapping[str, Rule]:
    """All rules by name: the general ones, and those behind the published names."""
    return {rule.name: rule for rule in [*_base_rules(), *_published_rules()]}
