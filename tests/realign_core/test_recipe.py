from __future__ import annotations

import json
from pathlib import Path

import pytest

from realign_core.data.mixing import Mix
from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import (
    RECIPE_VERSION,
    FinetuningConfig,
    RealignmentConfig,
    Recipe,
    Schedule,
    Strategy,
    TaskConfig,
)
from realign_core.recipes import DEFAULTS, FILTERS, over
from realign_core.support.errors import ConfigError
from realign_core.support.files.keys import content_key
from realign_core.support.settings.config import Config, flatten

TOML = """\
[encoder]
name = "xlm-roberta-base"

[realignment]
steps = 7
{line}
"""


def read(tmp_path: Path, line: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(TOML.format(line=line), encoding="utf-8")
    return Recipe.from_toml(path)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("temprature = 0.2", r"recipe\.toml:6: unknown key 'realignment\.temprature'.*\.temperature"),
        ("temperature = 0", r"recipe\.toml:6: 'realignment\.temperature': .*greater than 0.*got 0"),
        ('strategy = "befor"', r"recipe\.toml:6: 'realignment\.strategy'.*'before'.*'befor'"),
        ("freeze = [3, 1]", r"recipe\.toml:6: .*0 <= first < stop"),
        ("pairs_per_batch = 1", r"recipe\.toml:6: .*greater than or equal to 2"),
        ('schedule = "cosine"', r"recipe\.toml:6: 'realignment\.schedule'.*'linear' or 'constant'"),
        ("warmup = 2", r"recipe\.toml:6: .*less than or equal to 1"),
    ],
)
def test_mistakes_are_found_by_line(tmp_path: Path, line: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read(tmp_path, line)


def test_reads_a_file_over_the_defaults(tmp_path: Path) -> None:
    recipe = read(tmp_path, "")
    assert recipe.realignment.steps == 7
    assert recipe.encoder.name == "xlm-roberta-base"
    assert recipe.finetuning == Recipe(encoder=recipe.encoder).finetuning


def test_hash_names_what_moves_numbers(tmp_path: Path) -> None:
    recipe = read(tmp_path, "")
    assert recipe.hash() == read(tmp_path, "").hash()
    assert recipe.hash() != read(tmp_path, "temperature = 0.2").hash()
    machine = recipe.model_copy(update={"compute": recipe.compute.model_copy(update={"eval_tokens": 99})})
    assert recipe.hash() == machine.hash()
    precise = recipe.compute.model_copy(update={"precision": "float32"})
    assert recipe.hash() == recipe.model_copy(update={"compute": precise}).hash()  # a run's hash names it


def test_the_preset_stands_under_the_file(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('preset = "aacl2025"\n[realignment]\nsteps = 7\n', encoding="utf-8")
    recipe = Recipe.from_toml(path)
    assert recipe.encoder.name == "xlm-roberta-base"
    assert (recipe.realignment.steps, recipe.realignment.pairs_per_batch) == (7, 16)
    assert Recipe.from_toml(path, {"realignment.steps": 9}).realignment.steps == 9


def test_the_preset_is_the_published_recipe() -> None:
    """As in the published scripts (see the preset's docstring), and nothing but these keys differs."""
    recipe = Recipe.model_validate({"preset": "aacl2025"})
    assert recipe.encoder == EncoderConfig(name="xlm-roberta-base", max_length=96)
    assert recipe.realignment == RealignmentConfig(
        strategy=Strategy.BEFORE, steps=24_544, pairs_per_batch=16, learning_rate=7.5e-6, warmup=0.0,
        schedule=Schedule.CONSTANT, temperature=0.1, strong=True, mix=Mix.EQUAL, layer=-2,
    )  # fmt: skip
    assert not recipe.realignment.word_level
    assert recipe.finetuning == FinetuningConfig(
        epochs=5, batch_size=32, learning_rate=7.5e-6, head_learning_rate=7.5e-6, warmup=0.1,
        weight_decay=0.0, clip=1e6,
    )  # fmt: skip


def test_a_key_at_its_default_is_no_part_of_the_hash(tmp_path: Path) -> None:
    recipe = read(tmp_path, "")
    defaults = DEFAULTS["text"].content("xlm-roberta-base")
    own = {"encoder": {"name": "xlm-roberta-base"}, "realignment": {"steps": 7}}
    changed = over(defaults, own | {"parallel": {"format": "gettext", "filters": dict(FILTERS)}})
    plain = {"realignment": RealignmentConfig(), "finetuning": FinetuningConfig()}
    for table, config in plain.items():
        changed[table] = {k: v for k, v in changed[table].items() if v != getattr(config, k)}
    assert recipe.hash() == content_key([RECIPE_VERSION, changed])
    lines = ('schedule = "constant"', "pairs_per_language = 9", 'aligner = {kind = "encoder"}')
    assert len({recipe.hash(), *(read(tmp_path, line).hash() for line in lines)}) == 4
    assert recipe.hash() != recipe.model_copy(update={"task": TaskConfig(max_evaluation=9)}).hash()


def test_a_changed_plain_value_raises_the_version_of_the_hash() -> None:
    """Equal hashes would else name other numbers. New keys may come; those of this version keep these values.

    Defaults of a kind of task (``realign_core.recipes.DEFAULTS``) are hashed where they differ from them.
    """
    assert RECIPE_VERSION == 2, "write the defaults of the new version into the file below"
    path = Path(__file__).with_name("recipe-defaults-2.json")
    defaults = json.loads(path.read_text(encoding="utf-8"))
    tables = {
        name: field.get_default(call_default_factory=True) for name, field in Recipe.model_fields.items()
    }
    plain = {
        name: table.model_dump(mode="json") for name, table in tables.items() if isinstance(table, Config)
    }
    now = flatten(plain)
    assert {key: now[key] for key in defaults} == defaults


def test_a_preset_is_only_a_name_for_its_values(tmp_path: Path) -> None:
    named = Recipe.model_validate({"preset": "aacl2025"})
    spelt = named.model_dump(mode="json", exclude={"preset"})
    assert Recipe.model_validate(spelt).hash() == named.hash()


def test_an_unknown_preset_is_found_by_line(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('\npreset = "aacl2024"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"recipe\.toml:2: 'preset'.*'aacl2025'.*aacl2024"):
        Recipe.from_toml(path)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("layer = []", r"recipe\.toml:6: 'realignment\.layer'"),
        ("stages = 1", r"recipe\.toml:6: .*greater than or equal to 2"),
        ('aligner = { kind = "giza" }', r"recipe\.toml:6: .*'eflomal'"),
        ('aligner = { kind = "encoder", mtcher = "argmax" }', r"recipe\.toml:6: unknown key .*matcher"),
        ('loss = "l3"', r"recipe\.toml:6: .*'contrastive' or 'l2'"),
    ],
)
def test_mistakes_in_further_keys(tmp_path: Path, line: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read(tmp_path, line)


def test_the_loss_may_have_its_old_name(tmp_path: Path) -> None:
    old, new = read(tmp_path, 'objective = "l2"'), read(tmp_path, 'loss = "l2"')
    assert old == new
    assert old.hash() == new.hash()
    with pytest.raises(ConfigError, match=r"recipe\.toml:7: unknown key 'realignment\.objective'"):
        read(tmp_path, 'loss = "l2"\nobjective = "contrastive"')


def test_the_steps_of_during_cannot_be_cut_by_passes(tmp_path: Path) -> None:
    assert read(tmp_path, "max_passes = 4").realignment.max_passes == 4
    with pytest.raises(ConfigError, match="max_passes cannot cut the steps of 'during'"):
        read(tmp_path, 'max_passes = 4\nstrategy = "during"')


def test_a_layer_counts_once(tmp_path: Path) -> None:
    assert read(tmp_path, "layer = [-1, 8]").realignment.layers == (-1, 8)
    with pytest.raises(ConfigError, match=r"recipe\.toml:6: .*a layer is named twice"):
        read(tmp_path, "layer = [-1, -1]")
