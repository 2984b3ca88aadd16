from __future__ import annotations

import numpy as np
import pytest
import torch

from realign_core.losses import drift_loss, l2_loss


def test_l2_by_numpy() -> None:
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(2, 6, 4))
    expected = np.mean(np.sum((source - target) ** 2, axis=1))
    assert float(l2_loss(torch.from_numpy(source), torch.from_numpy(target))) == pytest.approx(
        expected, rel=1e-6
    )
    assert float(l2_loss(torch.from_numpy(source), torch.from_numpy(source))) == 0.0


@pytest.mark.parametrize(("left", "right"), [((3, 2), (4, 2)), ((0, 2), (0, 2)), ((3,), (3,))])
def test_l2_refuses(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"must both be \(n, d\)"):
        l2_loss(torch.zeros(left), torch.zeros(right))


def test_drift_is_over_real_tokens_only() -> None:
    hidden, initial = torch.zeros(2, 3, 2), torch.zeros(2, 3, 2)
    hidden[0, 0] = torch.tensor([3.0, 4.0])
    hidden[1, 2] = 100.0  # padding
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    assert float(drift_loss(hidden, initial, mask)) == pytest.approx(25 / 5)
    assert float(drift_loss(initial, initial, mask)) == 0.0
