"""Trials through Optuna's gRPC proxy, which asks the database for many workers and remembers the answers.

Claims and measurements are tables of our own, which the proxy does not know: they go to the database itself.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial

import optuna
from optuna.trial import FrozenTrial, TrialState

from realign_core.support.program.extras import require
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.trials.storage_calls import translating
from subsetsearch.results.workers.claims import Claims
from subsetsearch.results.workers.held_trials import HeldTrials

_READY_SECONDS = 20.0


def _translate(url: str, error: Exception) -> StudyError | None:
    if type(error).__module__.partition(".")[0] == "grpc":
        return _unreachable(url, f"{error}".partition("\n")[0])
    return None


@translating(_translate)
class ProxyStorage(optuna.storages.GrpcStorageProxy):
    """Trials behind a proxy; it knows which of them its own process works on.

    Args:
        host: Of the proxy.
        port: Of the proxy.
        claims: In the study's database.
    """

    def __init__(self, host: str, port: int, claims: Claims) -> None:
        super().__init__(host=host, port=port)
        self.url = f"grpc://{host}:{port}"
        self.trials = HeldTrials(claims)

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        """Make a trial; one that begins at once is claimed."""
        trial_id = super().create_new_trial(study_id, template_trial)
        if template_trial is None or template_trial.state is TrialState.RUNNING:
            self.trials.hold(trial_id)
        return trial_id

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        """Change a trial's state; one that begins is claimed."""
        change = partial(super().set_trial_state_values, trial_id, state, values)
        if state is TrialState.RUNNING:
            return self.trials.begin(trial_id, change)
        return self.trials.end(trial_id, state, values, change, self.get_trial)


def open_proxy(address: str, claims: Claims) -> ProxyStorage:
    """Connect to a proxy.

    Args:
        address: ``HOST:PORT``.
        claims: In the study's database.

    Raises:
        ConfigError: If the address is none.
        MissingExtraError: If the extra ``cluster`` is not installed.
        StudyError: If nobody answers there.
    """
    host, _, port = address.removeprefix("grpc://").rpartition(":")
    if not (host and port.isdigit()):
        raise ConfigError(f"'{address}' is no address", where="--proxy", fix="write HOST:PORT")
    require("grpc", extra="cluster", purpose="reach a study through Optuna's gRPC proxy")
    with warnings.catch_warnings():
        # Who gives the option has chosen the proxy; that its interface may change is for us to follow.
        message = "GrpcStorageProxy is experimental"
        warnings.filterwarnings("ignore", message, optuna.exceptions.ExperimentalWarning)
        storage = ProxyStorage(host, int(port), claims)
    try:
        storage.wait_server_ready(_READY_SECONDS)
    except ConnectionError as error:
        raise _unreachable(storage.url, f"no answer for {_READY_SECONDS:.0f} seconds") from error
    return storage


def _unreachable(where: str, reason: str) -> StudyError:
    fix = "check that the proxy runs (optuna.storages.run_grpc_proxy_server), or leave --proxy out"
    return StudyError(f"Optuna's gRPC proxy does not do what is asked ({reason})", where=where, fix=fix)
