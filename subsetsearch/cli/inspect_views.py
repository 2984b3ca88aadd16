"""How ``status`` and ``explain`` look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from realign_core.support.console import results
from subsetsearch.config.rungs import RUNGS, Rung, measuring_rung
from subsetsearch.languages import resolve
from subsetsearch.subset import with_pairs

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from subsetsearch.analysis.explain import Contrast, Explanation, Member
    from subsetsearch.analysis.noise import PairedDifference
    from subsetsearch.analysis.pick import RuleChoice
    from subsetsearch.analysis.status import BestRun, BestTrial, StudyStatus
    from subsetsearch.cli.common import OpenStudy

_SHOWN = 8
_FOLDED = frozenset({"languages", "reason", "what it is", "family", "targets\nnearest to it"})


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Make an empty table in our style; columns of running text may be folded."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        justify: JustifyMethod = "right" if name in right else "left"
        made.add_column(name, justify=justify, no_wrap=name not in _FOLDED)
    return made


def names_of(keys: Sequence[str], most: int = _SHOWN) -> str:
    """English names of languages, long lists cut."""
    names = [resolve(key).name for key in keys[:most]]
    return ", ".join(names) + (f" and {len(keys) - most} more" if len(keys) > most else "")


def difference(found: PairedDifference | None) -> str:
    """A paired difference in points, with its interval."""
    if found is None:
        return "no common seed"
    text = f"{100 * found.mean:+.1f} points"
    if found.low is None or found.high is None:
        return f"{text} ({found.verdict})"
    return f"{text} [{100 * found.low:+.1f}, {100 * found.high:+.1f}], {found.verdict}"


def brief_difference(found: PairedDifference | None) -> str:
    """The same for a narrow column: ``+1.2 [+0.4, +2.0]``, or the number of seeds if they are few."""
    if found is None:
        return "no common seed"
    if found.low is None or found.high is None:
        return f"{100 * found.mean:+.1f}, {len(found.seeds)} seed{'s' * (len(found.seeds) != 1)}"
    return f"{100 * found.mean:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"


def show_status(found: StudyStatus, opened: OpenStudy) -> None:
    """Print how far a study is."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row("trials", _trials(found))
    for rung, count in found.rungs.items():
        grid.add_row(
            f"rung {rung}", f"{_subsets(count)} ({RUNGS[rung].once} {'as well' if rung > 1 else 'alone'})"
        )
    _add_best(grid, found, measuring_rung(opened.config))
    for number, sentence in enumerate(found.trust):
        grid.add_row("" if number else "trust", sentence)
    if found.kernel is not None:
        grid.add_row("computes in", found.kernel)
    if found.last is not None:
        grid.add_row("last trial", found.last.strftime("%Y-%m-%d %H:%M:%S"))
    if found.rate is not None:
        grid.add_row("rate", f"{found.rate:.1f} trials a minute")
    if found.seconds_left:
        grid.add_row("time left", duration(found.seconds_left))
    results.print(escape(found.study), style="bold")
    results.print(grid)
    results.print(f"next: {opened.command(_next(found))}", markup=False, soft_wrap=True)


def _trials(found: StudyStatus) -> str:
    """Count trials by state, beside those that were planned."""
    done = found.states["complete"]
    others = ", ".join(f"{n} {state}" for state, n in found.states.items() if n and state != "complete")
    again = f", {found.duplicates} of them of a subset seen before" if found.duplicates else ""
    # More than planned is no mistake: run --trials adds some.
    planned = (
        f"{done} complete, {found.planned} planned"
        if done > found.planned
        else f"{done} of {found.planned} complete"
    )
    return f"{planned}{again}{'; ' + others if others else ''}"


def _add_best(grid: Table, found: StudyStatus, words: Rung) -> None:
    """Add the front and the best of proxy and full runs."""
    grid.add_row("front", f"{_subsets(found.on_front)} by cost and {words.score}")
    if found.best is not None:
        best = found.best
        grid.add_row(
            f"best {words.score}",
            f"{best.proxy:.4f} ({words.data}, rung {best.rung}) at a cost of {best.cost:,.0f}: "
            f"trial {best.trial}, {_realigned(best)}",
        )
    grid.add_row("full runs", f"{found.full_runs} stored, {found.full_runs_planned} planned")
    if found.best_run is not None:
        run = found.best_run
        seeds = f"{run.n_seeds} seed{'' if run.n_seeds == 1 else 's'}"
        grid.add_row("best accuracy", f"{run.accuracy:.4f} (test, {seeds}): {_realigned(run)}")


def _realigned(best: BestTrial | BestRun) -> str:
    return with_pairs(names_of(best.languages) or "no realignment", best.pairs)


def _subsets(count: int) -> str:
    return f"{count} subset{'' if count == 1 else 's'}"


def _next(found: StudyStatus) -> str:
    if found.states["complete"] < found.planned:
        return "run"
    return "evaluate" if found.full_runs < found.full_runs_planned else "pareto"


