"""Why a subset is expected to gain."""

from __future__ import annotations

from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.analysis.subsets.reasons import WORDS, reasons_in_words
from subsetsearch.config import load_study
from subsetsearch.sampler.study import study_kernel
from subsetsearch.subset import NONE

ROOT = Path(__file__).parents[4]


@pytest.mark.offline
def test_reasons_add_up_to_what_is_expected(tmp_path: Path) -> None:
    study = ss.load(ROOT / "studies" / "time-expressions.toml", runs=tmp_path)
    study.import_results(ROOT / "studies" / "results" / "time-expressions-evaluations.csv")
    found = study.explain("recommended")
    expected = found.picked.row.expected
    assert expected is not None
    assert sum(found.reasons.values()) == pytest.approx(expected.worth, abs=1e-9)
    assert found.to_dict()["reasons"] == dict(found.reasons)
    assert dict(found.lines())["what adds"].startswith("to the expected gain, in points: realigning at all +")
    assert list(map(abs, found.reasons.values())) == sorted(map(abs, found.reasons.values()), reverse=True)
    assert found.reasons.keys() <= WORDS.keys()


def test_no_realignment_needs_no_reasons(tmp_path: Path) -> None:
    study = ss.load(ROOT / "studies" / "time-expressions.toml", runs=tmp_path)
    study.import_results(ROOT / "studies" / "results" / "time-expressions-evaluations.csv")
    found = study.explain("recommended", tolerance=0.5)
    assert found.picked.row.subset == NONE
    assert found.reasons == {}
    assert "what adds" not in dict(found.lines())


def test_what_is_small_is_summed() -> None:
    found = {"none": 0.06, "size": -0.02, "unseen": 0.0001, "typology": 0.004}
    assert reasons_in_words(found, 2) == "realigning at all +6.0, number of languages -2.0, all else +0.4"
    assert reasons_in_words({"none": 0.06}) == "realigning at all +6.0"


def test_every_part_of_the_model_has_words(toy_file: Path) -> None:
    study = load_study(toy_file)
    kernel = study_kernel(study, ["tel_Telu", "zul_Latn"], ["yor_Latn"], {"tel_Telu": 10, "zul_Latn": 20})
    assert set(kernel.parts) <= WORDS.keys()
