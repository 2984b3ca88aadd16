"""Files of settings as editors of all kinds leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import Recipe
from realign_core.support.errors import ConfigError, EncoderError

TEXT = '[encoder]\nname = "xlm-roberta-base"\n\n[realignment]\nsteps = 7\n'


def read(tmp_path: Path, content: bytes) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)
    return Recipe.from_toml(path)


@pytest.mark.parametrize(
    "content",
    [TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), TEXT.encode("utf-8-sig")],
    ids=["plain", "Windows line ends", "byte order mark"],
)
def test_line_ends_and_byte_order_marks_do_not_matter(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == read(tmp_path, TEXT.encode())


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ((TEXT + "# caf\u00e9\n").encode("latin-1"), r"recipe\.toml:6: not UTF-8 .* iconv"),
        (TEXT.encode("utf-16"), r"recipe\.toml: holds UTF-16, not text; .*iconv"),
        ((TEXT + "steps = 8\n").encode(), r"recipe\.toml:6: not valid TOML: Cannot overwrite a value"),
        (
            TEXT.replace("steps = 7", "stepps = 7").replace("\n", "\r\n").encode(),
            r"recipe\.toml:5: unknown key",
        ),
        (
            b"[realignment]\nlearning_rate = inf\n",
            r"recipe\.toml:2: .*learning_rate': .*finite number.*got inf",
        ),
        (b"[realignment]\ntemperature = 1e400\n", r"recipe\.toml:2: .*temperature': .*finite number"),
        (b"[finetuning]\nweight_decay = nan\n", r"recipe\.toml:2: .*weight_decay': .*finite number"),
        (b"hello", r"recipe\.toml:1: not valid TOML"),
    ],
)
def test_what_is_no_file_of_settings_is_refused(tmp_path: Path, content: bytes, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read(tmp_path, content)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a folder, not a file; give the path of a TOML file"):
        Recipe.from_toml(tmp_path)


@pytest.mark.parametrize("name", ["/no/such/folder", "./encoder", "../encoder", "models/mine/best"])
def test_an_encoder_that_is_named_by_a_path_must_be_there(name: str) -> None:
    with pytest.raises(EncoderError, match="encoder.name: no such folder"):
        EncoderConfig(name=name).require_folder()


def test_other_encoders_are_not_looked_for(tmp_path: Path) -> None:
    for name in ("bundled", "xlm-roberta-base", "intfloat/multilingual-e5-small", str(tmp_path)):
        EncoderConfig(name=name).require_folder()
