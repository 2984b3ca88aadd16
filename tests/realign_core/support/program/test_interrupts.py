from __future__ import annotations

import os
import signal
import time

import pytest

from realign_core.support.program.interrupts import interruptible

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_line_says_what_is_kept(capsys: Capture, number: signal.Signals, status: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as stop, interruptible(lambda: "all is kept"):
        signal.raise_signal(number)
    assert stop.value.code == status
    assert capsys.readouterr().err == "error: interrupted; all is kept\n"
    assert signal.getsignal(number) is before


def test_a_module_that_was_being_imported_does_not_hide_it(capsys: Capture) -> None:
    def load() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("failed to import") from None

    with pytest.raises(SystemExit) as stop, interruptible(lambda: "all is kept"):
        load()
    assert stop.value.code == 130
    assert capsys.readouterr().err == "error: interrupted; all is kept\n"
    with pytest.raises(ImportError, match="of its own"), interruptible(lambda: ""):
        raise ImportError("of its own")


def test_a_signal_is_not_lost_while_an_object_is_cleared_away(capsys: Capture) -> None:
    class Dying:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)

    def work() -> None:
        with interruptible(lambda: "all is kept"):
            Dying()
            for _ in range(600):  # it comes again
                time.sleep(0.1)

    with pytest.raises(SystemExit):
        work()
    assert capsys.readouterr().err == "error: interrupted; all is kept\n"
