#!/bin/sh
# The published protocol at small scale on one GPU: a hundredth of the steps, one seed, no realignment, all languages and
# three of the paper's sets on each of three tasks. Made for about ten minutes of one GPU; it was not timed yet.
#
#   AACL2025_DATA=/where/the/data/are sh studies/aacl2025.sh            # from the root of the repository
#   AACL2025_DATA=/where/the/data/are sh studies/aacl2025.sh --dry-run  # check everything, train nothing
#
# Other words are handed on, such as: --set recipe.encoder.name='"/a/local/folder"'. RUNS names the folder of the results.
set -eu
: "${AACL2025_DATA:?names no folder: python -m benchmarks.aacl2025 needs}"
runs=${RUNS:-runs/aacl2025-small}
for task in wikiann udpos xnli; do
    subsetsearch evaluate "studies/aacl2025-$task.toml" --dir "$runs" \
        --strategies most_uriel_en_5,least_uriel_en_5,most_distinct_script_5 --fresh-seeds 1 \
        --set recipe.realignment.steps=245 --set recipe.finetuning.epochs=1 \
        --set recipe.task.max_train=2000 --set recipe.task.max_evaluation=100 "$@"
done
echo "rows: $runs/*/evaluations.csv"
