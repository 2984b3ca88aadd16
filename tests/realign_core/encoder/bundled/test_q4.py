from __future__ import annotations

import struct
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.encoder.bundled.charsmap import build_charsmap, with_compositions
from realign_core.encoder.bundled.q4 import dequantise, read_q4
from realign_core.support.errors import EncoderError, MissingExtraError


def block(scale: float, values: list[int]) -> bytes:
    """Pack 32 weights of -8..7 the other way round, as the format says."""
    nibbles = [(values[j] + 8) | ((values[j + 16] + 8) << 4) for j in range(16)]
    return struct.pack("<e16B", scale, *nibbles)


@given(
    st.lists(
        st.tuples(st.integers(-64, 64), st.lists(st.integers(-8, 7), min_size=32, max_size=32)),
        min_size=1,
        max_size=4,
    )
)
def test_dequantises_what_was_packed(blocks: list[tuple[int, list[int]]]) -> None:
    raw = b"".join(block(scale / 16, values) for scale, values in blocks)
    expected = np.concatenate([np.array(values) * (scale / 16) for scale, values in blocks])
    assert np.array_equal(dequantise(raw), expected.astype(np.float32))


def test_refuses_half_a_block() -> None:
    with pytest.raises(EncoderError, match="19 bytes are no whole number of 18-byte blocks"):
        dequantise(bytes(19))


def tiny_file() -> bytes:
    """Write a whole file: two pieces, one normalisation entry, two tensors."""
    head = b"E5S1" + struct.pack("<I7ifi", 1, 8, 1, 2, 16, 2, 32, 2, 1e-5, 32)
    texts = [b"a", "▁b".encode()]
    offsets = [0, 1, 1 + len(texts[1])]
    vocabulary = struct.pack("<5iQ3I2f", 2, 0, 1, 0, 1, offsets[-1], *offsets, -1.5, -2.5) + b"".join(texts)
    normal = struct.pack("<iI", 1, 0) + struct.pack("<IB2I", ord("ﬁ"), 2, ord("f"), ord("i"))
    data = struct.pack("<3f", 1.0, 2.0, 3.0) + block(0.5, list(range(-8, 8)) * 2)
    directory_size = 4 + (2 + 1 + 21) + (2 + 2 + 21)
    start = len(head) + len(vocabulary) + len(normal) + directory_size
    directory = struct.pack("<i", 2)
    directory += struct.pack("<H", 1) + b"f" + struct.pack("<BIQQ", 0, 3, start, 12)
    directory += struct.pack("<H", 2) + b"qq" + struct.pack("<BIQQ", 1, 30, start + 12, 18)
    return head + vocabulary + normal + directory + data


def test_reads_a_file_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_file())
    file = read_q4(path)
    assert (file.header.hidden_size, file.header.vocab_size, file.header.type_vocab_size) == (8, 2, 2)
    assert file.header.layer_norm_eps == pytest.approx(1e-5)
    assert file.vocabulary.pieces == (("a", -1.5), ("▁b", -2.5))
    assert file.vocabulary.normalisation == {"ﬁ": "fi"}
    assert file.tensors["f"].tolist() == [1.0, 2.0, 3.0]
    assert file.tensors["qq"].tolist() == [x / 2 for x in (list(range(-8, 8)) * 2)[:30]]


@pytest.mark.parametrize("size", [2, 20, 60, 80, 110, len(tiny_file()) - 1])
def test_a_truncated_file_is_our_error(tmp_path: Path, size: int) -> None:
    path = tmp_path / "short.bin"
    path.write_bytes(tiny_file()[:size])
    with pytest.raises(EncoderError, match="truncated"):
        read_q4(path)


def test_refuses_another_format(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(EncoderError, match="not an E5S1 encoder file"):
        read_q4(path)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3).filter(lambda s: "\0" not in s and s.isprintable()),
        st.text(max_size=3).filter(lambda s: "\0" not in s),
        min_size=1,
        max_size=20,
    )
)
def test_charsmap_replaces_each_key(table: dict[str, str]) -> None:
    """The library that reads the map replaces each key that stands alone."""
    from tokenizers.normalizers import Precompiled

    normalizer = Precompiled(build_charsmap(table))
    for key, value in table.items():
        if len(key) == 1:
            assert normalizer.normalize_str(key) == value


def test_charsmap_composes_accents() -> None:
    from tokenizers.normalizers import Precompiled

    table = with_compositions({"ﬁ": "fi"})
    assert table["e\u0301"] == "é"
    normalizer = Precompiled(build_charsmap(table))
    assert normalizer.normalize_str("e\u0301ﬁx") == "éfix"


def test_says_which_extra_brings_the_bundled_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    from realign_core.encoder.bundled.convert import bundled_encoder

    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(MissingExtraError, match=r"subsetsearch\[offline\]"):
        bundled_encoder()
