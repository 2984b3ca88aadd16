"""Sentences that are longer than the encoder reads at once, in windows that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from realign_core.support.arrays import Int

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of a sentence that one window is asked about; each labelled word is in one piece.

    Args:
        sentence: Number of the sentence among its like.
        labels: Label numbers of the words, in order; those without a token among them.
        units: Which of the words each unit is.
    """

    sentence: int
    labels: Int
    units: Int


def cut_windows(length: int, room: int) -> list[Span]:
    """Cut a sequence into windows that overlap by a third of their room; all but a lone one are full.

    Args:
        length: Of the sequence.
        room: Longest window, at least 1.

    Returns:
        Half-open ranges, in order; one for whatever fits.

    Example:
        >>> cut_windows(5, 9), cut_windows(14, 6)
        ([(0, 5)], [(0, 6), (4, 10), (8, 14)])
    """
    if length <= room:
        return [(0, length)]
    step = room - room // 3
    return [(begin, begin + room) for begin in (*range(0, length - room, step), length - room)]


def choose_window(word: Span, windows: Sequence[Span], length: int) -> int:
    """Find the window that has most context for a word: in which it is farthest from a cut.

    The ends of the sequence are no cuts. A window that lacks the word's first token is none for it.

    Args:
        word: Its tokens, as a half-open range.
        windows: Of :func:`cut_windows`.
        length: Of the sequence.

    Returns:
        The window's number; of equally good ones the first.
    """

    def context(window: Span) -> int:
        before = length if window[0] == 0 else word[0] - window[0]
        behind = length if window[1] == length else window[1] - word[1]
        return min(before, behind)

    holding = [i for i, (begin, end) in enumerate(windows) if begin <= word[0] < end]
    return max(holding, key=lambda i: (context(windows[i]), -i))
