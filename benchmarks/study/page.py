"""Tables of ``studies/README.md``, and everything that is written from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from benchmarks.common import ROOT, write_figures, write_json
from benchmarks.study.analysis.goals import NOT_RUN
from benchmarks.study.entries import CARRIED, COST, DIVERSE, OURS, PEER, TRAITS
from benchmarks.study.page_goals import goals, losses
from benchmarks.study.summary import MAIN, read_measured, summary
from benchmarks.study.tasks import PAGE, SUMMARY, TASKS
from subsetsearch.errors import count
from subsetsearch.languages import resolve

FIGURES = ROOT / "studies" / "results" / "figures"


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
    return [_progress(found["tasks"]), losses(found), goals(found["goals"]), *_tasks(found["tasks"])]


def _progress(tasks: Mapping[str, Any]) -> str:
    lines = [
        "| task | state | full runs | recommended by the search (pairs) | search, minutes (budget) "
        "| all strategies in full, minutes |",
        "|-|-|-:|-|-:|-:|",
    ]
    for name, task in tasks.items():
        if task["state"] == NOT_RUN:
            lines.append(f"| {name} | {NOT_RUN} | – | – | – | – |")
            continue
        search, grid = task["search"], _plain(task["search"]["all_strategies_minutes"])
        lines.append(
            f"| {name} | {task['state']} | {task['runs']} of {task['runs_planned']} | "
            f"{_recommended(task['recommended'])} | {search['minutes']:g} ({search['budget_minutes']:g}) | "
            f"{grid} |"
        )
    return "\n".join(lines)


def _recommended(pick: Mapping[str, Any]) -> str:
    """Name what a search recommends; many languages are counted."""
    keys = pick["languages"].split()
    named = ", ".join(resolve(key).name for key in keys) if len(keys) < 4 else count(len(keys), "language")
    return f"{named or 'none'} ({pick['cost']:,.0f})"


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
        f"{100 * again['apart']:.2f} points, their average by {100 * again['difference']:+.2f}{among}. "
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
        f"All gains are over the same runs of no realignment, whose luck moves all of them alike: if this "
        f"common error is taken off, the intervals hold {100 * model['coverage_without_bias']:.0f} %. "
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
            f"| random, {count(int(size), 'language')}, {count(drawn['draws'], 'draw')} "
            f"| | {drawn['seeds']} | {cost} | {gain} | | |"
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
