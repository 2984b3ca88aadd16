# Two commands matter: `make demo` and `make test`. Both make their own virtual environment in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STUDY ?= studies/time-expressions.toml
RUNS ?= runs
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check
SEARCH := $(BIN)/subsetsearch

.PHONY: help demo test lint format docs bench-engine bench-typology bench-search bench-calibration bench-replay bench-unlabelled bench-expressions bench-chaos bench-scale fuzz bench-store bench-tables bench-effects bench-peers bench-scaled bench-held-out reproduce figures clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q 'pip>=25.1'
	touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) install -q -c constraints.txt -e '.[offline,report]'
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(PIP) install -q -c constraints.txt --group test --group test-tools
	touch $@

$(VENV)/.lint: $(VENV)/.demo
	$(PIP) install -q -c constraints.txt --group lint --group test --group test-tools
	touch $@

demo: $(VENV)/.demo  ## install, search, full evaluation of the best, report, export, front, answer in words
	$(SEARCH) run $(STUDY) --dir $(RUNS) --workers $(WORKERS)
	$(SEARCH) evaluate $(STUDY) --dir $(RUNS) --workers $(WORKERS)
	$(SEARCH) report $(STUDY) --dir $(RUNS)
	$(SEARCH) export $(STUDY) --dir $(RUNS) --pick best --to json -o $(RUNS)/chosen.json
	$(SEARCH) pareto $(STUDY) --dir $(RUNS)
	$(SEARCH) explain $(STUDY) --dir $(RUNS) --pick recommended
	@echo "wrote: $(RUNS)/<study>/study.db, evaluations.csv and report.html, $(RUNS)/chosen.json"

test: $(VENV)/.test  ## install what tests need, run them all, one process a core
	$(BIN)/python -m pytest -n logical --dist worksteal

lint: $(VENV)/.lint  ## ruff, mypy, order of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

docs: $(VENV)/.demo  ## build the documentation, strictly, in site/
	$(PIP) install -q -c constraints.txt --group docs
	$(BIN)/python -m tools.reference --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: $(VENV)/.lint  ## rewrite the files as ruff likes them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-engine: $(VENV)/.test  ## speed of the engine, as ratios in one run
	$(PIP) install -q -c constraints.txt -e '.[bench-engine]'
	$(BIN)/python -m benchmarks.engine

bench-typology: $(VENV)/.test  ## speed of distances and solvers
	$(PIP) install -q -c constraints.txt -e '.[bench-typology]'
	$(BIN)/python -m benchmarks.typology

bench-search: $(VENV)/.test  ## evaluations that each sampler needs to find the front
	$(BIN)/python -m benchmarks.search

bench-calibration: $(VENV)/.test  ## rank correlation of the rungs with full runs (hours; REALIGN_DATA names the corpora)
	$(BIN)/python -m benchmarks.calibration.truth quickstart --seeds 17 23 31
	$(BIN)/python -m benchmarks.calibration.truth pos-calibration --seeds 17 23 31
	$(BIN)/python -m benchmarks.calibration.variants quickstart pos-calibration
	$(BIN)/python -m benchmarks.calibration quickstart pos-calibration

bench-replay: $(VENV)/.test  ## published results predicted from each other (REALIGN_PAPER names their folder)
	$(BIN)/python -m benchmarks.replay

bench-unlabelled: $(VENV)/.test  ## what retrieval says of languages without labels (REALIGN_DATA names the corpora)
	$(BIN)/python -m benchmarks.unlabelled african-pos --subsets 120

bench-expressions: $(VENV)/.test  ## known subsets on the task of the demo, with three seeds (15 minutes)
	$(BIN)/python -m benchmarks.expressions

bench-chaos: $(VENV)/.test  ## workers that are killed at random moments, and what is lost (10 minutes; a PostgreSQL server)
	$(BIN)/python -m benchmarks.chaos
	$(BIN)/python -m benchmarks.chaos.offline

bench-scale: $(VENV)/.test  ## trials, measurements and languages by the thousand (20 minutes and more; a PostgreSQL server)
	$(BIN)/python -m benchmarks.scale

fuzz: $(VENV)/.test  ## 10,000 hostile files for every reader (20 minutes of one core; goes on where it stopped)
	$(BIN)/python -m benchmarks.fuzz

bench-store: $(VENV)/.test  ## how storing one more measurement grows with those stored
	$(BIN)/python -m benchmarks.store

bench-effects: $(VENV)/.test  ## the model of effects against the tables (REALIGN_DATA names the corpora)
	$(BIN)/python -m benchmarks.effects

bench-peers: $(VENV)/.test  ## regret of searches on the tables, beside their peers (REALIGN_DATA names the corpora)
	$(PIP) install -q -c constraints.txt -e '.[bench-peers]'
	$(BIN)/python -m benchmarks.peers

bench-scaled: $(VENV)/.test  ## how small-scale runs rank subsets, and what leaving rung 1 out saves (half an hour; REALIGN_DATA)
	$(BIN)/python -m benchmarks.scaled
	$(BIN)/python -m benchmarks.scaled.rung1

bench-held-out: $(VENV)/.test  ## languages no search sees: how to choose for them, and which get the realigned encoder (a minute)
	$(BIN)/python -m benchmarks.held_out

bench-tables: $(VENV)/.test  ## what is missing of the tables by target (many hours, goes on where it stopped; REALIGN_DATA)
	for task in african-pos ud-pos time-expressions names; do $(BIN)/python -m benchmarks.tables $$task || exit 1; done
	$(BIN)/python -m benchmarks.tables

reproduce: $(VENV)/.test  ## search and full runs of a task of the real study, STUDY=time-expressions (hours; goes on where it stopped)
	$(PIP) install -q -c constraints.txt -e '.[bench-peers,ner]'
	$(BIN)/python -m benchmarks.study $(basename $(notdir $(STUDY))) --dir $(RUNS) --workers $(WORKERS)

figures: $(VENV)/.test  ## summary, tables and figures of the real study from the rows that are there
	$(BIN)/python -m benchmarks.study

clean:  ## remove the virtual environment and caches (results stay)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
