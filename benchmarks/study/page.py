"""Tables of ``studies/README.md``, and everything that is written from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from benchmarks.common import ROOT, write_figures, write_json
from benchmarks.study.analysis.goals import BOTH, MISSED, NOT_RUN, SO_FAR
from benchmarks.study.entries import CARRIED, COST, DIVERSE, OURS, PEER, TRAITS
from benchmarks.study.summary import MAIN, read_measured, summary
from benchmarks.study.tasks import PAGE, SUMMARY, TASKS
from subsetsearch.errors import count

FIGURES = ROOT / "studies" / "results" / "figures"
WORST = 5
"""So many targets that lose are named."""


def write_all(page: Path = PAGE, file: Path = SUMMARY, figures: Path = FIGURES) -> None:
    """Write ``summary.json``, the tables of the page and the figures, as far as there are rows."""
    found = summary(tuple(TASKS.values()))
    write_json(file, found)
    write_figures("study", parts(found), page)
    measured = {name: read_measured(task) for name, task in TASKS.items()}
    known = {name: one for name, one in measured.items() if one is not None and one.runs}
    if known:
        from benchmarks.study.figures import draw  # matplotlib takes seconds to load

        for name, one in known.items():
            draw(name, one, figures)


def parts(found: Mapping[str, Any]) -> list[str]:
    """Write a summary as Markdown: how far it is, losses, goals, then a task after the other."""
    return [_progress(found["tasks"]), _losses(found), _goals(found["goals"]), *_tasks(found["tasks"])]


def _progress(tasks: Mapping[str, Any]) -> str:
    lines = [
        "| task | state | full runs | search, minutes (budget) | all strategies in full, minutes |",
        "|-|-|-:|-:|-:|",
    ]
    for name, task in tasks.items():
        if task["state"] == NOT_RUN:
            lines.append(f"| {name} | {NOT_RUN} | – | – | – |")
            continue
        search, grid = task["search"], _plain(task["search"]["all_strategies_minutes"])
        lines.append(
            f"| {name} | {task['state']} | {task['runs']} of {task['runs_planned']} | "
            f"{search['minutes']:g} ({search['budget_minutes']:g}) | {grid} |"
        )
    return "\n".join(lines)


def _losses(found: Mapping[str, Any]) -> str:
    lines = ["### Losses", ""]
    told = list(_lost(found))
    if not told:
        run = any(task["state"] != NOT_RUN for task in found["tasks"].values())
        told = ["none is shown by the rows so far." if run else "nothing is known: no task was run yet."]
    return "\n".join([*lines, *(f"- {sentence}" for sentence in told)])


def _lost(found: Mapping[str, Any]) -> Iterator[str]:
    for goal in found["goals"].values():
        for name, verdict in goal["by_task"].items():
            if verdict["state"] == MISSED:
                so_far = SO_FAR if "waits" in verdict else ""
                yield f"`{name}`: missed{so_far} that {goal['goal']}: {verdict['detail']}."
    for name, task in found["tasks"].items():
        group = task.get("groups", {}).get("all targets", {})
        for other, against in group.get("recommended_against", {}).items():
            if against["losses"]:
                named = ", ".join(against["losing_targets"][:WORST])
                lost = count(against["losses"], "target")
                yield f"`{name}`: our pick loses to {other} on {lost} ({named})."
        for name_of_group in BOTH:
            group = task.get("groups", {}).get(name_of_group, {})
            if above := _above(group.get("entries", {})):
                yield f"`{name}`, targets {name_of_group}: {above}."


def _above(entries: Mapping[str, Any]) -> str:
    """Say how many sets have a higher mean than our pick, shown to be better or not; empty if none has."""
    ours = entries.get(f"{OURS}: recommended")
    if ours is None:
        return ""
    others = {
        label: -entry["recommended_less_it"]["difference"]
        for label, entry in entries.items()
        if entry["n"] == ours["n"] and entry["gain"] is not None and entry["kind"] != OURS
    }
    above = sum(difference > 0 for difference in others.values())
    if not above:
        return ""
    best = max(others, key=lambda label: others[label])
    return (
        f"{above} of {count(len(others), 'other set')} {'has' if above == 1 else 'have'} a higher mean than "
        "our pick, shown to be better or not; "
        f"the highest, {best.split(', ')[0]}, by {100 * others[best]:.2f} points"
    )


def _goals(goals: Mapping[str, Any]) -> str:
    names = list(next(iter(goals.values()))["by_task"])
    lines = [
        "### Goals",
        "",
        f"| goal | tasks needed | state | {' | '.join(names)} |",
        "|-|-:|-|" + "-|" * len(names),
    ]
    for key, goal in goals.items():
        unit = "% of it" if key == "search" else "points"
        cells = [_state(verdict, unit) for verdict in goal["by_task"].values()]
        lines.append(f"| {goal['goal']} | {goal['tasks_needed']} | {goal['state']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _state(verdict: Mapping[str, Any], unit: str) -> str:
    if verdict["state"] == NOT_RUN:
        return f"{NOT_RUN}: {verdict['detail']}" if "detail" in verdict else NOT_RUN
    short = f" by {100 * verdict['by']:.2f} {unit}" if verdict["state"] == MISSED and verdict["by"] else ""
    so_far, waits = (SO_FAR, f" ({verdict['waits']})") if "waits" in verdict else ("", "")
    return f"{verdict['state']}{so_far}{short}: {verdict['detail']}{waits}"


def _tasks(tasks: Mapping[str, Any]) -> Iterator[str]:
    for name, task in tasks.items():
        if task["state"] == NOT_RUN:
            yield f"### {name}\n\nNot run yet: `make reproduce STUDY={name}`."
            continue
        blocks = [f"### {name}", _model(task["model"])]
        if task["runs"]:
            blocks += [_arithmetic(task), _figure(name)]
        for group, of_group in task["groups"].items():
            blocks.append(_group(group, of_group))
        yield "\n\n".join(block for block in blocks if block)


def _figure(name: str) -> str:
    return f"![Data cost against the mean score, and gains by target](results/figures/{name}.png)"


def _arithmetic(task: Mapping[str, Any]) -> str:
    """What the runs were computed with, and what other machines and encoders found."""
    kernels = [f"{count(runs, 'run')} in {kernel}" for kernel, runs in task["arithmetic"].items()]
    told = [f"Arithmetic: {', '.join(kernels)}."]
    told += [_again(encoder, again) for encoder, again in task["again"].items()]
    return " ".join(told)


def _again(encoder: str, again: Mapping[str, Any]) -> str:
    """Scores can be compared between machines, gains between encoders too."""
    kernels, runs = " and ".join(again["arithmetic"]) or "arithmetic not known", count(again["runs"], "run")
    gains = "; ".join(
        f"{_short(label)} {100 * first:+.1f} and {100 * second:+.1f}"
        for label, (first, second) in again["gains"].items()
    )
    if encoder:
        return f"{runs} with {encoder} too ({kernels}). Gains with both encoders, in points: {gains}."
    among = "" if again["low"] is None else f" ({100 * again['low']:+.2f} to {100 * again['high']:+.2f})"
    return (
        f"{runs} were done once more on another machine ({kernels}): a run's mean differs by "
        f"{100 * again['apart']:.2f} points, all together by {100 * again['difference']:+.2f}{among}. "
        f"Gains on both, in points: {gains}."
    )


def _model(model: Mapping[str, Any] | None) -> str:
    if model is None:
        return "Calibration of the model: no subset was run with the seeds of no realignment yet."
    rank = "not known" if model["rank_correlation"] is None else f"{model['rank_correlation']:.2f}"
    side = "much" if model["bias_points"] > 0 else "little"
    return (
        f"The model of the search, asked before any run on test data: its 90 % intervals hold "
        f"{100 * model['coverage_of_90']:.0f} % of the measured gains of {model['subsets']} subsets. "
        f"All gains are over the same runs of no realignment, so they are off together: without the mean "
        f"difference the intervals hold {100 * model['coverage_without_bias']:.0f} %. "
        f"The rank correlation is {rank}; the model expects {abs(model['bias_points']):.2f} points too "
        f"{side} on average, and is off by {model['error_points']:.2f}."
    )


def _group(name: str, group: Mapping[str, Any]) -> str:
    blocks = [_tests(name, group), _head(group)]
    if group.get("kinds"):
        blocks.append(_kinds(group["kinds"]))
    if name == MAIN[0]:
        blocks.append(_single(group["entries"]))
    return "\n\n".join(block for block in blocks if block)


def _tests(name: str, group: Mapping[str, Any]) -> str:
    """How many targets, and for how many tests p is corrected; whether the best strategy is known."""
    sentence = (
        f"**{name}** ({len(group['targets'])} targets; p is corrected for {group['tests_over_none']} "
        f"different sets beside no realignment, and for {group['tests_against_recommended']} beside our pick)"
    )
    left = group["published_left_out"]
    if not left:
        return sentence
    return f"{sentence}. {left} published sets do not have all seeds, and are not taken for the best one."


def _head(group: Mapping[str, Any]) -> str:
    """Our picks, the ends, the best strategy and random sets: the lowest gain first."""
    lines = [
        "| | mean ± sd, % | seeds | pairs | gain over none, points | p (Holm) | won / tied / lost |",
        "|-|-:|-:|-:|-:|-:|-:|",
    ]
    entries = group["entries"]
    named = {"none", "all", group["best_published"], *group["recommended_against"]}
    for label, entry in entries.items():
        if label not in named and entry["kind"] != OURS:
            continue
        against = group["recommended_against"].get(label)
        tally = "" if against is None else f"{against['wins']} / {against['ties']} / {against['losses']}"
        lines.append(
            f"| {_short(label)} | {_score(entry['mean'], entry['sd'])} | {entry['n']} | "
            f"{entry['cost']:,.0f} | {_gain(entry)} | {_plain(entry['p_holm'])} | {tally} |"
        )
    for size, drawn in group["random"].items():
        gain, cost = _score(drawn["gain"], drawn["sd_between_draws"], sign="+"), f"{drawn['cost']:,.0f}"
        lines.append(
            f"| random, {size} languages, {drawn['draws']} draws | | {drawn['seeds']} | {cost} | {gain} | | |"
        )
    return "\n".join(lines)


def _kinds(kinds: Mapping[str, Any]) -> str:
    """A row a kind; gains of a kind are over the seeds that all of its sets have which were run."""
    lines = [
        "| kind | sets run | with all seeds | seeds in common | gain: lowest, median, highest "
        "| above our pick | shown better / worse than it |",
        "|-|-:|-:|-:|-:|-:|-:|",
    ]
    for kind, found in kinds.items():
        gains = ", ".join(f"{100 * found[key]:+.1f}" for key in ("lowest", "median", "highest"))
        lines.append(
            f"| {kind} | {found['run']} of {found['sets']} | {found['whole']} | {found['seeds']} | {gains} | "
            f"{found['above']} | {found['better']} / {found['worse']} |"
        )
    return "\n".join(lines)


def _single(entries: Mapping[str, Any]) -> str:
    """What carries over, traits, diverse sets, peers' picks and fewer pairs, each by itself."""
    lines = [
        "| | languages | seeds | pairs | gain over none, points | our pick less it, points | p (Holm) |",
        "|-|-:|-:|-:|-:|-:|-:|",
    ]
    for kind in (CARRIED, TRAITS, DIVERSE, PEER, COST):
        for label, entry in entries.items():
            if entry["kind"] != kind:
                continue
            paired = entry["recommended_less_it"]
            less = _gain({"gain": None} if paired is None else {**paired, "gain": paired["difference"]})
            p = _plain(None if paired is None else paired["p_holm"])
            numbers = f"{entry['n_languages']} | {entry['n']} | {entry['cost']:,.0f}"
            lines.append(f"| {label} | {numbers} | {_gain(entry)} | {less} | {p} |")
    return "\n".join(lines) if len(lines) > 2 else ""


def _short(label: str) -> str:
    """A label whose strategies are many is cut."""
    first, *others = label.split(", ")
    return (
        label
        if not label.startswith("published") or not others
        else f"{first} and {len(others)} of the same set"
    )


def _score(mean: float, sd: float | None, sign: Literal["", "+"] = "") -> str:
    return f"{100 * mean:{sign}.1f}" + ("" if sd is None else f" ± {100 * sd:.1f}")


def _gain(entry: Mapping[str, Any]) -> str:
    if entry["gain"] is None:
        return ""
    if entry["low"] is None:
        return f"{100 * entry['gain']:+.1f}"
    if entry["low"] == entry["high"]:
        return "0: the same runs"
    return f"{100 * entry['gain']:+.1f} ({100 * entry['low']:+.1f} to {100 * entry['high']:+.1f})"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
