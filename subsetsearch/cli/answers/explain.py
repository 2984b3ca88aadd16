"""The command that explains a choice: ``explain``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from subsetsearch.analysis.front.pick_rules import RULES, parse_rule
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import Asking, OpenOptions, Pick, StudyArgument
from subsetsearch.cli.views.explain import show_choices, show_explanation, show_rules
from subsetsearch.cli.views.plain import print_json


@dataclass(frozen=True, kw_only=True)
class Explain(OpenOptions, Asking):
    """Explain a choice: what a rule does, what it chooses here, and what speaks for the subset.

    Without a study the rules are described; without ``--pick`` the choices of all rules are
    shown side by side.

    **Examples**

    - subsetsearch explain --pick knee

    - subsetsearch explain studies/quickstart.toml

    - subsetsearch explain studies/quickstart.toml --pick within=0.99

    - subsetsearch explain studies/quickstart.toml --pick best --targets fur,wol
    """

    study: Annotated[Path | None, StudyArgument] = None
    pick: Pick = None

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.study is None:
            yield "overrides targets over tolerance", "without a STUDY"

    def run(self) -> None:
        """Describe rules, show what each chooses, or explain one choice."""
        if self.study is None:
            rule = parse_rule(self.pick) if self.pick else None
            rules = {rule.form: rule.words} if rule else RULES
            print_json(rules) if self.as_json else show_rules(rules)
            return
        study = self.open(self.study)
        if self.pick is None:
            choices = study.choices(self.targets, **self.asked)
            if self.as_json:
                note = study.front(self.targets, **self.asked).note
                print_json([choice.to_dict() | ({"note": note} if note else {}) for choice in choices])
            else:
                show_choices(choices, study.front(self.targets, **self.asked), study)
            return
        explanation = study.explain(self.pick, self.targets, **self.asked)
        if self.as_json:
            print_json(explanation.to_dict())
        else:
            show_explanation(self.pick, explanation, study)
