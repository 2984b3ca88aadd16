"""How fast the engine trains and evaluates, beside a plain loop and sentence-transformers.

All contestants see the same pairs (NTREX from REALIGN_DATA, else Django's catalogues) in one
process, a few steps each by turns, so that a busy machine disturbs all alike; medians over
rounds are reported. Takes about 5 minutes on two quiet CPU cores; extras: offline, bench-engine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from realign_core.support.program.threads import share_cores

share_cores()

import numpy as np

from benchmarks.common import parser_for, write_json
from benchmarks.engine.contest import Contest
from benchmarks.engine.ours import cached_top, evaluation, features_of, make_recipe, ours
from benchmarks.engine.peers import padded_evaluation, plain_loop, sentence_transformers
from benchmarks.engine.table import figures_of, print_figures
from realign_core.runs.running.training import draw_pairs
from realign_core.runs.workspace.workspace import prepare


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "engine")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=4, help="steps of the plain loop a round")
    options = parser.parse_args()
    recipe, languages = make_recipe()
    workspace = prepare(recipe, languages, splits=())
    tokenised = draw_pairs(workspace, languages, 0, steps=options.steps * 12 * (options.rounds + 2))
    limit = {code: text.take(300, 0) for code, text in workspace.parallel.items()}
    pairs = [pair for text in limit.values() for pair in zip(text.source, text.target, strict=True)]
    texts = {code: list(text.target[:50]) for code, text in limit.items()}
    features = features_of(workspace, texts)
    length = float(np.mean([len(p.source) for p in tokenised] + [len(p.target) for p in tokenised]))
    with tempfile.TemporaryDirectory() as folder:
        top, cache_seconds = cached_top(workspace, tokenised, options.steps * 8, Path(folder))
        kernel = workspace.kernel.precision
        contests = [
            Contest("plain loop", plain_loop(pairs, options.steps), "float32", 12, 3),
            Contest("full", ours(workspace, tokenised, options.steps * 2), kernel, 12, 3),
            Contest("cached top 2", top, kernel, 2, 3),
            Contest("evaluation, padded loop", padded_evaluation(texts, features.n_tokens), "float32", 12, 1),
            Contest("evaluation", evaluation(workspace, features), kernel, 12, 1),
        ]
        try:
            for precision in ("float32", "bfloat16"):
                chunk = sentence_transformers(pairs, options.steps, precision == "bfloat16")
                contests.append(Contest(f"sentence-transformers {precision}", chunk, precision, 12, 3))
        except ImportError as error:
            print(f"no peer: {error}; install the extra bench-engine")
        take_turns(contests, options.rounds)
    figures = figures_of(workspace, contests, length, cache_seconds)
    print_figures(figures)
    write_json(options.json, figures)


def take_turns(contests: list[Contest], rounds: int) -> None:
    """Let each contestant run a chunk a round; the first round warms up and is forgotten."""
    for number in range(rounds + 1):
        for contest in contests:
            contest.round()
            if number == 0:
                contest.rates.clear()
                contest.token_rates.clear()
        print(f"round {number} of {rounds}", flush=True)


if __name__ == "__main__":
    main()
