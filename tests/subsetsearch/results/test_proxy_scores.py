from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsetsearch.errors import StudyError
from subsetsearch.results.evaluations import Evaluation, draw_fresh, runs_by_candidate, selection
from subsetsearch.results.proxy_scores import ProxyScore, ProxyTable
from subsetsearch.subset import NONE, Subset

ROWS = st.lists(
    st.builds(
        ProxyScore, st.sampled_from(["f", "g"]), st.sampled_from(["", "deu_Latn", "deu_Latn fra_Latn"]),
        st.sampled_from([1, 2]), st.floats(0, 1), st.sampled_from(["low", "strategy"]),
        st.sampled_from([None, 100]),
    )
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_scores_come_back_and_the_first_one_stays(
    tmp_path: Path, first: list[ProxyScore], more: list[ProxyScore]
) -> None:
    table = ProxyTable(tmp_path / "new" / "proxies.csv")
    table.path.unlink(missing_ok=True)
    table.add(first)
    table.add(more)
    expected: dict[tuple[str, Subset, int], ProxyScore] = {}
    for row in [*first, *more]:
        expected.setdefault((row.study_fingerprint, row.candidate, row.rung), row)
    assert table.read("f") == [row for row in expected.values() if row.study_fingerprint == "f"]


def test_no_table_is_empty_and_another_file_is_refused(tmp_path: Path) -> None:
    table = ProxyTable(tmp_path / "proxies.csv")
    assert table.read("f") == []
    table.path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match="not a table of proxy scores"):
        table.read("f")


def run(subset: str, seed: int, score: float, *, fresh: bool = False) -> Evaluation:
    scores = {"wol_Latn": score}
    return Evaluation("f", "h", seed, frozenset(subset.split()), "accuracy", scores, {}, 1.0, fresh)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "0.5",
            "O.5",
            r"proxies\.csv:3: no proxy score \(could not convert .* 'O\.5'\); remove the row, or the file",
        ),
        ("random,", "random", r"proxies\.csv:3: 6 fields expected, but got 5; remove the row"),
    ],
)
def test_a_damaged_score_is_found_by_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    table = ProxyTable(tmp_path / "proxies.csv")
    table.add([ProxyScore("f", "a", 1, 0.25, "random"), ProxyScore("f", "b", 1, 0.5, "random")])
    first, second = table.path.read_text(encoding="utf-8").rstrip().rsplit("\n", 1)
    assert old in second
    table.path.write_text(f"{first}\n{second.replace(old, new)}\n", encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        table.read("f")


def test_fresh_runs_are_kept_apart() -> None:
    runs = [run("a", 1, 0.5), run("a", 9, 0.4, fresh=True), run("", 9, 0.3, fresh=True)]
    assert selection(runs) == runs[:1]
    assert runs_by_candidate(runs) == {
        Subset(frozenset("a")): {1: 0.5, 9: 0.4},
        NONE: {9: 0.3},
    }
    assert Evaluation.from_row(runs[1].row()) == runs[1]


@given(
    st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.integers(1, 8)
)
def test_fresh_seeds_were_never_part_of_a_choice(
    used: set[int], fresh: set[int], reserved: set[int], count: int
) -> None:
    fresh -= used
    runs = [run("a", seed, 0.5) for seed in used] + [run("b", seed, 0.5, fresh=True) for seed in fresh]
    drawn = draw_fresh(runs, reserved, count)
    assert len(set(drawn)) == count
    assert not set(drawn) & (used | reserved)
    known = fresh - reserved
    assert len(set(drawn) & known) == min(count, len(known))  # earlier fresh seeds are used first
