"""A made-up study: every kind of row, and names that try to break out of the page."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest

from subsetsearch.analysis.front.decision import Decision, mark_decision
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.model.effects import MOST_RUNS
from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.model.question import PLAIN
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.statistics.target_gains import TargetGain
from subsetsearch.analysis.study.target_group import MOST_CELLS, GroupFront
from subsetsearch.analysis.subsets.who_is_helped import ByTarget
from subsetsearch.analysis.trust import Trust, verdict
from subsetsearch.languages import resolve
from subsetsearch.report import ReportData
from subsetsearch.subset import NONE, Subset

POOL = (
    "afr amh arb azj bel ben bul cat ces cym deu ell est eus fin gle hau heb hin hun ibo ind isl kat khk kor lit "
    "mya nld orm pes pol ron rus slk slv smo som spa swe swh tam tel tha tir tur ukr urd uzn vie wol xho yor zul"
)
TARGETS = "bam ewe fon hau ibo kin lug luo mos nya pcm sna swh tsn twi wol xho yor zul"
EVIL = "a \"b\" <script>alert(1)</script> </title> {{data}} & 'c' <img src=x onerror=alert(2)> <a href=https://evil.example>x</a>\n# line | two `x`"


def runs_of(languages: list[str], targets: list[str], rng: random.Random) -> FullRuns:
    """Scores that rise with the number of families."""
    families = len({resolve(key).family for key in languages})
    base = {t: 0.35 + 0.2 * random.Random(t).random() for t in targets}
    gain = 0.012 * families - 0.0009 * len(languages)
    scores = {
        t: min(0.99, base[t] + gain * (0.4 + 1.2 * random.Random(t + "g").random()) + rng.gauss(0, 0.006))
        for t in targets
    }
    mean = sum(scores.values()) / len(scores)
    return FullRuns(mean, 0.006 + 0.006 * rng.random(), (17, 23, 42, 66), scores)


def make_rows(pool: list[str], targets: list[str], n: int, seed: int = 1) -> list[FrontRow]:
    rng = random.Random(seed)
    drawn = []
    for trial in range(n):
        size = 1 + int(rng.expovariate(0.2)) % 20
        chosen = sorted(rng.sample(pool, size))
        families = len({resolve(key).family for key in chosen})
        proxy = 0.40 + 0.006 * families - 0.0005 * size + rng.gauss(0, 0.006)
        drawn.append((trial, chosen, proxy, 2 if trial % 4 == 0 else 1))
    best: dict[int, float] = {}
    rows: dict[Subset, FrontRow] = {}
    for trial, chosen, proxy, rung in sorted(drawn, key=lambda r: (len(r[1]), -r[2])):
        subset = Subset(frozenset(chosen))
        if subset in rows:
            continue
        front = rung == 2 and all(proxy > other for size, other in best.items() if size <= len(chosen))
        if front:
            best[len(chosen)] = proxy
        full = runs_of(chosen, targets, rng) if front else None
        rows[subset] = FrontRow(
            subset, 400.0 * len(chosen), "pairs", trial, on_front=front, proxy=proxy, proxy_rung=rung, full=full,
            diversity=0.3 + 0.3 * rng.random(),
        )  # fmt: skip
    return list(rows.values())


def made_trust() -> Trust:
    """Rung 1 ranks somewhat, rung 2 well, over subsets of two sizes and two seeds."""
    rng, runs, scores = random.Random(2), {}, {1: {}, 2: {}}  # type: ignore[var-annotated]
    for i in range(12):
        subset = Subset(frozenset(f"l{i}{j}" for j in range(1 + i % 2)))
        truth = rng.gauss(0.5, 0.02)
        runs[subset] = {seed: truth + rng.gauss(0, 0.005) for seed in (17, 23)}
        scores[1][subset], scores[2][subset] = truth + rng.gauss(0, 0.02), truth + rng.gauss(0, 0.006)
    return verdict(scores, runs)


def made_gains(row: FrontRow, base: FullRuns, held_out: Collection[str]) -> ByTarget:
    """Differences to no realignment, with an interval of a point on either side."""
    rows = []
    for key, score in row.scores.items():
        mean = score - base.scores[key]
        gap = PairedDifference(mean, mean - 0.01, mean + 0.01, (17, 23, 42, 66), 0.001)
        p = 0.01 if abs(mean) > 0.02 else 0.4
        rows.append(
            TargetGain(key, score, None, gap, p, held_out=key in held_out, own=key in row.subset.languages)
        )
    return ByTarget(row, tuple(sorted(rows, key=lambda one: -(one.gain.mean if one.gain else 0.0))))


def made_group(key: str, rows: Sequence[FrontRow]) -> GroupFront:
    """The measured rows by one target; the best of them is recommended."""
    runs = [
        replace(row, full=FullRuns(row.scores[key], 0.01, (17, 23)), on_front=False, tied_with=None)
        for row in rows
        if row.full
    ]
    best = max(runs, key=lambda row: row.accuracy or 0.0)
    marked = [
        replace(row, recommended=row is best, worse_than=best.subset if row.label == "all" else None)
        for row in runs
    ]
    return GroupFront("target", key, Front(tuple(marked), targets=(key,)))


def make_data(n: int = 160) -> ReportData:
    pool = sorted({resolve(code).key for code in POOL.split()})
    targets = [resolve(code).key for code in TARGETS.split()]
    rng = random.Random(5)
    rows = [
        FrontRow(NONE, 0.0, "pairs", label="none", full=runs_of([], targets, rng)),
        FrontRow(Subset(frozenset(pool)), 400.0 * len(pool), "pairs", label="all", proxy=0.43, proxy_rung=1,
                 full=runs_of(pool[:12], targets, rng)),
        FrontRow(Subset(frozenset(pool[3:13])), 4000.0, "pairs", strategies=("random_10",),
                 full=runs_of(pool[3:7], targets, rng)),
        *make_rows(pool, targets, n),
    ]  # fmt: skip
    best = max((row for row in rows if row.full), key=lambda row: row.accuracy or 0.0)
    marked = [replace(row, recommended=row is best, ties_best=row is best) for row in rows]
    front = sorted(marked, key=lambda row: row.cost)
    base = next(row.full for row in rows if row.label == "none")
    assert base is not None
    measured = [row for row in front if row.full and row.subset != NONE]
    history = tuple((trial, 9.5 - 4.0 / (1 + trial / 9)) for trial in range(0, n, 2))
    return ReportData(
        front=Front(tuple(front), "african-pos"),
        gains={row.subset: made_gains(row, base, targets[-4:]) for row in measured},
        groups=tuple(made_group(key, front) for key in (targets[0], targets[-1])),
        description="Part-of-speech tagging for 19 African languages, parallel text from NTREX.",
        targets=tuple(targets),
        held_out=tuple(targets[-4:]),
        encoder="multilingual-e5-small",
        study_file="studies/african-pos.toml",
        trust=made_trust(),
        history=history,
        recipe={"encoder": {"name": "bundled"}, "realignment": {"steps": 100}},
        versions={"subsetsearch": "0.1.0", "torch": "2.13.0"},
        data={"parallel": "NTREX-128, 400 pairs a language", "task": "MasakhaPOS"},
        seeds=(17, 23, 42, 66),
        created="2026-11-22",
    )


def judge(rows: Sequence[FrontRow], base: float) -> tuple[tuple[FrontRow, ...], Decision]:
    """Mark rows as a model would: expected gains are measured ones, shrunken by a fifth."""
    ran = [row for row in rows if row.full is not None]
    worths = [0.8 * ((row.accuracy or 0.0) - base) if row.languages else 0.0 for row in ran]
    sds = [0.004 * bool(row.languages) for row in ran]
    best = max(worths)
    judged = {
        row.subset: Judged(
            worth, sd, 0.5 + 0.5 * math.tanh(100 * worth), 0.9 if worth == best else 0.01,
            best - worth + 0.001, best - worth, row.n_seeds,
        )
        for row, worth, sd in zip(ran, worths, sds, strict=True)
    }  # fmt: skip
    above = np.array([[0.5 + 0.5 * math.tanh(200 * (one - other)) for other in worths] for one in worths])
    decision = Decision(
        PLAIN, judged, {subset: i for i, subset in enumerate(judged)}, above, 4 * len(ran), 4 * len(ran)
    )
    return tuple(mark_decision(rows, decision)), decision


def modelled_front(front: Front, base: Callable[[FrontRow], float]) -> Front:
    """The same front with a model of its runs."""
    none = next(row for row in front if row.label == "none")
    gains = [
        replace(row, measured_gain=(row.accuracy or 0.0) - base(none)) if row.full and row.languages else row
        for row in front
    ]
    rows, decision = judge(gains, base(none))
    return replace(front, rows=rows, decision=decision)


def make_modelled(n: int = 160) -> ReportData:
    """The same study with a model of all runs, for its groups as well."""
    plain = make_data(n)

    def score(row: FrontRow) -> float:
        return row.accuracy or 0.0

    return replace(
        plain,
        front=modelled_front(plain.front, score),
        groups=tuple(replace(group, front=modelled_front(group.front, score)) for group in plain.groups),
        reasons={"none": 0.03, "size": -0.01, "unseen": 0.0001, "typology": 0.004},
    )


def make_crowded(n: int) -> ReportData:
    """Nearly as many runs as the model learns from, and as many groups of targets as the page holds."""
    plain, rng = make_data(n), random.Random(3)
    targets = list(plain.targets)
    spare = [row for row in plain.front if row.full is None and not row.label][: MOST_RUNS - 10]
    run = {row.subset: runs_of(list(row.languages), targets, rng) for row in spare}
    rows = [replace(row, full=row.full or run.get(row.subset)) for row in plain.front]
    front = modelled_front(replace(plain.front, rows=tuple(rows)), lambda row: row.accuracy or 0.0)
    many = MOST_CELLS // len(front.measured)
    groups = tuple(replace(made_group(key, front.rows), name=key) for key in (targets * many)[:many])
    return replace(
        plain,
        front=front,
        groups=tuple(
            replace(group, front=modelled_front(group.front, lambda row: row.accuracy or 0.0))
            for group in groups
        ),
    )


@pytest.fixture(scope="session")
def data() -> ReportData:
    """Without a model: all that a page of before has."""
    return make_data()


@pytest.fixture(scope="session")
def modelled() -> ReportData:
    return make_modelled()


@pytest.fixture(scope="session")
def evil() -> ReportData:
    """Markup in every free text, also in a language's name and in a strategy's."""
    plain = make_data(12)
    rows = [
        replace(row, cost_unit="<b onclick=x>", strategies=row.strategies and (EVIL,)) for row in plain.front
    ]
    odd = Subset(frozenset({"<b onclick=x>|", "fin_Latn"}))
    runs = FullRuns(0.9, 0.01, (1, 2), {"<b onclick=x>|": 0.9})
    rows.append(FrontRow(odd, 9e4, "<b onclick=x>", 99, on_front=True, proxy=0.99, proxy_rung=2, full=runs))
    return replace(
        plain, front=Front(tuple(replace(row, recommended=row.subset == odd) for row in rows), EVIL, "<f1>"),
        description=EVIL, encoder=EVIL, source_language=EVIL, targets=(*plain.targets, "<b onclick=x>|"),
        study_file="studies/it's; rm -rf.toml", messages=(EVIL,), recipe={EVIL: EVIL}, versions={EVIL: EVIL},
        data={EVIL: EVIL}, created=EVIL, gains={}, groups=(),
    )  # fmt: skip
