"""The notebooks run from top to bottom on the toy study; what is committed is small."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "notebooks"
BOOKS = [
    "01_quickstart",
    "02_reading_a_front",
    "03_your_own_corpora_and_encoder",
    "04_from_choice_to_training",
    "05_which_subset_for_which_targets",
    "06_the_real_study",
]


def test_every_notebook_is_tested_and_small() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == BOOKS
    assert all(path.stat().st_size < 400_000 for path in FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_uses_the_public_api_only_and_shows_its_outputs(name: str) -> None:
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    ours = re.findall(r"^.*\b(?:subsetsearch|realign_core)\b.*$", "\n".join(code), re.M)
    assert set(ours) <= {"import subsetsearch as ss", "import realign_core as rc"}
    ran = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert ran == list(range(1, len(ran) + 1)), "run: python -m tools.notebooks"


@pytest.mark.slow
def test_notebooks_run(toy_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="group notebooks")
    nbclient = pytest.importorskip("nbclient", reason="group notebooks")
    pytest.importorskip("ipykernel", reason="group notebooks")
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    study = tmp_path / "toy.toml"
    study.write_text(toy_text, encoding="utf-8")
    values = {"STUDY": study, "RUNS": tmp_path / "runs", "TRIALS": 6, "TOP": 1}
    for name, value in values.items():
        monkeypatch.setenv(f"NOTEBOOK_{name}", str(value))
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    for name in BOOKS:  # in order: the later ones read what the first one made
        book = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
        outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
        assert any("image/png" in output.get("data", {}) for output in outputs), name
        text = "".join(output.get("text", "") for output in outputs)
        assert "error:" not in text, text
