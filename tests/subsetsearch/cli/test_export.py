"""The command `export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]


def test_formats_are_listed_and_printed(cli: Cli, tmp_path: Path) -> None:
    listed = json.loads(cli("export", "--list", "--json").out)
    assert {"json", "mtdata", "realign"} <= set(listed)
    assert "opus_read" in cli("export", "--list").out
    assert cli("export", "--languages", "sw,yo", "--to", "txt", "-o", "-").out == "swh_Latn\nyor_Latn\n"
    path = tmp_path / "odd [red] name.csv"
    done = cli("export", "--languages", "sw", "--to", "csv", "-o", path, "--json")
    assert json.loads(done.out) == {"format": "csv", "languages": ["swh_Latn"], "files": [str(path)]}
    assert cli("export", "--languages", "sw", "--to", "csv", "-o", path).out.strip() == str(path)
