"""What the contestants' speeds are in ratios, and as a share of what the machine can do."""

from __future__ import annotations

import math
import os
import platform
import statistics
import time
from collections.abc import Sequence
from typing import Any

import torch

from benchmarks.engine.contest import BATCH, Contest
from realign_core.runs.workspace.workspace import Workspace


def matmul_peak(precision: str, size: int = 1536) -> float:
    """Best FLOP/s of a square product in this number format."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    size = 8192 if device == "cuda" else size
    left = torch.randn(size, size, dtype=getattr(torch, precision), device=device)
    best = float("inf")
    for _ in range(6):
        start = time.perf_counter()
        left @ left
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best


def flops_a_token(workspace: Workspace, layers: int, length: float) -> float:
    """Forward FLOPs a token: projections and feed-forward, and attention over ``length`` tokens."""
    config = workspace.encoder.model.config
    width, inner = int(config.hidden_size), int(config.intermediate_size)
    return layers * (2 * (4 * width * width + 2 * width * inner) + 4 * length * width)


def figures_of(
    workspace: Workspace, contests: Sequence[Contest], length: float, cache_seconds: float
) -> dict[str, Any]:
    """All figures of the JSON.

    Args:
        workspace: What was measured.
        contests: After their rounds.
        length: Mean number of tokens of a text.
        cache_seconds: What the trunk's cache took.
    """
    peaks = {p: matmul_peak(p) for p in ("float32", "bfloat16")}
    rate = {c.name: statistics.median(c.rates) for c in contests}
    share = {
        c.name: statistics.median(c.token_rates)
        * c.passes
        * flops_a_token(workspace, c.layers, length)
        / peaks[c.precision]
        for c in contests
    }
    best_peer = max((r for n, r in rate.items() if n.startswith("sentence-")), default=float("nan"))
    return {
        "ratios": {
            "full": rate["full"] / rate["plain loop"],
            "cached_top2": rate["cached top 2"] / rate["plain loop"],
            "evaluation": rate["evaluation"] / rate["evaluation, padded loop"],
            "vs_sentence_transformers": rate["full"] / best_peer if not math.isnan(best_peer) else None,
        },
        "matmul_peak_share": share,
        "matmul_peak_flops": peaks,
        "items_per_second": rate,
        "tokens_per_second": {c.name: statistics.median(c.token_rates) for c in contests},
        "rounds": {c.name: c.rates for c in contests},
        "peak_bytes": {c.name: c.peak_bytes for c in contests},
        "trunk_cache_seconds": cache_seconds,
        "kernel": f"{workspace.kernel.precision}/{workspace.kernel.attention}",
        "mean_tokens": length,
        "batch_pairs": BATCH,
        "machine": {
            "device": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "load_average": os.getloadavg()[0],
        },
    }


def print_figures(figures: dict[str, Any]) -> None:
    """Print speeds, shares of the peak and ratios."""
    print(f"{'':32}{'items/s':>10}{'tokens/s':>10}{'peak share':>12}{'memory MB':>11}")
    for name, rate in figures["items_per_second"].items():
        tokens, share = figures["tokens_per_second"][name], figures["matmul_peak_share"][name]
        print(f"{name:32}{rate:10.1f}{tokens:10.0f}{share:12.1%}{figures['peak_bytes'][name] / 1e6:11.0f}")
    for name, ratio in figures["ratios"].items():
        print(f"{name:32}{ratio if ratio is None else round(ratio, 2)}")
