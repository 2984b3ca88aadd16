"""The table of formats, refusals, and files that are whole or absent."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from subsetsearch.errors import ConfigError, LanguageError, SelectionError
from subsetsearch.export import (
    FORMATS,
    Choice,
    ExportFormat,
    choice_from_languages,
    export,
    find_format,
    render,
)

FETCHING = ["mtdata", "opusfilter", "opustools", "hf-datasets", "sentence-transformers", "reference-cli"]


def test_unknown_format_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'opustools'"):
        find_format("opustool")
    with pytest.raises(ConfigError, match="formats: json, yaml"):
        find_format("qqqqqq")


def test_every_name_of_a_format_has_one() -> None:
    assert tuple(FORMATS) == get_args(ExportFormat)


@pytest.mark.parametrize("fmt", FETCHING)
def test_language_that_the_tool_lacks(fmt: str, tmp_path: Path) -> None:
    choice = choice_from_languages(["sw", "Ghotuo", "aab"])
    with pytest.raises(LanguageError, match=r"has no English data for aaa_Latn \(Ghotuo\), aab_Latn"):
        export(choice, fmt, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", [*FETCHING, "eflomal", "fast_align", "awesome-align", "pairs"])
def test_nothing_to_fetch_for_an_empty_choice(fmt: str, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="no languages"):
        export(choice_from_languages(()), fmt, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_all_formats_write(fmt: str, choice: Choice, tmp_path: Path) -> None:
    target = tmp_path / f"new folder/it's{FORMATS[fmt].suffix}"
    written = export(choice, fmt, target)
    assert written
    assert all(path.is_file() and path.stat().st_size for path in written)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_file_is_replaced(choice: Choice, tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    target.write_text("old")
    export(choice, "json", target)
    assert target.read_text().startswith("{")


def test_a_folder_is_not_replaced(choice: Choice, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    export(choice, "hf-datasets", folder)
    with pytest.raises(ConfigError, match="something of this name already"):
        export(choice, "hf-datasets", folder)
    with pytest.raises(ConfigError, match="writes a file, not a folder"):
        export(choice, "json", folder)


def test_a_path_through_a_file(choice: Choice, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="cannot write here"):
        export(choice, "json", tmp_path / "file" / "x.json")


def test_text_formats_only_on_the_terminal(choice: Choice) -> None:
    with pytest.raises(ConfigError, match=r"writes several files \(parallel\.json"):
        render(choice, "hf-datasets")


def test_importing_export_loads_no_torch() -> None:
    import subprocess
    import sys

    code = "import sys, subsetsearch.export; sys.exit('torch' in sys.modules or 'yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("fmt", ["eflomal", "fast_align", "awesome-align"])
@pytest.mark.parametrize("code", ["../swh", "/tmp/swh", "a/../../swh"])
def test_no_code_of_a_corpus_leads_a_file_out_of_the_folder(
    choice: Choice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fmt: ExportFormat, code: str
) -> None:
    from subsetsearch.export import _aligners

    monkeypatch.setattr(_aligners, "corpus_codes", lambda *_: {"afr_Latn": "afr", "swh_Latn": code})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ConfigError, match="is no name of a file in this folder; give the language"):
        export(choice, fmt, tmp_path / "a" / "out")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(choice: Choice, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    (tmp_path / "x.json").symlink_to(tmp_path / "mine")
    export(choice, "json", tmp_path / "x.json")
    assert not (tmp_path / "x.json").is_symlink()
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"
    (tmp_path / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError):
        export(choice, "hf-datasets", tmp_path / "folder")
    assert not (tmp_path / "elsewhere").exists()
