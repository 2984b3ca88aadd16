"""The command `report`."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]


def test_a_report_is_named_by_its_format(cli: Cli, measured_copy: Any) -> None:
    done = cli("report", *measured_copy.args, "--format", "md")
    assert done.code == 0, done.err
    assert (
        (measured_copy.runs / "measured" / "report.md").read_text(encoding="utf-8").startswith("# measured")
    )
    assert not (measured_copy.runs / "measured" / "report.html").exists()


def test_the_commands_of_a_report_find_its_results(cli: Cli, measured_copy: Any, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert cli("report", *measured_copy.args, "-o", page, "--set", "search.trials=9").code == 0
    options = f"--dir {measured_copy.runs} --set search.trials=9 --pick trial="
    packed = re.search(r'id="data">([^<]+)<', page.read_text(encoding="utf-8"))
    assert packed is not None
    assert options in gzip.decompress(base64.b64decode(packed[1])).decode()
