"""Two processes that train together give the numbers of one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realign_core import Recipe, run
from realign_core.support.settings.config import validate_config
from realign_core.training.distributed import Replicas

SCRIPT = """
import json, sys
from realign_core import Recipe, run
from realign_core.support.settings.config import validate_config
from realign_core.training.distributed import replicas
results = [run(validate_config(Recipe, content), ["xx", "yy"], seed=1) for content in json.loads(sys.argv[1])]
if replicas().first:
    print("RESULT" + json.dumps({"losses": [dict(r.losses) for r in results], "n": replicas().count}))
"""
BY_FINETUNING = {"steps": 50, "learning_rate": 1e-4}
"""What ``during`` has no use for, as if nobody had asked for it."""

CHANGES: list[dict[str, Any]] = [
    {},
    {"strategy": "during", **BY_FINETUNING, "regularisation": 0.1, "layer": [2, -1]},
]


def launch(contents: list[dict[str, Any]], count: int) -> dict[str, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SCRIPT, json.dumps(contents)]
    running = []
    for rank in range(count):
        places = {"WORLD_SIZE": str(count), "RANK": str(rank), "LOCAL_RANK": str(rank)}
        places |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
        places |= {"ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": ""}
        environment = {**os.environ, **places}
        running.append(
            subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
    texts = [process.communicate(timeout=300) for process in running]
    assert all(process.returncode == 0 for process in running), texts
    (line,) = [x for out, _ in texts for x in out.splitlines() if x.startswith("RESULT")]
    results: dict[str, Any] = json.loads(line.removeprefix("RESULT"))
    return results


@pytest.mark.slow
def test_two_processes_give_the_numbers_of_one(tiny_recipe: dict[str, Any]) -> None:
    pytest.importorskip("accelerate", reason="extra 'gpus' is not installed")
    contents = [
        {**tiny_recipe, "realignment": {**tiny_recipe["realignment"], **changes}} for changes in CHANGES
    ]
    one = [dict(run(validate_config(Recipe, content), ["xx", "yy"], seed=1).losses) for content in contents]
    two = launch(contents, 2)
    assert two["n"] == 2
    assert two["losses"] == [pytest.approx(losses, abs=2e-3) for losses in one]


def test_a_single_process_has_everything() -> None:
    group = Replicas()
    batch = np.arange(5)
    assert group.alone
    assert group.first
    assert group.share(batch).tolist() == batch.tolist()
    assert group.total(2.5, Path) == 2.5  # type: ignore[arg-type]


def test_shares_hold_each_example_once() -> None:
    class State:
        num_processes = 3

        def __init__(self, rank: int) -> None:
            self.process_index = rank

    for size in (0, 1, 2, 7):
        parts = [Replicas(State(rank)).share(np.arange(size)).tolist() for rank in range(3)]
        assert [i for part in parts for i in part] == list(range(size))
