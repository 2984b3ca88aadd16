"""Which process is meant, and whether it is alive: on this machine the system says so at once."""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process.

    Args:
        host: Name of its machine, for people.
        machine: What counts processes: a boot of a machine, and the container in it.
        pid: Its number there.
        born: When it began, in ticks of the machine; 0 where that is not known. Numbers are used again.
    """

    host: str
    machine: str
    pid: int
    born: int

    @classmethod
    def here(cls) -> Process:
        """This one."""
        return cls(socket.gethostname(), _machine(), os.getpid(), _born(os.getpid()))

    @property
    def alive(self) -> bool | None:
        """Whether it may be alive; nothing is known of one on another machine."""
        if self.machine != _machine():
            return None
        if os.name != "posix":
            return True  # there, signal 0 would end it
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        state = _stat(self.pid)
        return not state or (state[0] != "Z" and self.born in (0, int(state[19])))


@cache
def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 (no path: it names a kernel object)
    except OSError:
        return f"{socket.gethostname()} {uuid.getnode()}"


def _born(pid: int) -> int:
    state = _stat(pid)
    return int(state[19]) if state else 0


def _stat(pid: int) -> list[str]:
    """What Linux says of a process, from its state on; nothing elsewhere."""
    with suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(") ")[2]
            .split()
        )
    return []
