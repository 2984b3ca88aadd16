"""The numbers of docs/encoder.md are those of the committed result file."""

from __future__ import annotations

import json
import re
from pathlib import Path

from realign_core.runs.saved.seed_choice import SeedChoice

ROOT = Path(__file__).resolve().parents[2]


def test_what_averaging_brought() -> None:
    stored = json.loads((ROOT / "studies" / "results" / "average-pos.json").read_text(encoding="utf-8"))
    about = stored["choice"]
    scores = {int(seed): score for seed, score in about["scores"].items()}
    choice = SeedChoice(about["metric"], scores, tuple(about["targets"]), about["average"])
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "encoder.md").read_text(encoding="utf-8"))
    one, two, three = (f"{100 * score:.1f}" for score in scores.values())
    mean, best = sum(scores.values()) / len(scores), scores[choice.best_seed]
    assert f"gave {one}, {two} and {three} % (mean {100 * mean:.1f} %)" in page
    assert f"averaged weights {100 * about['average']:.1f} %" in page
    above, below = 100 * (about["average"] - mean), 100 * (best - about["average"])
    assert f"{above:.1f} points above the mean, {below:.1f} below the best seed" in page
    assert not choice.keeps_average
