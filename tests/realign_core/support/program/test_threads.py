"""A user's own choice of how threads wait is kept."""

from __future__ import annotations

import os

import pytest

from realign_core.support.program.threads import compute_as_one, environment_of_one, share_cores


def test_threads_spin_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    share_cores()
    assert 0 < int(os.environ["GOMP_SPINCOUNT"]) < 300_000  # GNU OpenMP's own default


def test_a_users_choice_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    share_cores()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    share_cores()
    assert "GOMP_SPINCOUNT" not in os.environ


def test_processes_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cores = int(environment_of_one(1)["OMP_NUM_THREADS"])
    assert cores >= 1
    assert int(environment_of_one(2)["OMP_NUM_THREADS"]) == max(1, cores // 2)
    assert environment_of_one(10 * cores)["OMP_NUM_THREADS"] == "1"
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert environment_of_one(2)["OMP_NUM_THREADS"] == "3"


def test_one_of_several_computes_with_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    before = torch.get_num_threads()
    try:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        compute_as_one(1)
        assert torch.get_num_threads() == before
        compute_as_one(10_000)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
