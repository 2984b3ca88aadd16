"""Scripts that hub exports bring along; the tests run them with the real libraries."""

from __future__ import annotations

LOAD_PARALLEL = r'''"""Load the parallel text that parallel.json names.

Every data set gets the columns `english` and `non_english`.

Needs the package `datasets`. Set PARALLEL_ROOT to a folder with local copies (laid out as
ROOT/Helsinki-NLP/opus-100, ROOT/sentence-transformers/..., ROOT/nllb/PAIR.gz) to work offline.
"""

import json
import os
from pathlib import Path

from datasets import Dataset, load_dataset

PARALLEL = json.loads((Path(__file__).parent / "parallel.json").read_text(encoding="utf-8"))


def load(name: str) -> Dataset:
    """Load one entry of parallel.json, cut to `pairs_per_language` where that is set."""
    source = PARALLEL["train"][name]
    root = os.environ.get("PARALLEL_ROOT")
    if "url" in source:
        rows = load_tsv(f"{root}/nllb/{source['url'].rsplit('/', 1)[1]}" if root else source["url"], source)
    else:
        path = f"{root}/{source['path']}" if root else source["path"]
        rows = load_dataset(path, source["config"], split="train")
        if "code" in source:
            code = source["code"]

            def flatten(row: dict) -> dict:
                return {"english": row["translation"]["en"], "non_english": row["translation"][code]}

            rows = rows.map(flatten, remove_columns=rows.column_names)
    pairs = PARALLEL["pairs_per_language"]
    return rows if pairs is None else rows.select(range(min(pairs, len(rows))))


def load_tsv(location: str, source: dict) -> Dataset:
    """Load an NLLB archive: tab-separated, the two sentences come first."""
    rows = load_dataset("text", data_files=location, split="train")

    def split(row: dict) -> dict:
        fields = row["text"].split("\t")
        english = source["english_column"]
        return {"english": fields[english], "non_english": fields[1 - english]}

    return rows.map(split, remove_columns=["text"])


if __name__ == "__main__":
    for entry in PARALLEL["train"]:
        print(f"{entry}: {len(load(entry))} pairs")
'''

TRAIN_MULTILINGUAL = r'''"""Extend a sentence encoder to the languages of parallel.json by distillation.

After Reimers & Gurevych (2020), "Making Monolingual Sentence Embeddings Multilingual". The student
learns to place a sentence and its translation where the teacher places the English sentence.
Needs `sentence-transformers` with its extra `train`.
"""

import argparse

from datasets import DatasetDict
from load_parallel import PARALLEL, load
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer
from sentence_transformers import SentenceTransformerTrainingArguments as TrainingArguments
from sentence_transformers.sentence_transformer.losses import MSELoss

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--teacher", default="sentence-transformers/paraphrase-distilroberta-base-v2")
parser.add_argument("--student", default="FacebookAI/xlm-roberta-base")
parser.add_argument("--output", default="multilingual")
parser.add_argument("--max-steps", type=int, default=-1, help="stop early; five epochs if left out")
parser.add_argument("--batch-size", type=int, default=64)
arguments = parser.parse_args()

teacher = SentenceTransformer(arguments.teacher)
student = SentenceTransformer(arguments.student)


def with_labels(batch: dict) -> dict:
    return {
        "english": batch["english"],
        "non_english": batch["non_english"],
        "label": teacher.encode(batch["english"], batch_size=arguments.batch_size, show_progress_bar=False),
    }


train = DatasetDict(
    {name: load(name).map(with_labels, batched=True, batch_size=30_000) for name in PARALLEL["train"]}
)
trainer = SentenceTransformerTrainer(
    model=student,
    args=TrainingArguments(
        output_dir=arguments.output,
        num_train_epochs=5,
        max_steps=arguments.max_steps,
        per_device_train_batch_size=arguments.batch_size,
        warmup_steps=0.1,
        learning_rate=2e-5,
        save_strategy="no",
        report_to=[],
    ),
    train_dataset=train,
    loss=MSELoss(model=student),
)
trainer.train()
student.save_pretrained(arguments.output)
'''
