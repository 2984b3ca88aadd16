"""Seeds by stage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.seeds import Seeds

NUMBERS = st.integers(0, 2**31 - 1)


@given(NUMBERS)
def test_a_plain_seed_is_all_four_and_comes_back(seed: int) -> None:
    seeds = Seeds.of(seed)
    assert seeds == Seeds(seed, seed, seed, seed)
    assert seeds.plain == seed
    assert str(seeds) == str(seed)
    assert Seeds.of(seeds) is seeds


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_seeds_by_stage_stay_apart(realignment: int, pairs: int, head: int, finetuning: int) -> None:
    seeds = Seeds(realignment, pairs, head, finetuning)
    if len({realignment, pairs, head, finetuning}) > 1:
        assert seeds.plain is seeds
        assert str(seeds) == f"{realignment}-{pairs}-{head}-{finetuning}"


@given(NUMBERS, st.integers(1, 50))
def test_repeats_change_head_and_finetuning_alone(seed: int, number: int) -> None:
    seeds = Seeds.of(seed)
    again = seeds.repeat(number)
    assert seeds.repeat(0) is seeds
    assert (again.realignment, again.pairs) == (seed, seed)
    assert again.head == again.finetuning != seed
    assert again == seeds.repeat(number)
