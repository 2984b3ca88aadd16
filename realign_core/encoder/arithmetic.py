"""Computing with a kernel, and the fastest one here, found by a short timing.

On a CPU with bf16 units, eager attention in bf16 without dropout is several times the
library's defaults, while sdpa's backward is slow there; on other machines it is not so.
So the four combinations are timed once a machine and encoder shape, and the choice is kept
in the cache: the same machine always computes in the same way, whatever number of threads it has.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import platform
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import torch

from realign_core.encoder.kernel import Attention, Kernel, Precision
from realign_core.encoder.layers import layer_stack
from realign_core.support.files.cache import kept_value
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key

if TYPE_CHECKING:
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

_TIMED_LAYERS = 2
_TIMED_SHAPE = (32, 32)
_REPEATS = 3


def autocast(kernel: Kernel, device: torch.device) -> contextlib.AbstractContextManager[None]:
    """Return the context in which forward passes run."""
    return torch.autocast(device.type, torch.bfloat16, enabled=kernel.precision == "bfloat16")


def apply_kernel(kernel: Kernel, model: PreTrainedModel) -> None:
    """Switch ``model`` to the kernel's attention implementation (in place)."""
    if hasattr(model, "set_attn_implementation"):
        with contextlib.suppress(ValueError):  # an encoder with one implementation only
            model.set_attn_implementation(kernel.attention)


def choose_kernel(
    model: PreTrainedModel,
    device: torch.device,
    *,
    precision: Precision | Literal["auto"] = "auto",
    attention: Attention | Literal["auto"] = "auto",
) -> Kernel:
    """Choose the fastest kernel for training this encoder on this device.

    Args:
        model: The encoder; not changed, but moved to the device.
        device: Where it will run.
        precision: A fixed number format, or ``"auto"``.
        attention: A fixed implementation, or ``"auto"``.

    Returns:
        The choice, from the cache when this machine has timed this shape before.
    """
    candidates = [
        Kernel(p, a)
        for p in (("bfloat16", "float32") if precision == "auto" else (precision,))
        for a in (("eager", "sdpa") if attention == "auto" else (attention,))
    ]
    if len(candidates) == 1:
        return candidates[0]
    store = cache_dir() / "kernels" / f"{_machine_key(model, device, candidates)}.json"

    def choose() -> dict[str, object]:
        seconds = {kernel: _time(model, device, kernel) for kernel in candidates}
        best = min(candidates, key=lambda kernel: seconds[kernel])
        timings = {kernel.name: round(s, 5) for kernel, s in seconds.items()}
        logger.info("kernel %s chosen from %s", best.name, timings)
        return {"kernel": asdict(best), "seconds": timings}

    return Kernel(**kept_value(store, choose, what="the choice of a kernel")["kernel"])


def _machine_key(model: PreTrainedModel, device: torch.device, candidates: list[Kernel]) -> str:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu_name()
    shape = [type(model).__name__, model.config.hidden_size]
    return content_key([name, torch.__version__, *shape, [kernel.name for kernel in candidates]])


def _cpu_name() -> str:
    return f"{platform.processor() or platform.machine()}-{torch.backends.cpu.get_cpu_capability()}"


def _time(model: PreTrainedModel, device: torch.device, kernel: Kernel) -> float:
    """Seconds of a forward and backward pass of two layers, the best of three."""
    embedding = model.get_input_embeddings().weight
    small = copy.deepcopy(model, {id(embedding): embedding})  # it may be large
    stack = layer_stack(small)
    del stack[_TIMED_LAYERS:]
    trained = list(stack.parameters())
    torch.nn.Module.to(small, device).train()
    apply_kernel(kernel, small)
    ids = torch.full(_TIMED_SHAPE, 5, device=device)
    mask = torch.ones_like(ids)
    mask[::2, -4:] = 0
    best = float("inf")
    for _ in range(_REPEATS + 1):
        start = time.perf_counter()
        with autocast(kernel, device):
            hidden = small(input_ids=ids, attention_mask=mask).last_hidden_state
        torch.autograd.grad(hidden.float().square().mean(), trained, allow_unused=True)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        best = min(best, time.perf_counter() - start)
    return best
