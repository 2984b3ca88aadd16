"""What every rung promises, whatever it does to subsets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from subsetsearch.config.rungs import RUNGS
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.measured import mean_score
from subsetsearch.subset import NONE, Subset

KINDS = {
    "gap": {"search.top_rung": 1, "proxy.linear.measure": "gap"},
    "probe": {"search.top_rung": 1, "proxy.linear.measure": "probe"},
    "short": {"search.top_rung": 2},
    "short, probe": {"search.top_rung": 2, "proxy.short.readout": "probe"},
    "full": {"search.top_rung": 3},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_rung_keeps_the_contract(kind: str, opened: Callable[[Mapping[str, object]], Ladder]) -> None:
    ladder, again = opened(KINDS[kind]), opened(KINDS[kind])
    rung, problem = ladder.top, ladder.problem
    assert rung.number == rung.label.number == problem.config.search.top_rung
    assert rung.number in RUNGS
    assert rung.seconds() is None
    rung.prepare()
    some = Subset(frozenset(problem.pool.keys[:2]))
    for subset in (NONE, some):
        scores = rung.scores(subset)
        assert set(scores) == set(problem.targets.searched)  # neither held-out targets nor others
        assert all(score <= 1 for score in scores.values())
        assert rung.score(subset) == pytest.approx(mean_score(scores))
    assert again.top.scores(some) == rung.scores(some)
    seconds = rung.seconds()
    assert seconds is None or seconds > 0


@pytest.mark.parametrize("kind", ["gap", "short"])
def test_what_is_measured_is_stored_once(
    kind: str, opened: Callable[[Mapping[str, object]], Ladder], monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder = opened(KINDS[kind])
    first = ladder.measure(ladder.top, NONE, "measured")
    assert ladder.store.read(ladder.problem.config.fingerprint()) == [first]
    assert (first.value, first.origin, first.split, first.seed) == (
        ladder.top.score(NONE),
        "measured",
        "dev",
        0,
    )
    again = opened(KINDS[kind])
    monkeypatch.setattr(type(again.top), "scores", lambda *_: pytest.fail("scored again"))
    assert again.measure(again.top, NONE) == first