def duration(seconds: float) -> str:
    """Write a time as people say it: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def show_rules(rules: Mapping[str, str]) -> None:
    """Print what rules of choice do."""
    grid = Table.grid(padding=(0, 2))
    for name, words in rules.items():
        grid.add_row(escape(name), escape(words))
    results.print(grid)


def show_choices(choices: Sequence[RuleChoice], opened: OpenStudy) -> None:
    """Print what each rule would choose; if none can, once why."""
    if not any(choice.row for choice in choices):
        for reason in dict.fromkeys(choice.reason for choice in choices):
            results.print(f"no rule can choose: {reason}", markup=False, soft_wrap=True)
        return
    made = table("rule", "trial", "n", "cost", "accuracy", "reason", right=("trial", "n", "cost", "accuracy"))
    for choice in choices:
        row = choice.row
        if row is None:
            made.add_row(choice.rule, "", "", "", "", escape(choice.reason))
            continue
        accuracy = "" if row.accuracy is None else f"{row.accuracy:.3f}"
        number = "" if row.trial is None else str(row.trial)
        made.add_row(
            choice.rule, number, str(len(row.languages)), f"{row.cost:,.0f}", accuracy, escape(choice.reason)
        )
    results.print(made)
    results.print(f"more: {opened.command('explain', '--pick', 'RULE')}", markup=False, soft_wrap=True)


def show_explanation(rule: str, found: Explanation, opened: OpenStudy) -> None:
    """Print why a subset was chosen and what speaks for it."""
    row = found.picked.row
    number = "" if row.trial is None else f"trial {row.trial}, "
    size = f"{len(row.languages)} language{'' if len(row.languages) == 1 else 's'}"
    size = with_pairs(size, row.pairs)
    results.print(escape(f"{rule}: {number}{size}, {row.cost:,.0f} {row.cost_unit}"), style="bold")
    results.print(escape(f"why: {found.picked.reason}"))
    for line in _life(found, measuring_rung(opened.config)):
        results.print(escape(line))
    if found.members:
        results.print(_members(found.members))
    if found.contrasts:
        results.print("Against other subsets (accuracy on test data, seed by seed):")
        for contrast in found.contrasts:
            results.print(escape("  " + _contrast(contrast, row.cost_unit, row.pairs)))
    if found.gains:
        results.print(_gains(found))
    if row.trial is not None:
        following = opened.command("export", "--pick", f"trial={row.trial}", "--to", "json")
        results.print(f"next: {following}", markup=False, soft_wrap=True)


def _life(found: Explanation, top: Rung) -> list[str]:
    life = found.life
    lines = []
    if life.get("origin"):
        lines.append(f"proposed as: {life['origin']}")
    if life.get("rung1") is not None and top.number == 1:
        lines.append(f"{top.column}: {life['rung1']:.4f}")
    elif life.get("rung1") is not None:
        higher = life.get(f"rung{top.number}")
        second = f"{top.once} {higher:.4f}" if higher is not None else f"no {top.once}"
        lines.append(f"proxies (dev): linear {life['rung1']:.4f}, {second}")
    skipped = life.get("skipped")
    return [*lines, f"rung {top.number} was skipped: {skipped}"] if skipped else lines


def _members(members: Sequence[Member]) -> Table:
    made = table(
        "language", "name", "family", "cost", "nearest\nin the set", "targets\nnearest to it",
        right=("cost",),
    )  # fmt: skip
    for member in members[:40]:
        language = resolve(member.key)
        nearest = "" if member.nearest is None else f"{member.nearest} {member.distance:.2f}"
        made.add_row(
            member.key,
            escape(language.name),
            escape(language.family),
            f"{member.cost:,.0f}",
            nearest,
            " ".join(member.near_targets[:6])
            + (f" +{len(member.near_targets) - 6}" if len(member.near_targets) > 6 else ""),
        )
    if len(members) > 40:
        made.caption = f"{len(members) - 40} more"
    return made


def _amount(pairs: int | None) -> str:
    return "all pairs" if pairs is None else f"{pairs:,} pairs each"


def _contrast(contrast: Contrast, unit: str, pairs: int | None) -> str:
    change = ""
    if contrast.name.startswith("next"):
        more, less = names_of(contrast.only_here), names_of(contrast.only_there)
        change = f"; has {more or 'nothing'} instead of {less or 'nothing'}"
        if contrast.subset.pairs != pairs:
            change += f", {_amount(pairs)} instead of {_amount(contrast.subset.pairs)}"
    fresh = f" (fresh seeds: {difference(contrast.fresh)})" if contrast.fresh is not None else ""
    return f"{contrast.name}: {difference(contrast.accuracy)}{fresh} for {contrast.cost:+,.0f} {unit}{change}"


def _gains(found: Explanation) -> str:
    items = list(found.gains.items())
    better = sum(gain > 0 for _, gain in items)

    def say(pairs: Sequence[tuple[str, float]]) -> str:
        return ", ".join(
            f"{resolve(key).name}{' (held out)' if key in found.held_out else ''} {100 * gain:+.1f}"
            for key, gain in pairs
        )

    text = f"Against no realignment {better} of {len(items)} targets gain, in points"
    if len(items) < 6:
        return escape(f"{text}: {say(items)}")
    return escape(f"{text}.  Most: {say(items[:5])}.  Least: {say(items[-5:][::-1])}")
