from __future__ import annotations

import pickle
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.rungs.recent import Recent


@given(st.lists(st.integers(0, 6), max_size=40), st.integers(1, 5))
def test_it_keeps_what_was_asked_for_last(asked: list[int], size: int) -> None:
    made: list[int] = []
    recent: Recent[int, int] = Recent(size)
    order: list[int] = []
    for key in asked:
        expected = key not in order
        before = len(made)
        assert recent.get(key, lambda key=key: made.append(key) or -key) == -key  # type: ignore[func-returns-value, misc]
        assert (len(made) > before) == expected
        order = [*[other for other in order if other != key], key][-size:]


def test_what_fails_is_not_kept() -> None:
    recent: Recent[str, int] = Recent(2)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 // 0)
    assert recent.get("a", lambda: 3) == 3


def test_threads_share_it_without_waiting_for_each_other() -> None:
    recent: Recent[str, int] = Recent(2)
    inside, finish = threading.Event(), threading.Event()

    def slowly() -> int:
        inside.set()
        assert finish.wait(10)
        return 1

    slow = threading.Thread(target=recent.get, args=("slow", slowly))
    slow.start()
    assert inside.wait(10)
    assert recent.get("quick", lambda: 2) == 2
    finish.set()
    slow.join()
    assert recent.get("slow", lambda: 3) == 1


def test_a_copy_starts_empty() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.get("a", lambda: 1)
    copy: Recent[str, int] = pickle.loads(pickle.dumps(recent))
    assert copy.get("a", lambda: 2) == 2
