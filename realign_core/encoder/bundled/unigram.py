"""A fast Unigram tokenizer built from a vocabulary with scores (XLM-R's pipeline)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from realign_core.encoder.bundled.charsmap import build_charsmap, with_compositions
from realign_core.encoder.bundled.q4 import Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

_META = "▁"


def build_tokenizer(vocabulary: Vocabulary, *, max_length: int) -> PreTrainedTokenizerFast:
    """Build the tokenizer of XLM-R and multilingual-e5 from its vocabulary.

    The pipeline is the published one: normalisation map, runs of spaces to one, metaspace,
    Unigram, ``<s> … </s>``.

    Args:
        vocabulary: Pieces with scores, special ids and normalisation map.
        max_length: Number of tokens the encoder takes, special ones included.

    Returns:
        A tokenizer of :mod:`transformers` with word ids and offsets.
    """
    from transformers import PreTrainedTokenizerFast

    names = {
        role: vocabulary.pieces[index][0]
        for role, index in (
            ("bos_token", vocabulary.bos),
            ("eos_token", vocabulary.eos),
            ("pad_token", vocabulary.pad),
            ("unk_token", vocabulary.unk),
        )
    }
    return PreTrainedTokenizerFast(
        tokenizer_object=_pipeline(vocabulary, names),
        model_max_length=max_length,
        mask_token="<mask>",
        cls_token=names["bos_token"],
        sep_token=names["eos_token"],
        **names,
    )


def _pipeline(vocabulary: Vocabulary, names: Mapping[str, str]) -> Tokenizer:
    """Put the steps of the pipeline together; ``names`` are the special pieces by their role."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(list(vocabulary.pieces), vocabulary.unk, False))
    charsmap = build_charsmap(with_compositions(vocabulary.normalisation))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_META, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_META, prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in [*names.values(), "<mask>"]])
    bos, eos = names["bos_token"], names["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return tokenizer
