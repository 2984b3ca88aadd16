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

from realign_core.training.distributed import Replicas

SCRIPT = """
import json, sys
from realign_core import Recipe, run
from realign_core.support.config import validate_config
from realign_core.training.distributed import replicas
result = run(validate_config(Recipe, json.loads(sys.argv[1])), ["xx", "yy"], seed=1)
if replicas().first:
    print("RESULT" + json.dumps({"losses": dict(result.losses), "n": replicas().count}))
"""


def launch(content: dict[str, Any], count: int) -> dict[str, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SCRIPT, json.dumps(content)]
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
    found: dict[str, Any] = json.loads(line.removeprefix("RESULT"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"strategy": "during", "regularisation": 0.1, "layer": [2, -1]}])
def test_two_processes_give_the_numbers_of_one(tiny_recipe: dict[str, Any], changes: dict[str, Any]) -> None:
    pytest.importorskip("accelerate", reason="extra 'gpus' is not installed")
    content = {**tiny_recipe, "realignment": {**tiny_recipe["realignment"], **changes}}
    one, two = launch(content, 1), launch(content, 2)
    assert (one["n"], two["n"]) == (1, 2)
    assert two["losses"] == pytest.approx(one["losses"], abs=2e-3)


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
