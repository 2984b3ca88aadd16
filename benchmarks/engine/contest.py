"""One contestant of the engine's benchmark, its speed and its memory."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch

BATCH = 16
Counted = tuple[int, int, float]
Chunk = Callable[[], Counted]


@dataclass
class Contest:
    """One contestant.

    ``chunk()`` trains or encodes a little and returns items, real tokens, and the seconds that
    count (0: all that it took).
    """

    name: str
    chunk: Chunk
    precision: str
    layers: int
    passes: int  # 3 for forward and backward, 1 for forward
    rates: list[float] = field(default_factory=list)
    token_rates: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    def round(self) -> None:
        """Run a chunk and keep its speed."""
        with Memory() as memory:
            start = time.perf_counter()
            items, tokens, counted = self.chunk()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            seconds = counted or time.perf_counter() - start
        self.rates.append(items / seconds)
        self.token_rates.append(tokens / seconds)
        self.peak_bytes = max(self.peak_bytes, memory.peak)


class Memory:
    """Largest resident size of this process while the block runs (GPU memory on a GPU)."""

    peak = 0

    def __enter__(self) -> Memory:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        if torch.cuda.is_available():
            self.peak = torch.cuda.max_memory_allocated()

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while True:
            resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            self.peak = max(self.peak, resident * page)
            if self.stop.wait(0.05):
                return
