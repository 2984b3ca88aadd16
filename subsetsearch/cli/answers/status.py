"""The command that says how far a study is: ``status``."""

from __future__ import annotations

from dataclasses import dataclass

from subsetsearch.cli.options import StudyOptions
from subsetsearch.cli.views.plain import print_json
from subsetsearch.cli.views.status import show_status


@dataclass(frozen=True, kw_only=True)
class Status(StudyOptions):
    """Say how far a study is: trials by state and rung, the best, rate and time left.

    The encoder is not loaded, so it is quick, also while workers are busy.

    **Examples**

    - subsetsearch status studies/quickstart.toml

    - subsetsearch status studies/quickstart.toml --json
    """

    def run(self) -> None:
        """Print how far it is."""
        study = self.open()
        status = study.status()
        print_json(status.to_dict()) if self.as_json else show_status(status, study)
