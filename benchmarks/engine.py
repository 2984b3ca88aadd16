"""How fast the engine trains and evaluates, beside a plain loop and sentence-transformers.

    python benchmarks/engine.py --json benchmarks/results/engine.json

All contestants see the same pairs (NTREX from REALIGN_DATA, else Django's catalogues) in one
process, a few steps each by turns, so that a busy machine disturbs all alike; medians over
rounds are reported. Takes about 5 minutes on two quiet CPU cores; extras: offline, bench-engine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from realign_core.support.threads import share_cores

share_cores()

import numpy as np
import torch

from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trunk import TopBody, trunk_states
from realign_core.recipe import Recipe
from realign_core.runs.run import draw_pairs
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.config import validate_config
from realign_core.support.files import atomic_write
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from realign_core.training.pairs import TokenisedPair
from realign_core.training.realignment import RealignmentSource, realignment_phase

BATCH = 16
Counted = tuple[int, int, float]
Chunk = Callable[[], Counted]
LANGUAGES = {"ntrex": ("swa", "tir", "wol", "deu"), "django": ("sw", "ga", "mn", "te")}


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


def make_recipe() -> tuple[Recipe, tuple[str, ...]]:
    root = os.environ.get("REALIGN_DATA")
    corpus = "ntrex" if root else "django"
    parallel = {"format": "folder", "path": f"{root}/ntrex"} if root else {"format": "gettext"}
    realignment = {"steps": 4000, "pairs_per_batch": BATCH, "pairs_per_language": 300}
    content = {"parallel": parallel, "realignment": realignment, "task": {"max_train": 100}}
    return validate_config(Recipe, content), LANGUAGES[corpus]


def plain_loop(pairs: list[tuple[str, str]], steps: int) -> Chunk:
    """Library defaults: float32, sdpa, dropout, AdamW on all weights, two encoder calls a step."""
    from transformers import AutoModel, AutoTokenizer

    from realign_core.encoder.bundled.convert import bundled_encoder

    folder = str(bundled_encoder())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = AutoModel.from_pretrained(folder).to(device).train()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    adam = torch.optim.AdamW(model.parameters(), lr=2e-5)
    rng = np.random.default_rng(0)

    def encode(texts: list[str]) -> tuple[torch.Tensor, int]:
        batch = tokenizer(texts, padding=True, truncation=True, max_length=128, return_tensors="pt").to(
            device
        )
        hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None]
        return (hidden * mask).sum(1) / mask.sum(1), int(mask.sum())

    def chunk() -> Counted:
        tokens = 0
        for _ in range(steps):
            chosen = [pairs[i] for i in rng.choice(len(pairs), BATCH, replace=False)]
            left, n_left = encode([s for s, _ in chosen])
            right, n_right = encode([t for _, t in chosen])
            rows = torch.nn.functional.normalize(torch.cat([left, right]), dim=-1)
            scores = (rows @ rows.T / 0.1).fill_diagonal_(-torch.inf)
            gold = torch.arange(2 * BATCH, device=device).roll(BATCH)
            torch.nn.functional.cross_entropy(scores, gold).backward()
            adam.step()
            adam.zero_grad()
            tokens += n_left + n_right
        return steps * BATCH, tokens, 0.0

    return chunk


def sentence_transformers(pairs: list[tuple[str, str]], steps: int, bf16: bool) -> Chunk:
    """Its trainer with MultipleNegativesRankingLoss; steps are timed by a callback, set-up is not."""
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
        models,
    )
    from sentence_transformers.losses import MultipleNegativesRankingLoss
    from transformers import TrainerCallback

    from realign_core.encoder.bundled.convert import bundled_encoder

    class StepTimer(TrainerCallback):  # type: ignore[misc]
        """Adds up the steps after the first, which makes the optimizer's state."""

        seconds, begun = 0.0, 0.0

        def on_step_begin(self, *_: object, **__: object) -> None:
            """Start the clock."""
            self.begun = time.perf_counter()

        def on_step_end(self, _: object, state: object, *__: object, **___: object) -> None:
            """Stop it."""
            if state.global_step > 1:  # type: ignore[attr-defined]
                self.seconds += time.perf_counter() - self.begun

    word = models.Transformer(str(bundled_encoder()), max_seq_length=128)
    model = SentenceTransformer(modules=[word, models.Pooling(word.get_word_embedding_dimension())])
    data = Dataset.from_dict({"anchor": [s for s, _ in pairs], "positive": [t for _, t in pairs]})
    tokens_a_pair = np.mean(
        [len(word.tokenizer(s)["input_ids"]) + len(word.tokenizer(t)["input_ids"]) for s, t in pairs]
    )

    def chunk() -> Counted:
        with tempfile.TemporaryDirectory() as folder:
            arguments = SentenceTransformerTrainingArguments(
                output_dir=folder,
                max_steps=steps + 1,
                per_device_train_batch_size=BATCH,
                bf16=bf16,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                logging_strategy="no",
                use_cpu=not torch.cuda.is_available(),
            )
            timer = StepTimer()
            SentenceTransformerTrainer(
                model=model,
                callbacks=[timer],
                args=arguments,
                train_dataset=data,
                loss=MultipleNegativesRankingLoss(model),
            ).train()
        return steps * BATCH, int(steps * BATCH * tokens_a_pair), timer.seconds

    return chunk


