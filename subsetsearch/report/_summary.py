"""The question and the answer of a study, each in a sentence; what a subset consists of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.front.recommendation import doubts, recommended_and_leader, why_recommended
from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.text.wording import (
    chance,
    listed,
    metric_name,
    number,
    percent,
    points,
    subset_name,
)
from subsetsearch.errors import LanguageError, count
from subsetsearch.languages import Language, resolve
from subsetsearch.report.data import ReportData
from subsetsearch.subset import NONE, Subset, with_pairs


def reason(data: ReportData) -> str:
    """Why the answer is recommended."""
    row, decision = data.answer, data.front.decision
    if row is None:
        return ""
    if decision is not None and not row.languages:
        return ""  # the answer says it
    if decision is not None:
        why = why_recommended(*recommended_and_leader(data.front.rows, decision), decision)
        return _sentence(why + doubts(row, data.front.rows))
    if row.full is None:
        return f"The cheapest subset of the front within a point of the best by {data.front.rung.score}."
    return _sentence(data.front.pick("recommended").reason)


def question(data: ReportData) -> str:
    """The study's question, one sentence."""
    targets = count(len(data.targets), "target language") if data.targets else "the target languages"
    return (
        f"Which languages' parallel data should be bought so that {_encoder(data.encoder)}, fine-tuned on "
        f"{data.source_language} only, works best in {targets}?"
    )


def _encoder(name: str) -> str:
    """An encoder as people call it: of a folder the last name only."""
    plain_name = {"": "the encoder", "bundled": "multilingual-e5-small"}.get(name, name)
    return Path(plain_name).name if plain_name.startswith(("/", ".", "~")) else plain_name


def answer(data: ReportData) -> str:
    """The answer, one sentence with its numbers; says plainly what is not known."""
    row = data.answer
    if row is None:
        return "There is no answer yet: no subset has been scored."
    if row.expected is not None:
        return expected_answer(row, data)
    if row.full is None:
        return (
            f"The best guess so far is {describe(row)}, but nothing has been measured on test data "
            f"yet: {data.front.rung.caution}."
        )
    return _sentence(_measured_answer(row, data) + _doubt(row, data) + _served(row))


def expected_answer(row: FrontRow, data: ReportData) -> str:
    """What the model of all runs expects of the answer, a sentence."""
    expected, leaned = row.expected, data.leaned
    if expected is None or leaned is None or leaned.expected is None:  # nothing but no realignment was run
        return _sentence(_measured_answer(row, data))
    if row.languages:
        text = (
            f"{describe(row)} is expected to gain {gain_words(expected, data)}; it is better than no "
            f"realignment with {chance(expected.better)}, and the best of all that were run with "
            f"{chance(expected.best)}"
        )
    else:
        given_up = 100 * data.front.decision.question.tolerance if data.front.decision else 0.0
        if leaned.expected.worth <= 0 and data.front.decision:
            aim = data.front.decision.question.aim
            by = "" if aim.of_mean else f" by {aim.words}"
            text = "Get nothing: no subset that was run is expected to be better than the untouched encoder"
            return f"{text}{by}."
        text = (
            f"get nothing: no subset that was run is expected to gain more than {given_up:.3g} points over "
            f"the untouched encoder; the best, {describe(leaned)}, is expected to gain "
            f"{gain_words(leaned.expected, data)}, and is better with {chance(leaned.expected.better)}"
        )
    return _sentence(text + _served(row))


def gain_words(judged: Judged, data: ReportData) -> str:
    """``+9.1 points over no realignment (90 % interval +7.8 to +10.3)``, and by what, if not the mean."""
    decision = data.front.decision
    low, high = map(points, judged.interval)
    by = f"; by {decision.question.aim.words}" if decision and not decision.question.aim.of_mean else ""
    unit = decision.question.aim.unit if decision else "points"
    return f"{points(judged.worth)} {unit} over no realignment (90 % interval {low} to {high}{by})"


def measured_words(data: ReportData) -> str:
    """The raw score of the answer beside those of none and all, a sentence; empty without a model."""
    row = data.leaned
    if row is None:
        return ""
    if row.full is None:
        return f"{_sentence(title(row))[:-1]} was run on development data only, not on test data yet."
    others = _others(row, data)
    against = f", against {' and '.join(others)}" if others else ""
    metric = metric_name(data.front.metric)
    if data.answer is not row:
        return (
            f"Measured: {score(row)} {metric} on test data with {title(row)}{against}{_fresh_in_words(row)}."
        )
    return f"Measured: {score(row)} {metric} on test data{against}{_fresh_in_words(row)}."


def _measured_answer(row: FrontRow, data: ReportData) -> str:
    if not row.languages:
        text = "get nothing: no subset was shown to beat the untouched encoder, which reaches "
    else:
        text = f"{describe(row)} reaches "
    text += f"{score(row)} {metric_name(data.front.metric)} on test data"
    others = _others(row, data)
    return text + (f", against {' and '.join(others)}" if others else "") + _fresh_in_words(row)


