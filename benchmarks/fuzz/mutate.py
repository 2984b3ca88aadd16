"""From a small valid file to a hostile one, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.fuzz.hostile import CODECS, LONG, PACKERS, PIECES, bomb

Files = Mapping[str, bytes]
"""Place in a folder to content."""

_LONG, _BOMB, _SPOIL = 0.01, 0.0015, 0.1


@dataclass(frozen=True, slots=True)
class Case:
    """Files that a reader is given.

    Args:
        stored: As they lie in the folder, perhaps packed.
        plain: As they are unpacked; empty where that cannot be told.
        bomb: Whether one of them unpacks to far more than it is.
    """

    stored: Files
    plain: Files
    bomb: bool = False


def make_case(seeds: Sequence[Files], words: Sequence[bytes], rng: random.Random, *, packed: bool) -> Case:
    """Mutate one or two of the files of a seed.

    Args:
        seeds: Files that the reader understands.
        words: What means something in this format, to be put in beside the pieces of all formats.
        rng: Decides everything.
        packed: Whether the reader finds packed files.
    """
    plain = dict(rng.choice(seeds))
    names = sorted(plain)
    for name in rng.sample(names, k=min(len(names), rng.choice((1, 1, 1, 2)))):
        if rng.random() < 0.03 and len(names) > 1:
            del plain[name]
            continue
        donor = rng.choice(seeds).get(name, b"")
        plain[name] = mutated(plain[name], donor, (*PIECES, *words), rng)
    if not packed or rng.random() < 0.8 or not plain:
        return Case(plain, plain)
    name, ending = rng.choice(sorted(plain)), rng.choice(sorted(PACKERS))
    stored = {place: content for place, content in plain.items() if place != name}
    if rng.random() < _BOMB:
        line = rng.choice((b"a\tb\n", b"0" * 1000, b'{"a": 1}\n', b"\n"))
        return Case({**stored, name + ending: bomb(ending, line)}, {}, bomb=True)
    content = PACKERS[ending](plain[name])
    if rng.random() < _SPOIL:
        return Case({**stored, name + ending: mutated(content, b"", PIECES, rng)}, {})
    return Case({**stored, name + ending: content}, plain)


def mutated(content: bytes, donor: bytes, pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Change a file in one to four ways, now and then beyond recognition."""
    dice = rng.random()
    if dice < 0.02:
        return rng.randbytes(rng.randrange(200))
    if dice < 0.04:
        return rng.choice((b"", b"\n", b"\xef\xbb\xbf", b" \n \n", b"\r\r\r", b"\0" * 600))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        content = rng.choice(_WAYS)(content, donor, pieces, rng)
    return content


def _byte(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    if not content:
        return content
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def _piece(content: bytes, _donor: bytes, pieces: Sequence[bytes], rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    piece = rng.choice(pieces)
    if rng.random() < _LONG:
        piece = (piece or b"a") * (LONG // max(1, len(piece)))
    return content[:start] + piece + content[start + rng.choice((0, 0, 1, 2, 8)) :]


def _cell(content: bytes, _donor: bytes, pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Put a piece in the place of a whole field of some line."""
    lines = content.split(b"\n")
    number = rng.randrange(len(lines))
    sign = rng.choice((b"\t", b",", b" ", b'"'))
    fields = lines[number].split(sign)
    fields[rng.randrange(len(fields))] = rng.choice(pieces)
    lines[number] = sign.join(fields)
    return b"\n".join(lines)


def _cut(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] if rng.random() < 0.5 else content[:start] + content[start + rng.randrange(20) :]


def _twice(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Repeat a line, here or elsewhere: ids and headers come again."""
    lines = content.split(b"\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"\n".join(lines)


def _without(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _moved(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _spliced(content: bytes, donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Go on with another file of this format."""
    return content[: rng.randrange(len(content) + 1)] + donor[rng.randrange(len(donor) + 1) :]


def _more(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Many lines like one of them."""
    lines = content.split(b"\n")
    number = rng.randrange(len(lines))
    return b"\n".join([*lines[:number], *[lines[number]] * rng.choice((3, 60)), *lines[number:]])


def _wide(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    """Many fields, each of another name, in some line."""
    if rng.random() > 0.04:
        return content
    lines = content.split(b"\n")
    sign = rng.choice((b"\t", b",", b" "))
    lines[rng.randrange(len(lines))] += sign + sign.join(b"x%d" % n for n in range(30_000))
    return b"\n".join(lines)


def _recoded(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    if rng.random() < 0.7:
        return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\r", b"\xc2\x85", b"\xe2\x80\xa8")))
    return content.decode("utf-8", "replace").encode(rng.choice(CODECS), "replace")


def _marked(content: bytes, _donor: bytes, _pieces: Sequence[bytes], rng: random.Random) -> bytes:
    return b"\xef\xbb\xbf" + content if rng.random() < 0.7 else content.rstrip(b"\n")


_WAYS: Sequence[Callable[[bytes, bytes, Sequence[bytes], random.Random], bytes]] = (
    _byte,
    _piece,
    _piece,
    _piece,
    _cell,
    _cell,
    _cell,
    _cut,
    _twice,
    _twice,
    _without,
    _moved,
    _spliced,
    _more,
    _wide,
    _recoded,
    _marked,
)
