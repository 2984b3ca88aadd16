"""Which numbers are seeds, wherever they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realign_core import Recipe, run, run_many
from realign_core.runs.saved.options import TrainOptions
from realign_core.support.errors import ConfigError, RealignError
from realign_core.support.seed_numbers import MOST_SEED, is_seed
from realign_core.support.seeds import Seeds
from subsetsearch import select
from subsetsearch.config.proxy import FullProxyConfig
from subsetsearch.config.search import SearchConfig
from subsetsearch.errors import check_seeds
from subsetsearch.tables import Cells

HUGE = 99999999999999999999999


@given(st.integers())
@example(MOST_SEED)
@example(MOST_SEED + 1)
@example(-1)
def test_every_reader_takes_the_same_seeds(number: int) -> None:
    readers = (
        lambda: Seeds.of(number),
        lambda: TrainOptions(seed=number),
        lambda: TrainOptions(head_seed=number),
        lambda: check_seeds([number]),
        lambda: SearchConfig(seed=number),
        lambda: FullProxyConfig(seeds=(number,)),
        lambda: Cells(Path("x.csv"), 2, {"seed": str(number)}).seed(),
    )
    for read in readers:
        if is_seed(number):
            read()
        else:
            with pytest.raises((ValueError, RealignError), match="seed|Input should be"):
                read()


@pytest.mark.parametrize("seed", [True, 1.0, "17", None])
def test_what_is_no_whole_number_is_no_seed(seed: object) -> None:
    assert not is_seed(seed)


def test_the_front_doors_refuse_it_before_anything_is_read() -> None:
    for call in (
        lambda: run(Recipe(), ["sw"], seed=HUGE),
        lambda: run_many(Recipe(), ["sw"], seeds=(17, HUGE)),
        lambda: select("random", k=2, seed=HUGE),
    ):
        with pytest.raises(ConfigError, match=r"99999999999999999999999 is no seed.* at most 4294967295"):
            call()