def ours(workspace: Workspace, pairs: list[TokenisedPair], steps: int, body: object = None) -> Chunk:
    """The engine's own steps, through the phase that ``realign`` runs."""
    trained = body or workspace.body.fork()
    source = RealignmentSource(trained, pairs, workspace.recipe.realignment, seed=0)
    optimiser = realignment_phase(source, workspace.recipe.realignment).optimiser()
    trained.model.train()
    done = iter(range(source.steps))

    def chunk() -> Counted:
        tokens = 0
        for step in (next(done) for _ in range(steps)):
            source.backward(step)
            optimiser.advance(phase="bench", step=step, hint="")
            tokens += sum(len(pairs[i].source) + len(pairs[i].target) for i in source.batches[step])
        return steps * BATCH, tokens, 0.0

    return chunk


def cached_top(
    workspace: Workspace, pairs: list[TokenisedPair], steps: int, folder: Path
) -> tuple[Chunk, float]:
    """Two trainable layers on the cached trunk; also the seconds that the cache took."""
    depth = len(layer_stack(workspace.body.model)) - 2
    start = time.perf_counter()
    texts = [ids for p in pairs for ids in (p.source, p.target)]
    states = trunk_states(workspace.body, texts, depth, folder, key="bench")
    seconds = time.perf_counter() - start
    body = workspace.body
    top = TopBody(body.model, states, depth, pad_id=body.pad_id, kernel=body.kernel, device=body.device)
    return ours(workspace, pairs, steps, top), seconds


def evaluations(workspace: Workspace, texts: dict[str, list[str]]) -> tuple[Chunk, Chunk]:
    """Ours: all languages by length. Theirs: a padded loop a language, library defaults."""
    from transformers import AutoModel, AutoTokenizer

    from realign_core.encoder.bundled.convert import bundled_encoder

    ids = [workspace.tokens[s] for rows in texts.values() for s in rows]
    features = Features(tuple(ids), tuple(np.zeros(1, dtype=np.int64) for _ in ids))
    folder = str(bundled_encoder())
    model = AutoModel.from_pretrained(folder).to(workspace.body.device).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def joined() -> Counted:
        encode_units(workspace.body, features)
        return len(ids), features.n_tokens, 0.0

    def padded() -> Counted:
        with torch.no_grad():
            for rows in texts.values():
                for start in range(0, len(rows), 32):
                    batch = tokenizer(
                        rows[start : start + 32],
                        padding=True,
                        truncation=True,
                        max_length=128,
                        return_tensors="pt",
                    )
                    hidden = model(**batch.to(model.device)).last_hidden_state
                    mask = batch["attention_mask"][..., None]
                    (hidden * mask).sum(1) / mask.sum(1)
        return len(ids), features.n_tokens, 0.0

    return joined, padded


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
    config = workspace.body.model.config
    width, inner = config.hidden_size, config.intermediate_size
    return layers * (2 * (4 * width * width + 2 * width * inner) + 4 * length * width)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=4, help="steps of the plain loop a round")
    options = parser.parse_args()
    recipe, languages = make_recipe()
    workspace = prepare(recipe, languages, splits=())
    tokenised = draw_pairs(workspace, languages, 0, steps=options.steps * 12 * (options.rounds + 2))
    limit = {code: text.take(300, 0) for code, text in workspace.parallel.items()}
    pairs = [pair for text in limit.values() for pair in zip(text.source, text.target, strict=True)]
    texts = {code: list(text.target[:50]) for code, text in limit.items()}
    length = float(np.mean([len(p.source) for p in tokenised] + [len(p.target) for p in tokenised]))
    with tempfile.TemporaryDirectory() as folder:
        top, cache_seconds = cached_top(workspace, tokenised, options.steps * 8, Path(folder))
        joined, padded = evaluations(workspace, texts)
        kernel = workspace.kernel.precision
        contests = [
            Contest("plain loop", plain_loop(pairs, options.steps), "float32", 12, 3),
            Contest("full", ours(workspace, tokenised, options.steps * 2), kernel, 12, 3),
            Contest("cached top 2", top, kernel, 2, 3),
            Contest("evaluation, padded loop", padded, "float32", 12, 1),
            Contest("evaluation", joined, kernel, 12, 1),
        ]
        try:
            for precision in ("float32", "bfloat16"):
                chunk = sentence_transformers(pairs, options.steps, precision == "bfloat16")
                contests.append(Contest(f"sentence-transformers {precision}", chunk, precision, 12, 3))
        except ImportError as error:
            print(f"no peer: {error}; install the extra bench-engine")
        for number in range(options.rounds + 1):
            for contest in contests:
                contest.round()
            if number == 0:  # the first round warms up
                for contest in contests:
                    contest.rates.clear()
                    contest.token_rates.clear()
            print(f"round {number} of {options.rounds}", flush=True)
    report(workspace, contests, length, cache_seconds, options.json)


def report(
    workspace: Workspace, contests: list[Contest], length: float, cache_seconds: float, path: Path | None
) -> None:
    """Print the table and write the JSON."""
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
    figures = {
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
    print(f"{'':32}{'items/s':>10}{'tokens/s':>10}{'peak share':>12}{'memory MB':>11}")
    for c in contests:
        tokens = statistics.median(c.token_rates)
        print(f"{c.name:32}{rate[c.name]:10.1f}{tokens:10.0f}{share[c.name]:12.1%}{c.peak_bytes / 1e6:11.0f}")
    for name, ratio in figures["ratios"].items():
        print(f"{name:32}{ratio if ratio is None else round(ratio, 2)}")
    if path:
        atomic_write(path, json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
