"""A made-up study: every kind of row, and names that try to break out of the page."""

from __future__ import annotations

import random

import pytest

from subsetsearch.languages import resolve
from subsetsearch.report import CalibrationRow, LanguageInfo, ReportData, ReportRow

POOL = (
    "afr amh arb azj bel ben bul cat ces cym deu ell est eus fin gle hau heb hin hun ibo ind isl kat khk kor lit "
    "mya nld orm pes pol ron rus slk slv smo som spa swe swh tam tel tha tir tur ukr urd uzn vie wol xho yor zul"
)
TARGETS = "bam ewe fon hau ibo kin lug luo mos nya pcm sna swh tsn twi wol xho yor zul"
EVIL = (
    "a \"b\" <script>alert(1)</script> </title> {{data}} & 'c' <img src=x onerror=alert(2)>\n# line | two `x`"
)


def info(key: str) -> LanguageInfo:
    language = resolve(key)
    return LanguageInfo(
        language.key,
        language.name,
        language.family,
        language.script,
        language.coordinates,
        language.resource_class,
        "xlmr" in language.seen_in,
    )


def fill_row(
    languages: list[str], targets: list[str], rng: random.Random, **known: object
) -> dict[str, object]:
    """Scores that rise with the number of families, for a row that was fully run."""
    families = len({resolve(key).family for key in languages})
    base = {t: 0.35 + 0.2 * random.Random(t).random() for t in targets}
    gain = 0.012 * families - 0.0009 * len(languages)
    scores = {
        t: min(0.99, base[t] + gain * (0.4 + 1.2 * random.Random(t + "g").random()) + rng.gauss(0, 0.006))
        for t in targets
    }
    mean = sum(scores.values()) / len(scores)
    return {"accuracy": mean, "std": 0.006 + 0.006 * rng.random(), "n_seeds": 4, "scores": scores, **known}


def make_rows(pool: list[str], targets: list[str], n: int, seed: int = 1) -> tuple[ReportRow, ...]:
    rng = random.Random(seed)
    rows = []
    sizes: dict[int, int] = {}
    for trial in range(n):
        size = 1 + int(rng.expovariate(0.2)) % 20
        chosen = sorted(rng.sample(pool, size))
        families = len({resolve(key).family for key in chosen})
        proxy = 0.40 + 0.006 * families - 0.0005 * size + rng.gauss(0, 0.006)
        sizes[trial] = size
        rung = 2 if trial % 4 == 0 else 1
        rows.append((trial, chosen, proxy, rung, families))
    best: dict[int, float] = {}
    found = []
    for trial, chosen, proxy, rung, _families in sorted(rows, key=lambda r: (len(r[1]), -r[2])):
        front = rung == 2 and all(proxy > other for size, other in best.items() if size <= len(chosen))
        if front:
            best[len(chosen)] = proxy
        full = fill_row(chosen, targets, rng) if front else {}
        found.append(
            ReportRow(tuple(chosen), 400.0 * len(chosen), "pairs", trial, "", front, proxy, rung,
                      diversity=0.3 + 0.3 * rng.random(), **full)  # type: ignore[arg-type]
        )  # fmt: skip
    return tuple(found)


def make_data(n: int = 160) -> ReportData:
    pool = sorted({resolve(code).key for code in POOL.split()})
    targets = [resolve(code).key for code in TARGETS.split()]
    rng = random.Random(5)
    named = [
        ReportRow((), 0.0, "pairs", None, "none", **fill_row([], targets, rng)),  # type: ignore[arg-type]
        ReportRow(tuple(pool), 400.0 * len(pool), "pairs", None, "all", proxy=0.43, rung=1,
                  **fill_row(pool[:12], targets, rng)),  # type: ignore[arg-type]
        ReportRow(tuple(pool[3:13]), 4000.0, "pairs", None, "random_10", **fill_row(pool[3:7], targets, rng)),  # type: ignore[arg-type]
    ]  # fmt: skip
    history = tuple((trial, 9.5 - 4.0 / (1 + trial / 9)) for trial in range(0, n, 2))
    return ReportData(
        study="african-pos",
        description="Part-of-speech tagging for 19 African languages, parallel text from NTREX.",
        rows=tuple(named) + make_rows(pool, targets, n),
        languages={key: info(key) for key in {*pool, *targets}},
        targets=tuple(targets),
        held_out=tuple(targets[-4:]),
        encoder="multilingual-e5-small",
        study_file="studies/african-pos.toml",
        calibration=(
            CalibrationRow(
                "linear proxy (rung 1)",
                0.58,
                0.21,
                0.81,
                12,
                "0.41 (0.14 to 0.66)",
                "top 1: 0.8 (chance 1.4) points",
            ),
            CalibrationRow("short proxy (rung 2)", 0.74, 0.46, 0.90, 12, "0.55 (0.3 to 0.7)"),
            CalibrationRow("number of languages", 0.10, -0.42, 0.55, 12),
        ),
        history=history,
        recipe={"encoder": {"name": "bundled"}, "realignment": {"steps": 100}},
        versions={"subsetsearch": "0.1.0", "torch": "2.13.0"},
        data={"parallel": "NTREX-128, 400 pairs a language", "task": "MasakhaPOS"},
        seeds=(17, 23, 42, 66),
        created="2026-11-22",
    )


@pytest.fixture(scope="session")
def data() -> ReportData:
    return make_data()


@pytest.fixture(scope="session")
def evil() -> ReportData:
    """Markup in every free text, also in a language's name."""
    from dataclasses import replace

    plain = make_data(12)
    languages = {
        key: replace(value, name=f"<b onclick=x>{value.name}|") for key, value in plain.languages.items()
    }
    rows = (*plain.rows[:-1], replace(plain.rows[-1], label=EVIL))
    return replace(
        plain, study=EVIL, description=EVIL, languages=languages, rows=rows, metric="<f1>", encoder=EVIL,
        study_file="studies/it's; rm -rf.toml", messages=(EVIL,), recipe={EVIL: EVIL}, versions={EVIL: EVIL},
        data={EVIL: EVIL}, created=EVIL, reason=EVIL,
    )  # fmt: skip
