"""What a score by rung 1 would take, by what a study has cached."""

from __future__ import annotations

import time
from pathlib import Path

from subsetsearch.config.study import LinearProxyConfig
from subsetsearch.rungs.cache import Arrays, read_arrays
from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.probe import LinearProbe, read_probe
from subsetsearch.rungs.linear.statistics import read_statistics


def stored_score_seconds(cache: Path, config: LinearProxyConfig) -> float | None:
    """Time one score of the newest cached rung 1; nothing is encoded or written.

    Args:
        cache: As of :func:`subsetsearch.rungs.linear.statistics.build_statistics`.
        config: The measure decides what is scored.

    Returns:
        Seconds; ``None`` if what the measure needs is not cached.
    """
    proxy = _newest_gap(cache, config) if config.measure == "gap" else _newest_probe(cache, config)
    if proxy is None:
        return None
    proxy.score(())  # the first one prepares what all share
    start = time.perf_counter()
    proxy.score(proxy.statistics.every.languages[:5])
    return time.perf_counter() - start


def _newest_gap(cache: Path, config: LinearProxyConfig) -> LinearGap | None:
    statistics = _newest(cache, "statistics")
    return None if statistics is None else LinearGap(read_statistics(statistics), config.ridge, {"": None})


def _newest_probe(cache: Path, config: LinearProxyConfig) -> LinearProbe | None:
    """The newest probe on the newest statistics; ``None`` too if an encoder of another width made these."""
    statistics, probe = _newest(cache, "statistics"), _newest(cache, "probe")
    if statistics is None or probe is None or len(statistics["centre"]) != len(probe["probe"]):
        return None
    return read_probe(probe, read_statistics(statistics), config.ridge)


def _newest(cache: Path, kind: str) -> Arrays | None:
    places = sorted(cache.glob(f"{kind}-*.npz"), key=lambda path: path.stat().st_mtime)
    return read_arrays(places[-1]) if places else None
