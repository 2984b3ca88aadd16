"""A dry run: everything is checked, a few steps are timed, nothing is trained or kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from realign_core.data.account import Accounts
from realign_core.data.account import lines as account_lines
from realign_core.data.account import to_dict as accounts_to_dict
from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.recipes import Settings
from realign_core.runs.dry_run.checks import DATA_CHECKS, ENCODER_CHECKS, find
from realign_core.runs.dry_run.subject import EncoderFacts, Finding, Space, Subject
from realign_core.runs.saved.base_model import rounded
from realign_core.support.duration import Estimate

_SHOWN = 8
"""Most languages that are listed with their counts; of more languages only the range is shown."""


@dataclass(frozen=True, slots=True, repr=False)
class CheckReport:
    """What checks found, and what a run will be.

    Args:
        findings: What would stop it, and warnings.
        counts: ``train``, each split, and ``pairs``: examples or sentence pairs by language.
        encoder: In numbers, if it could be loaded.
        times: Phase to how long it will take, where it was timed.
        runs: Runs of these phases.
        settings: What the recipe has of its own, and what by default.
        accounts: What was read and left out, by corpus and language.
    """

    findings: tuple[Finding, ...]
    counts: Mapping[str, Mapping[str, int]]
    encoder: EncoderFacts | None = None
    times: Mapping[str, Estimate] = field(default_factory=dict)
    runs: int = 1
    settings: Settings | None = None
    accounts: Accounts = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing would stop the run."""
        return not any(finding.stops for finding in self.findings)

    @property
    def total(self) -> Estimate | None:
        """Time of all runs together, if it was estimated."""
        return Estimate.total(self.times.values()).times(self.runs) if self.times else None

    def lines(self) -> Iterator[tuple[str, str]]:
        """Labels with what belongs to them."""
        yield from count_lines(self.counts)
        yield from account_lines(self.accounts)
        if self.settings is not None:
            yield "settings", str(self.settings)
        if self.encoder is not None:
            yield "encoder", describe_encoder(self.encoder)
        for phase, estimate in self.times.items():
            yield phase, str(estimate)
        if self.total is not None and self.runs > 1:
            yield f"{self.runs} runs", str(self.total)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; times as the bounds of seconds."""
        return {
            "passed": self.passed,
            "findings": [
                {"check": f.check, "message": str(f), "stops": f.stops, "stops_later": f.stops_later}
                for f in self.findings
            ],
            "counts": {name: dict(counts) for name, counts in self.counts.items()},
            "read": accounts_to_dict(self.accounts),
            "settings": None if self.settings is None else asdict(self.settings),
            "encoder": None if self.encoder is None else asdict(self.encoder),
            "seconds": {phase: estimate.bounds() for phase, estimate in self.times.items()},
            "all_seconds": None if self.total is None else self.total.bounds(),
        }

    def __repr__(self) -> str:
        lines = [*(f"{label}: {text}" for label, text in self.lines()), *map(str, self.findings)]
        return "\n".join([f"CheckReport({'passed' if self.passed else 'would stop'})", *lines])


def check(
    recipe: Recipe,
    languages: Iterable[str],
    *,
    targets: Sequence[str] | None = None,
    split: Split = "test",
    runs: int = 1,
    checkpoints: Path | str | None = None,
    timing: bool = True,
) -> CheckReport:
    """Check everything that :func:`realign_core.run` needs, and say how long it will take.

    Args:
        recipe: Encoder, data, schedules.
        languages: Realignment languages by the corpus's codes.
        targets: Target languages; all but the source language, if left out.
        split: Part of the evaluation data.
        runs: Runs that are planned, one a seed.
        checkpoints: Folder of checkpoints that runs will write.
        timing: Take a few steps to estimate the time, where all checks passed.

    Returns:
        What was found; nothing is raised for it.

    Example:
        >>> realign_core.check(Recipe(), ["sw", "te"]).passed  # doctest: +SKIP
        True
    """
    chosen = sorted(set(languages))

    def writes(facts: EncoderFacts) -> list[Space]:
        if checkpoints is None:
            return []
        from realign_core.training.checkpoint import trained_bytes

        return [Space(Path(checkpoints), 2 * trained_bytes(facts.parameters), "checkpoints")]

    subject = Subject(recipe, chosen, {split: targets}, writes=writes)
    report = examine(subject)
    if not (timing and report.passed) or any(finding.check == "device" for finding in report.findings):
        return report
    from realign_core.encoder.load import made_trainable
    from realign_core.runs.dry_run.timing import time_run
    from realign_core.runs.workspace.workspace import prepare

    workspace = prepare(
        recipe,
        chosen,
        targets=targets,
        splits=(split,),
        parallel=subject.texts,
        loaded=made_trainable(*subject.published),
    )
    times = time_run(workspace, chosen, split=split)
    facts = None if report.encoder is None else replace(report.encoder, arithmetic=workspace.kernel.name)
    return replace(report, encoder=facts, times=times, runs=runs)


def examine(subject: Subject) -> CheckReport:
    """Make all checks; the encoder is loaded only if the data passed."""
    findings = list(find(subject, DATA_CHECKS))
    facts = None
    if not any(finding.stops for finding in findings):
        findings += find(subject, ENCODER_CHECKS)
        facts = subject.facts if "facts" in vars(subject) else None
    return CheckReport(
        tuple(findings),
        subject.counts,
        facts,
        settings=Settings.of(dict(subject.recipe)),
        accounts=subject.accounts,
    )


def count_lines(counts: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
    """Say how many examples and sentence pairs there are."""
    for name, by_code in counts.items():
        if by_code:
            yield name, describe_counts(by_code, "sentence pairs" if name == "pairs" else "examples")


def describe_counts(counts: Mapping[str, int], noun: str) -> str:
    """Say how many there are of each language, or from how many to how many."""
    if len(counts) > _SHOWN:
        low, high = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
        return (
            f"{sum(counts.values()):,} {noun} in {len(counts)} languages, "
            f"from {counts[low]:,} ({low}) to {counts[high]:,} ({high})"
        )
    return f"{', '.join(f'{code} {number:,}' for code, number in counts.items())} {noun}"


def describe_encoder(facts: EncoderFacts) -> str:
    """Say how large an encoder is, and where and how it will compute."""
    return (
        f"{facts.name}: {rounded(facts.parameters, 1)} parameters, {facts.layers} layers of width "
        f"{facts.width}, vocabulary of {facts.entries:,}; {facts.device}, arithmetic {facts.arithmetic}"
    )
