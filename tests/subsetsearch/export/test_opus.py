"""opus_read scripts and OpusFilter configurations are executed on small archives, offline."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.export._corpora import corpora
from subsetsearch.subset import Subset

BIN = Path(sys.executable).parent


def need(program: str) -> None:
    if not (BIN / program).exists() and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (group test-tools)")


def archive(folder: Path, key: str, lines: int = 30) -> None:
    """Write an archive as OPUS lays it out: languages in alphabetical order."""
    row = corpora()[key]
    first, second = sorted(("en", row.opus_code))
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{row.opus_corpus}_{row.opus_release}_moses_{first}-{second}.txt.zip"
    stem = f"{row.opus_corpus}.{first}-{second}"
    with zipfile.ZipFile(folder / name, "w") as handle:
        for code in (first, second):
            text = "".join(f"sentence {i} in {code}\n" for i in range(lines))
            handle.writestr(f"{stem}.{code}", text)


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "http_proxy": "http://127.0.0.1:9"}


@pytest.mark.parametrize("which", ["choice", "evil"])
def test_opus_read_runs(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    need("opus_read")
    choice: Choice = request.getfixturevalue(which)
    script = export(choice, "opustools", tmp_path / "fetch it.sh")[0]
    for key in choice.languages:
        archive(tmp_path / "downloads", key)
    done = subprocess.run(
        ["bash", str(script)], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for key, code in (("afr_Latn", "af"), ("swh_Latn", "sw")):
        english = (tmp_path / "data" / f"{key}.en").read_text().splitlines()
        other = (tmp_path / "data" / f"{key}.{code}").read_text().splitlines()
        assert english[:2] == ["sentence 0 in en", "sentence 1 in en"]
        assert other[:2] == [f"sentence 0 in {code}", f"sentence 1 in {code}"]
        assert len(english) == len(other) == choice.pairs_per_language


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [20, None])
def test_opusfilter_runs(pairs: int | None, evil: Choice, tmp_path: Path) -> None:
    need("opusfilter")
    choice = replace(evil, row=replace(evil.row, subset=Subset(evil.row.subset.languages, pairs)))
    config = export(choice, "opusfilter", tmp_path / "config.yaml")[0]
    for key in choice.languages:
        archive(tmp_path / "opusfilter", key)
    done = subprocess.run(
        [str(BIN / "opusfilter"), str(config)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    for key, code in (("afr_Latn", "af"), ("swh_Latn", "sw")):
        for side in ("en", code):
            lines = (
                gzip.decompress((tmp_path / "opusfilter" / f"{key}.{side}.gz").read_bytes())
                .decode()
                .splitlines()
            )
            assert lines[1] == f"sentence 1 in {side}"
            assert len(lines) == (pairs or 30)


def test_steps_have_the_eight_parameters() -> None:
    yaml = pytest.importorskip("yaml")
    from subsetsearch.export import render

    config = yaml.safe_load(render(choice_from_languages(["sw", "zh-Hant"]), "opusfilter"))
    reads = [step["parameters"] for step in config["steps"] if step["type"] == "opus_read"]
    assert [read["target_language"] for read in reads] == ["sw", "zh_TW"]
    assert all(len(read) == 8 and read["suppress_prompts"] is True for read in reads)
