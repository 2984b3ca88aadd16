"""json, yaml, csv, txt, latex: read back by the tools that read them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.export import FORMATS, Choice, choice_from_languages, export, render
from subsetsearch.subset import NONE, Subset

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "schema" / "choice-1.json"


@pytest.fixture(params=["choice", "evil", "bare", "empty"])
def any_choice(request: pytest.FixtureRequest) -> Choice:
    if request.param == "bare":
        return choice_from_languages(["sw", "zh", "aaa"])
    if request.param == "empty":
        return Choice(FrontRow(NONE, 0.0, "pairs", 1), "s")
    found: Choice = request.getfixturevalue(request.param)
    return found


def test_json_fits_its_schema(any_choice: Choice) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (group test-tools)")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(render(any_choice, "json"))
    jsonschema.validate(content, schema, jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content | {"trial": "x"}, schema)
    assert content["study"] == any_choice.study
    assert [language["key"] for language in content["languages"]] == list(any_choice.languages)


def test_yaml_holds_the_same(any_choice: Choice) -> None:
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(render(any_choice, "yaml")) == json.loads(render(any_choice, "json"))


def test_csv_has_a_row_a_language(choice: Choice) -> None:
    rows = list(csv.DictReader(io.StringIO(render(choice, "csv"))))
    assert [(row["role"], row["key"], row["score"]) for row in rows] == [
        ("chosen", "afr_Latn", ""),
        ("chosen", "swh_Latn", ""),
        ("target", "wol_Latn", "0.5"),
        ("target", "yor_Latn", "0.546"),
    ]
    assert rows[1]["name"] == "Swahili"


def test_held_out_targets_stand_apart_and_figures_say_if_they_may_be_chosen(choice: Choice) -> None:
    row = replace(choice.row, full=replace(choice.row.full, held_out=0.546))  # type: ignore[type-var]
    note = "held-out targets stay in the pool: Yoruba"
    apart = replace(choice, row=row, held_out=("yor_Latn",), note=note)
    content = json.loads(render(apart, "json"))
    assert content["held_out"] == {"languages": ["yor_Latn"], "mean": 0.546}
    assert content["note"] == note
    roles = {line["key"]: line["role"] for line in csv.DictReader(io.StringIO(render(apart, "csv")))}
    assert (roles["wol_Latn"], roles["yor_Latn"]) == ("target", "held-out target in the pool")
    text = render(apart, "latex")
    assert f"% {note}" in text
    assert "Mean of held-out targets & 54.6" in text
    assert "Yoruba (held out) & 54.6" in text


def test_fresh_seeds_stand_apart_from_those_of_the_choice(choice: Choice) -> None:
    content = json.loads(render(choice, "json"))
    assert content["accuracy"] == {"mean": 0.523, "std": 0.011, "n_seeds": 2}
    assert content["accuracy_fresh_seeds"] == {
        "mean": 0.498, "std": 0.02, "n_seeds": 3, "seeds": [90, 91, 92],
        "scores": {"wol_Latn": 0.48, "yor_Latn": 0.516},
    }  # fmt: skip
    row = list(csv.DictReader(io.StringIO(render(choice, "csv"))))[-1]
    names = ("score", "n_seeds", "score_fresh_seeds", "n_fresh_seeds")
    assert tuple(row[name] for name in names) == ("0.546", "2", "0.516", "3")
    assert r"Zero-shot mean (3 fresh seeds) & 49.8 {\scriptsize $\pm$ 2.0}" in render(choice, "latex")
    head = render(choice, "realign")
    assert "# Measured: 52.3 % with the seeds below, which the choice has seen" in head
    assert "# Measured: 49.8 % with fresh seeds, drawn after it: 90, 91, 92" in head
    without = render(replace(choice, row=replace(choice.row, fresh=None)), "csv")
    assert ",,\n" in without.splitlines(keepends=True)[-1]
    assert "fresh seeds" not in render(replace(choice, row=replace(choice.row, fresh=None)), "realign")


def test_txt_is_keys_only(any_choice: Choice) -> None:
    assert tuple(render(any_choice, "txt").split()) == any_choice.languages


def test_latex_has_mean_and_deviation(choice: Choice) -> None:
    text = render(choice, "latex")
    assert r"52.3 {\scriptsize $\pm$ 1.1}" in text
    assert "Wolof & 50.0" in text
    assert "40 pairs" in text


def test_latex_proxy_when_there_is_no_full_run() -> None:
    text = render(Choice(FrontRow(Subset(frozenset({"afr_Latn"})), 12345, "pairs", proxy=0.4)), "latex")
    assert "Proxy (development data) & 40.0" in text
    assert r"12\,345 pairs" in text


def test_latex_compiles(any_choice: Choice, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-base, texlive-latex-recommended)")
    export(any_choice, "latex", tmp_path / "table.tex")
    head = "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}"
    body = "\\begin{document}\\input{table}\\end{document}\n"
    (tmp_path / "main.tex").write_text(head + body, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert (tmp_path / "main.pdf").stat().st_size > 5000


def test_every_format_says_what_it_is() -> None:
    for name, exporter in FORMATS.items():
        assert exporter.name == name
        assert exporter.description
        assert exporter.suffix == "" or exporter.suffix.startswith(".")
