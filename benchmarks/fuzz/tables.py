"""Tables of runs, prices, typology and lists of languages under fire."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.fuzz import counting
from benchmarks.fuzz.mutate import Files
from benchmarks.fuzz.subject import Subject
from realign_core.runs.tables.comparison import compare
from realign_core.runs.tables.table import read_table
from subsetsearch.config import StudyConfig
from subsetsearch.cost import read_prices
from subsetsearch.problem.pool import Pool, Targets
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.import_file import ReadResults, ResultsFile
from subsetsearch.results.tables.run_table import read_runs
from subsetsearch.results.tables.study_store import _read_scores as read_scores
from subsetsearch.strategies import read_pool
from subsetsearch.typology import CsvTypology, read_csv_typology

KEYS = ("swh_Latn", "zul_Latn", "deu_Latn")


def _file(folder: Path, name: str = "table.csv") -> Path:
    """The file, plain or packed."""
    return next(folder.glob(f"{name}*"), folder / name)


def _rows(content: bytes) -> int | None:
    """Rows below a header, where all fields are plain; blank ones apart."""
    rows = counting.records(content)
    if rows is None or b"\xef\xbb\xbf" in content[3:]:
        return None
    return max(0, sum(any(cell.strip() for cell in row) for row in rows) - 1)


def _lost(size: Callable[[Any], int]) -> Callable[[Any, Files], int | None]:
    def lost(result: Any, files: Files) -> int | None:
        expected = _rows(files.get("table.csv", b"\xff"))
        return None if expected is None else max(0, expected - size(result))

    return lost


def _csv(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def _compared(folder: Path) -> pd.DataFrame:
    table = read_table(_file(folder))
    compare(table)
    return table


@cache
def _study() -> StudyConfig:
    return StudyConfig.model_validate({"name": "fuzz"})


def _imported(folder: Path) -> ReadResults:
    pool = Pool(dict.fromkeys(KEYS, "xx"), {})
    targets = Targets({"fur_Latn": "fur", "wol_Latn": "wo"}, frozenset())
    return ResultsFile(_file(folder), _study(), pool, targets, skip_others=True).read()


def _runs(folder: Path) -> list[Measurement]:
    return read_runs(folder / "table.csv", split="test")


def _long(result: CsvTypology) -> int:
    return len(result.keys)


def _cldf_lost(result: CsvTypology, files: Files) -> int | None:
    """Languages of a table of values with glottocodes that are known; no other file explains them."""
    if set(files) != {"table.csv"}:
        return None
    rows = counting.records(files["table.csv"])
    if not rows or "Language_ID" not in rows[0]:
        return None
    place = rows[0].index("Language_ID")
    glottocodes = {row[place].strip() for row in rows[1:] if len(row) > place} & {"swah1253", "zulu1248"}
    return max(0, len(glottocodes) - len(result.keys))


def _typology(folder: Path) -> CsvTypology:
    typology = read_csv_typology(_file(folder))
    typology.distance_matrix(KEYS)
    return typology


def _pool(folder: Path) -> tuple[Any, ...]:
    return read_pool(str(_file(folder, "pool.txt")))


def _languages_lost(result: tuple[Any, ...], files: Files) -> int | None:
    lines = counting.lines_of(next(iter(files.values()), b"\xff"))
    if lines is None:
        return None
    return max(0, sum(bool(line.split("#")[0].strip()) for line in lines) - len(result))


_RESULTS = "seed,model,task,method,realignment_langs,final_eval_fur_accuracy,final_eval_wo_accuracy,final_eval_avg_accuracy"
_OWN = (
    "study_fingerprint,recipe_hash,seed,realignment_langs,n_languages,pairs_per_language,split,metric,mean,"
    "seconds,fresh,final_eval_fur_Latn_accuracy,unseen_final_eval_wol_Latn_accuracy"
)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "compare",
        _compared,
        (
            {
                "table.csv": _csv(
                    _RESULTS,
                    "17,bundled,text,baseline,,0.5,0.6,0.55",
                    "23,bundled,text,baseline,,0.5,0.7,0.6",
                    '17,bundled,text,before_noaligner,"sw zu",0.6,0.6,0.6',
                    "23,bundled,text,before_noaligner,sw zu,0.7,0.6,0.65",
                )
            },
        ),
        modules=("realign_core.runs.tables.cells", "realign_core.runs.tables.table"),
        lost=_lost(len),
        words=(b"seed", b"method", b"baseline", b"17", b"0.5", b"final_eval_avg_accuracy", b"nan"),
    ),
    Subject(
        "import",
        _imported,
        (
            {
                "table.csv": _csv(
                    _RESULTS,
                    "17,bundled,text,baseline,,0.5,0.6,0.55",
                    "17,bundled,text,before_noaligner,sw zu,0.6,0.6,0.6",
                    "17,other,text,before_noaligner,sw,0.6,0.6,0.6",
                )
            },
        ),
        modules=("subsetsearch.results.tables.import_file",),
        lost=_lost(lambda found: len(found.runs) + found.skipped),
        words=(
            b"seed",
            b"baseline",
            b"sw zu",
            b"17",
            b"final_eval_fur_Latn_accuracy",
            b"pairs_per_language",
            b"1.5",
        ),
    ),
    Subject(
        "evaluations",
        _runs,
        (
            {
                "table.csv": _csv(
                    _OWN,
                    "f1,r1,17,deu_Latn swh_Latn,2,,test,accuracy,0.5,1.5,0,0.5,0.4",
                    "f1,r2,23,,0,100,test,accuracy,0.5,1.5,1,0.6,",
                )
            },
        ),
        modules=("subsetsearch.results.tables.run_table",),
        lost=_lost(len),
        words=(b"f1", b"test", b"accuracy", b"17", b"0.5", b"final_eval_fur_Latn_f1"),
        packed=False,
    ),
    Subject(
        "proxy scores",
        lambda folder: list(read_scores(folder / "table.csv")),
        (
            {
                "table.csv": _csv(
                    "study_fingerprint,languages,rung,score,origin",
                    "f,deu_Latn,1,0.5,search",
                    "f,,2,-0.5,search",
                )
            },
        ),
        modules=("subsetsearch.results.tables.study_store",),
        lost=_lost(len),
        words=(b"f", b"1", b"0.5", b"-inf"),
        packed=False,
    ),
    Subject(
        "prices",
        lambda folder: read_prices(_file(folder)),
        ({"table.csv": _csv("language,price", "sw,0.1", "Zulu,2", '"deu",1e-3')},),
        modules=("subsetsearch.cost._models", "subsetsearch.tables"),
        lost=_lost(len),
        words=(b"language", b"price", b"sw", b"swa", b"0.1", b"-2"),
    ),
    Subject(
        "typology, wide",
        _typology,
        (
            {"table.csv": _csv("code,GB1,GB2,WO", "sw,1,?,SVO", "zul,0,1,SOV", "deu,,0.5,SVO")},
            {"table.csv": _csv("x,zul,sw,deu", "sw,0.2,0,0.7", "zul,0,0.2,", "deu,,0.7,0")},
        ),
        modules=("subsetsearch.typology._csv",),
        lost=_lost(_long),
        words=(b"sw", b"swa", b"GB1", b"0.5", b"?", b"zul", b"NA"),
    ),
    Subject(
        "typology, cldf",
        _typology,
        (
            {
                "table.csv": _csv(
                    "ID,Language_ID,Parameter_ID,Value",
                    "1,swah1253,GB1,1",
                    "2,zulu1248,GB1,0",
                    "3,zulu1248,GB2,a",
                )
            },
            {
                "table.csv": _csv("Language_ID,Parameter_ID,Value", "aab,1A,1", "nan,1A,0", "nan,2A,1"),
                "languages.csv": _csv(
                    "ID,Name,Glottocode,ISO639P3code", "aab,Zulu,zulu1248,zul", "nan,Swahili,,swh"
                ),
            },
        ),
        modules=("subsetsearch.typology._cldf",),
        lost=_cldf_lost,
        words=(b"swah1253", b"GB1", b"Language_ID", b"Value", b"aab", b"?"),
    ),
    Subject(
        "pool",
        _pool,
        ({"pool.txt": "# mine\nsw\nZulu\ndeu_Latn # German\nYorùbá\n".encode()},),
        modules=("subsetsearch.strategies._pools",),
        lost=_languages_lost,
        words=(b"sw", b"swa", b"#", b"fra"),
    ),
)
