"""What the engine is measured against: a plain loop and sentence-transformers."""

from __future__ import annotations

import tempfile
import time
from typing import Any

import numpy as np
import torch

from benchmarks.engine.contest import BATCH, Chunk, Counted
from realign_core.encoder.bundled.convert import bundled_encoder


class LibraryEncoder:
    """The bundled encoder as transformers' defaults have it: float32, sdpa, padded batches, mean pooling."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer

        folder = str(bundled_encoder())
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = AutoModel.from_pretrained(folder).to(self.device)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)

    def encode(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors of some texts, and how many real tokens these have."""
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=128, return_tensors="pt")
        batch = batch.to(self.device)
        hidden = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None]
        return (hidden * mask).sum(1) / mask.sum(1), mask.sum()


def plain_loop(pairs: list[tuple[str, str]], steps: int) -> Chunk:
    """Library defaults: float32, sdpa, dropout, AdamW on all weights, two encoder calls a step."""
    encoder = LibraryEncoder()
    encoder.model.train()
    adam = torch.optim.AdamW(encoder.model.parameters(), lr=2e-5)
    rng = np.random.default_rng(0)

    def chunk() -> Counted:
        tokens = 0
        for _ in range(steps):
            chosen = [pairs[i] for i in rng.choice(len(pairs), BATCH, replace=False)]
            left, n_left = encoder.encode([s for s, _ in chosen])
            right, n_right = encoder.encode([t for _, t in chosen])
            rows = torch.nn.functional.normalize(torch.cat([left, right]), dim=-1)
            scores = (rows @ rows.T / 0.1).fill_diagonal_(-torch.inf)
            gold = torch.arange(2 * BATCH, device=encoder.device).roll(BATCH)
            torch.nn.functional.cross_entropy(scores, gold).backward()
            adam.step()
            adam.zero_grad()
            tokens += int(n_left + n_right)
        return steps * BATCH, tokens, 0.0

    return chunk


def padded_evaluation(texts: dict[str, list[str]], n_tokens: int) -> Chunk:
    """A padded loop a language, 32 sentences a batch in the corpus's order."""
    encoder = LibraryEncoder()
    encoder.model.eval()

    def chunk() -> Counted:
        with torch.no_grad():
            for rows in texts.values():
                for start in range(0, len(rows), 32):
                    encoder.encode(rows[start : start + 32])
        return sum(map(len, texts.values())), n_tokens, 0.0

    return chunk


def sentence_transformers(pairs: list[tuple[str, str]], steps: int, bf16: bool) -> Chunk:
    """Its trainer with MultipleNegativesRankingLoss; steps are timed by a callback, set-up is not."""
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    word = Transformer(str(bundled_encoder()), max_seq_length=128)
    model = SentenceTransformer(modules=[word, Pooling(word.get_embedding_dimension())])
    data = Dataset.from_dict({"anchor": [s for s, _ in pairs], "positive": [t for _, t in pairs]})
    tokens_a_pair = np.mean(
        [len(word.tokenizer(s)["input_ids"]) + len(word.tokenizer(t)["input_ids"]) for s, t in pairs]
    )

    def chunk() -> Counted:
        with tempfile.TemporaryDirectory() as folder:
            timer = _step_timer()
            SentenceTransformerTrainer(
                model=model,
                callbacks=[timer],
                args=_arguments(folder, steps, bf16),
                train_dataset=data,
                loss=MultipleNegativesRankingLoss(model),
            ).train()
        return steps * BATCH, int(steps * BATCH * tokens_a_pair), timer.seconds

    return chunk


def _arguments(folder: str, steps: int, bf16: bool) -> Any:
    """Settings of its trainer: nothing is saved or logged."""
    from sentence_transformers import SentenceTransformerTrainingArguments

    return SentenceTransformerTrainingArguments(
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


def _step_timer() -> Any:
    """A callback that adds up the seconds of the steps."""
    from transformers import TrainerCallback

    class StepTimer(TrainerCallback):
        """Adds up the steps after the first, which makes the optimizer's state."""

        seconds, begun = 0.0, 0.0

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            """Start the clock."""
            self.begun = time.perf_counter()

        def on_step_end(self, *arguments: Any, **_: Any) -> None:
            """Stop it."""
            if arguments[1].global_step > 1:  # the trainer's state
                self.seconds += time.perf_counter() - self.begun

    return StepTimer()