def _others(row: FrontRow, data: ReportData) -> list[str]:
    """Scores of no realignment and of all languages, where they were measured and are not meant already."""
    none, all_languages = data.front.labelled("none"), data.front.labelled("all")
    others = []
    if row.languages and none is not None and none.full is not None:
        others.append(f"{score(none)} without realignment")
    if all_languages is not None and all_languages is not row and all_languages.full is not None:
        others.append(f"{score(all_languages)} with all languages{_cost_ratio_in_words(row, all_languages)}")
    return others


def _fresh_in_words(row: FrontRow) -> str:
    if row.fresh is None:
        return ""
    seeds = count(len(row.fresh.seeds), "fresh seed")
    return f"; {percent(row.fresh.accuracy, row.fresh.std)} over {seeds}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _cost_ratio_in_words(row: FrontRow, everything: FrontRow) -> str:
    if not 0 < row.cost < everything.cost:
        return ""
    times = everything.cost / row.cost
    return f" (which cost {times:.{0 if times >= 10 else 1}f} times as much)"


def _served(row: FrontRow) -> str:
    """Name the targets whose own sentence pairs the subset has."""
    if not row.served:
        return ""
    return (
        f"; {listed(row.served)} {'are targets themselves' if len(row.served) > 1 else 'is a target itself'}"
    )


def _doubt(row: FrontRow, data: ReportData) -> str:
    """Say when it is not shown to be better than no realignment, by the model or by full runs alone."""
    none = data.front.labelled("none")
    if none is None or none is row or none.full is None:
        return ""
    if row.worse_than == NONE:
        return f"; {row.judge} shown it to be worse than no realignment"
    if row.tied_with == NONE:
        return f"; {row.judge} not shown it to be better than no realignment"
    if row.n_seeds < 2 or none.n_seeds < 2:
        return "; with fewer than two seeds each, this difference may be chance"
    return ""


def describe(row: FrontRow, most: int = 8) -> str:
    """Name a subset in running text."""
    if not row.languages:
        return "no realignment"
    everything = row.label == "all"
    names = f"all {count(len(row.languages), 'language')}" if everything else listed(row.languages, most)
    return f"buying {with_pairs(names, row.pairs)} ({row.price})"


def score(row: FrontRow) -> str:
    """A measured score in per cent, with the spread over seeds."""
    return "not measured" if row.full is None else percent(row.full.accuracy, row.full.std)


def fresh_score(row: FrontRow) -> str:
    """Score over fresh seeds, with their number, for a cell headed in per cent; empty without any."""
    if row.fresh is None:
        return ""
    return f"{number(row.fresh.accuracy, row.fresh.std)} ({count(len(row.fresh.seeds), 'seed')})"


def tie(row: FrontRow, data: ReportData) -> str:
    """Name the cheaper subset that it is not shown to beat; empty without one."""
    return _title_of(row.tied_with, data)


def worse(row: FrontRow, data: ReportData) -> str:
    """Name the cheaper subset that it is shown to be worse than; empty without one."""
    return _title_of(row.worse_than, data)


def _title_of(subset: Subset | None, data: ReportData) -> str:
    if subset is None:
        return ""
    other = data.front.find(subset)
    return title(other) if other else subset_name(subset)


def title(row: FrontRow) -> str:
    """Short name of a subset, for axes and lists: its published strategy or its languages."""
    if row.label or not row.strategies:
        return subset_name(row.subset, row.label)
    more = f" and {len(row.strategies) - 1} more" if len(row.strategies) > 1 else ""
    return with_pairs(f"{row.strategies[0]}{more}", row.pairs)


def language(key: str) -> Language | None:
    """Facts on a language; ``None`` if nothing is known of it."""
    try:
        return resolve(key)
    except LanguageError:
        return None


def diversities(data: ReportData) -> Mapping[int, Sequence[float]]:
    """Number of languages to the typological distances of all subsets with as many, sorted."""
    by_size: dict[int, list[float]] = {}
    for row in data.front:
        if row.diversity is not None:
            by_size.setdefault(len(row.subset.languages), []).append(row.diversity)
    return {size: sorted(values) for size, values in by_size.items()}


def complement(row: FrontRow, peers: Mapping[int, Sequence[float]]) -> str:
    """Say what the languages of a subset add to each other.

    Args:
        row: The subset, one of the front.
        peers: As :func:`diversities` gives them.
    """
    size = len(row.languages)
    if size < 2:
        return ""
    members = [member for member in map(language, row.languages) if member is not None]
    families = sorted({member.family for member in members})
    scripts = sorted({member.script for member in members if member.script != "Zzzz"})
    parts = []
    if families:
        names = f": {', '.join(families)}" if len(families) <= 4 else ""
        parts.append(f"{len(families)} {'family' if len(families) == 1 else 'families'}{names}")
    if scripts:
        parts.append(f"{count(len(scripts), 'script')} ({', '.join(scripts)})")
    if row.diversity is not None:
        known_peers = peers.get(size, ())
        others = len(known_peers) - 1
        text = f"mean typological distance {row.diversity:.2f}"
        if others >= 5:
            share = bisect_left(known_peers, row.diversity) / others
            text += f", more than {100 * share:.0f} % of the {others} other subsets of this size"
        parts.append(text)
    return "; ".join(parts)
