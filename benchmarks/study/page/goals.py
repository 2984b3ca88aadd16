"""What ``studies/README.md`` says of losses and goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.study.analysis.goals import BOTH, MISSED, NOT_RUN, SO_FAR
from benchmarks.study.entries import first_name
from subsetsearch.errors import count, verb

WORST = 5
"""So many targets that lose are named."""

HELD, RANKED = (0.85, 0.95), 0.5
"""What 90 % intervals should hold, and the least rank correlation: else a model is among the losses."""


def losses(found: Mapping[str, Any]) -> str:
    """List what the rows say against our pick: goals that are missed, targets that lose, sets above it."""
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
                yield f"`{name}`: missed{so_far}: *{goal['goal']}*. {_capital(verdict['detail'])}."
    yield from _model(found["tasks"])
    for name, task in found["tasks"].items():
        group = task.get("groups", {}).get("all targets", {})
        for other, against in group.get("recommended_against", {}).items():
            if against["losses"]:
                named = ", ".join(against["losing_targets"][:WORST])
                lost = count(against["losses"], "target")
                yield f"`{name}`: our pick loses to {other} on {lost} ({named})."
        for name_of_group in BOTH:
            group = task.get("groups", {}).get(name_of_group, {})
            others = group.get("others")
            if others and others["above"]:
                yield f"`{name}`, targets {name_of_group}: {_above(others)}."


def _model(tasks: Mapping[str, Any]) -> Iterator[str]:
    """Where the model of the search is wrong about gains, or hardly ranks sets."""
    for name, task in tasks.items():
        model = task.get("model")
        if model is None:
            continue
        faults = []
        held = model["coverage_of_90"]
        if not HELD[0] <= held <= HELD[1]:
            wide = " (they are too wide)" if held > HELD[1] else ""
            faults.append(f"its 90 % intervals hold {100 * held:.0f} % of the measured gains{wide}")
        ranks = (
            ("its rank correlation with the gains is", model["rank_correlation"]),
            ("with those of held-out targets", model["rank_correlation_held_out"]),
        )
        faults += [f"{told} {rank:.2f}" for told, rank in ranks if rank is not None and rank < RANKED]
        if faults:
            sets = count(model["subsets"], "set")
            yield f"`{name}`: the model of the search, over {sets}: {', '.join(faults)}."


def _above(others: Mapping[str, Any]) -> str:
    """Say how many sets have a higher mean than our pick, and which of them are shown to be better."""
    number, better = others["above"], ", ".join(map(first_name, others["better"]))
    return (
        f"{number} of {count(others['sets'], 'other set')} {verb(number, 'has')} a higher mean than "
        f"our pick; the highest, {first_name(others['highest'])}, by {100 * others['by']:.2f} points; "
        f"shown to be better: {better or 'none'}"
    )


def goals(found: Mapping[str, Any]) -> str:
    """Write the table of goals, and what was found where one is not missed."""
    names = list(next(iter(found.values()))["by_task"])
    lines = [
        "### Goals",
        "",
        f"| goal | tasks needed | state | {' | '.join(names)} |",
        "|-|-:|-|" + "-|" * len(names),
    ]
    details = []
    for key, goal in found.items():
        unit = "% of it" if key == "search" else "points"
        cells = [_state(verdict, unit) for verdict in goal["by_task"].values()]
        lines.append(f"| {goal['goal']} | {goal['tasks_needed']} | {goal['state']} | {' | '.join(cells)} |")
        told = [*_details(goal["by_task"])]
        details += [f"- {_capital(goal['goal'])}:", *told] if told else []
    if details:
        lines += [
            "",
            "What was found where a goal is not missed (what is missed is among the losses above):",
            "",
        ]
    return "\n".join([*lines, *details])


def _state(verdict: Mapping[str, Any], unit: str) -> str:
    so_far = SO_FAR if "waits" in verdict else ""
    by = f" by {100 * verdict['by']:.2f} {unit}" if verdict["state"] == MISSED and verdict["by"] else ""
    return f"{verdict['state']}{so_far}{by}"


def _details(by_task: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, verdict in by_task.items():
        if verdict["state"] != MISSED and "detail" in verdict:
            waits = f" ({verdict['waits']})" if "waits" in verdict else ""
            yield f"    - `{name}`: {verdict['detail']}{waits}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
