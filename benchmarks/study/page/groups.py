"""Tables of one group of targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.study.entries import CARRIED, COST, DIVERSE, OURS, PEER, TRAITS
from benchmarks.study.page.cells import gain, p_value, points, score, short
from benchmarks.study.summary import MAIN
from subsetsearch.errors import count


def group_tables(name: str, group: Mapping[str, Any]) -> str:
    """Our picks beside the others, kinds of sets and, for all targets, sets one by one."""
    blocks = [f"## {name}", first_table(group)]
    if group.get("kinds"):
        blocks.append(_kinds(group["kinds"]))
    if name == MAIN[0]:
        blocks.append(_single(group["entries"]))
    return "\n\n".join(block for block in blocks if block)


def first_table(group: Mapping[str, Any]) -> str:
    """Our picks, none, all, the best published and random sets, and what the tests are corrected for."""
    return f"{_tests(group)}\n\n{_head(group)}"


def _tests(group: Mapping[str, Any]) -> str:
    """How many targets, and for how many tests p is corrected; whether the best strategy is known."""
    sentence = (
        f"{count(len(group['targets']), 'target')}; p is corrected for {group['tests_over_none']} "
        f"different sets beside no realignment, and for {group['tests_against_recommended']} beside our pick."
    )
    left = group["published_left_out"]
    if not left:
        return sentence
    return f"{sentence} {left} published sets do not have all seeds, and are not taken for the best one."


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
            f"| {short(label)} | {score(entry['mean'], entry['sd'])} | {entry['n']} | "
            f"{entry['cost']:,.0f} | {gain(entry)} | {p_value(entry['p_holm'])} | {tally} |"
        )
    for size, drawn in group["random"].items():
        gained = score(drawn["gain"], drawn["sd_between_draws"], sign="+")
        lines.append(
            f"| random, {count(int(size), 'language')}, {count(drawn['draws'], 'draw')} "
            f"| | {drawn['seeds']} | {drawn['cost']:,.0f} | {gained} | | |"
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
        gains = ", ".join(points(found[key]) for key in ("lowest", "median", "highest"))
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
            less = gain({"gain": None} if paired is None else {**paired, "gain": paired["difference"]})
            p = p_value(None if paired is None else paired["p_holm"])
            numbers = f"{entry['n_languages']} | {entry['n']} | {entry['cost']:,.0f}"
            lines.append(f"| {label} | {numbers} | {gain(entry)} | {less} | {p} |")
    return "\n".join(lines) if len(lines) > 2 else ""
