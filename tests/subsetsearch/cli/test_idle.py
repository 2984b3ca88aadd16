"""Every option of every command: it matters wherever it stands, or is refused where it does not."""

from __future__ import annotations

from dataclasses import fields

import pytest
from typer.testing import CliRunner

from subsetsearch.cli.idle import option_of
from subsetsearch.cli.main import _LANGUAGES, _STUDIES, app

COMMANDS = {**_STUDIES, **_LANGUAGES}

STUDY = "study storage runs overrides as_json"
ASKING = "targets over tolerance"
TYPOLOGY = "typology features kind metric as_json"

ALWAYS = {
    "init": "folders parallel labelled encoder source output force as_json",
    "run": f"{STUDY} trials more minutes workers new_data dry_run",
    "evaluate": f"{STUDY} top pick languages pairs strategies seeds fresh_seeds workers dry_run",
    "worker": f"{STUDY} rungs device trials proxy wait",
    "calibrate": f"{STUDY} without_labels",
    "pareto": f"{STUDY} {ASKING} as_csv pick by_target",
    "status": STUDY,
    "studies": "folder as_json",
    "expect": f"{STUDY} subsets targets over by_target as_csv",
    "explain": "study storage runs as_json pick",
    "compare": "study storage runs as_json things",
    "import": f"{STUDY} table languages skip_others dry_run",
    "dashboard": f"{STUDY} port host",
    "report": f"{STUDY} {ASKING} output kind",
    "export": "study storage runs as_json fmt list_all",
    "realign": f"{STUDY} output languages seeds task_model force average",
    "languages": "names pool as_json",
    "score": f"{TYPOLOGY} names targets",
    "select": f"{TYPOLOGY} strategy classes seen unseen script source_language time_limit seed caution "
    "keep_unknown list_all cost",
    "distances": f"{TYPOLOGY} names pool caution far as_csv coverage",
}
"""Options that matter wherever they stand; ``storage`` and ``--dir`` say where all studies are."""

RULE = ["x.toml", "--languages", "sw"]
IDLE: dict[tuple[str, str], list[str]] = {
    ("run", "timing"): ["x.toml", "--no-timing"],
    ("evaluate", "timing"): ["x.toml", "--no-timing"],
    ("calibrate", "subsets"): ["x.toml", "--no-run", "--subsets", "9"],
    ("calibrate", "seeds"): ["x.toml", "--no-run", "--seeds", "3,4"],
    ("calibrate", "workers"): ["x.toml", "--without-labels", "9", "--workers", "2"],
    ("calibrate", "measure"): ["x.toml", "--without-labels", "9", "--no-run"],
    ("pareto", "every"): ["x.toml", "--all", "--csv"],
    ("expect", "top"): ["x.toml", "--top", "3", "--json"],
    ("explain", "overrides"): ["--set", "search.trials=3"],
    ("explain", "targets"): ["--targets", "sw"],
    ("explain", "over"): ["--over", "worst"],
    ("explain", "tolerance"): ["--tolerance", "1"],
    ("compare", "overrides"): ["sw", "te", "--set", "search.trials=3"],
    ("compare", "targets"): ["sw", "te", "--targets", "sw"],
    ("compare", "over"): ["sw", "te", "--over", "worst"],
    ("compare", "tolerance"): ["sw", "te", "--tolerance", "1"],
    ("export", "overrides"): ["--languages", "sw", "--set", "search.trials=3"],
    ("export", "output"): ["--list", "--output", "x"],
    ("export", "languages"): ["--list", "--languages", "sw"],
    ("export", "pick"): [*RULE, "--pick", "knee"],
    ("export", "pairs"): ["x.toml", "--pick", "knee", "--pairs", "3"],
    ("export", "targets"): [*RULE, "--targets", "sw"],
    ("export", "over"): [*RULE, "--over", "worst"],
    ("export", "tolerance"): [*RULE, "--tolerance", "1"],
    ("realign", "pairs"): ["x.toml", "-o", "e", "--pairs", "3"],
    ("realign", "pick"): [*RULE, "-o", "e", "--pick", "knee"],
    ("realign", "seed"): ["x.toml", "-o", "e", "--seed", "3", "--seeds", "3,4"],
    ("realign", "targets"): [*RULE, "-o", "e", "--targets", "sw"],
    ("realign", "over"): [*RULE, "-o", "e", "--over", "worst"],
    ("realign", "tolerance"): [*RULE, "-o", "e", "--tolerance", "1"],
    ("languages", "classes"): ["--classes", "1-2"],
    ("languages", "seen"): ["--seen", "xlmr"],
    ("languages", "unseen"): ["--unseen", "xlmr"],
    ("languages", "script"): ["--script", "Latn"],
    ("languages", "scheme"): ["--to", "opus"],
    ("select", "k"): ["--list", "--k", "3"],
    ("select", "objective"): ["--list", "--objective", "max-min"],
    ("select", "include"): ["--list", "--include", "sw"],
    ("select", "exclude"): ["--list", "--exclude", "sw"],
    ("select", "pool"): ["--list", "--pool", "paper65"],
    ("select", "exact"): ["--list", "--exact"],
    ("select", "solver"): ["--k", "3", "--exact", "--solver", "greedy"],
    ("select", "pairs"): ["--k", "3", "--pairs", "7"],
    ("select", "budget"): ["--k", "3", "--budget", "7"],
    ("select", "prices"): ["--k", "3", "--prices", "p.csv"],
    ("select", "targets"): ["--k", "3", "--targets", "paper65"],
}
"""Options beside others with which they have no effect."""


def test_every_option_is_in_one_list() -> None:
    listed = {(name, option) for name, options in ALWAYS.items() for option in options.split()}
    assert not listed & IDLE.keys()
    every = {(name, field.name) for name, command in COMMANDS.items() for field in fields(command)}
    assert listed | IDLE.keys() == every


@pytest.mark.parametrize("option", IDLE, ids=".".join)
def test_an_option_without_effect_is_refused(option: tuple[str, str]) -> None:
    name, field = option
    done = CliRunner().invoke(app, [name, *IDLE[option]], standalone_mode=False)
    assert done.exception is not None
    told = str(done.exception)
    written = option_of(COMMANDS[name], field)
    known = ("no languages; name some", "one seed and several", "--over and --tolerance")
    assert written in told or written.strip("-") in told or any(words in told for words in known)
    assert "x.toml" not in told


@pytest.mark.parametrize(
    ("words", "written"), [(("run", "timing"), "--no-timing"), (("pareto", "every"), "--all")]
)
def test_options_are_named_as_they_are_written(words: tuple[str, str], written: str) -> None:
    assert option_of(COMMANDS[words[0]], words[1]) == written
