"""How a saved encoder is used, in Python, for its model card."""

from __future__ import annotations

from collections.abc import Mapping

from realign_core.recipe import TaskKind

_ENCODER = """from transformers import AutoModel, AutoTokenizer, pipeline

model = AutoModel.from_pretrained("FOLDER")
tokenizer = AutoTokenizer.from_pretrained("FOLDER")

vectors = pipeline("feature-extraction", model="FOLDER")  # one vector a token

from sentence_transformers import SentenceTransformer

SentenceTransformer("FOLDER").encode(["One vector a sentence."])"""

_TAGS = """tag = pipeline("token-classification", model="FOLDER/task-model", aggregation_strategy="first")
tag(["One", "sentence", "in", "words"], is_split_into_words=True)"""

_CLASSIFIES = """classify = pipeline("text-classification", model="FOLDER/task-model")
classify({}, truncation=True)"""

_ANSWERS = """from transformers import AutoModelForQuestionAnswering

answers = AutoModelForQuestionAnswering.from_pretrained("FOLDER/task-model")  # scores of starts and ends"""

_TASKS: Mapping[TaskKind, str] = {
    TaskKind.POS: _TAGS,
    TaskKind.NER: _TAGS,
    TaskKind.TEXT: _CLASSIFIES.format('"One text."'),
    TaskKind.NLI: _CLASSIFIES.format('{"text": "A premise.", "text_pair": "A hypothesis."}'),
    TaskKind.QA: _ANSWERS,  # transformers 5 has no pipeline for it
}


def usage(task: TaskKind | None) -> str:
    """Write the lines that load an encoder, and the model of its task.

    Args:
        task: What the saved model of the task does; None where there is none.
    """
    return _ENCODER if task is None else f"{_ENCODER}\n\n{_TASKS[task]}"
