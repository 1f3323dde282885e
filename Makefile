# Two commands are enough: `make run` and `make test`. Each installs what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
BUILD := .build
UV_VERSION := 0.13.9
TORCH_VERSION := 2.13.0
export RASA_TELEMETRY_ENABLED := false
export PYTHONWARNINGS := ignore
export TQDM_DISABLE := 1
export OMP_NUM_THREADS ?= 2
# Modules are compiled once, wherever Python would leave them and whether or not it may: a start takes 22 s where it took 38.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(BUILD)/compiled
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(BUILD)/.installed $(BUILD)/encoder/encoder.onnx  ## install everything into .venv and build the encoder

$(BUILD)/.installed: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install python3.11 and python3.11-venv"; exit 1; }
	@mkdir -p $(BUILD)
	@echo "1/2 installing $$(grep -c '==' requirements.lock) packages into $(VENV) (once, about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "the venv module is missing: install python3.11-venv"; exit 1; }
	@$(BIN)/python -c "import uv" 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/python -m uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@touch $@

$(BUILD)/encoder/encoder.onnx: $(BUILD)/.installed bot/language/graph.py bot/language/build_encoder.py
	@echo "2/2 building the sentence encoder from its published weights (once, a few seconds)"
	@rm -f $@
	@$(BIN)/python -m bot.language.build_encoder published $(BUILD)/encoder

train: setup  ## train when content changed
	@echo "training"
	@$(BIN)/python -m bot.training

run: train  ## start everything on loopback and print the address of the chat
	@$(BIN)/python -m bot serve

demo: train  ## everything with made-up helplines, workers and conversations
	@$(BIN)/python -m deploy.demo

demo-codes:  ## the codes of the made-up workers, as they are now
	@$(BIN)/python -m deploy.demo codes

encoder: setup  ## adapt the sentence encoder to the labelled data (PyTorch, about 20 minutes; FROM_KEPT=1 goes on from the one kept)
	@test -x .venv-encoder/bin/python || $(PYTHON) -m venv .venv-encoder
	@.venv-encoder/bin/pip install --quiet --disable-pip-version-check torch==$(TORCH_VERSION) numpy tokenizers safetensors PyYAML
	@$(BIN)/python -m bot.language.build_encoder unpack $(BUILD)/start
	@.venv-encoder/bin/python -m bot.training.adapt $(BUILD)/encoder $(BUILD)/adapted $(if $(FROM_KEPT),--start $(BUILD)/start --epochs 2)
	@$(BIN)/python -m bot.language.build_encoder adapted $(BUILD)/adapted bot/language/weights

system-packages:
	@./tests/system-packages.sh

test: system-packages train  ## every test, the fast ring first
	@$(BIN)/python -m pytest -q -n 2 tests/unit
	@$(BIN)/python -m pytest -q tests/integration tests/contract tests/conversations tests/nlu tests/safety
	@$(BIN)/python -m pytest -q tests/e2e

fast: train  ## the fast ring: unit tests, under two minutes
	@$(BIN)/python -m pytest -q -n 2 tests/unit

lint: setup  ## style, types, imports, content
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m bot content check

bench: train  ## this service beside the stock Rasa pipeline, in one run, onto deploy/docs/bench.md
	@$(BIN)/python -m tests.bench

VISITORS ?= 200
load: SECONDS ?= 600
load: train  ## visitors at once on loopback, onto deploy/docs/load.md: make load SECONDS=60 VISITORS=200
	@$(BIN)/python -m tests.load --visitors $(VISITORS) --seconds $(SECONDS) --keep visitors

growth: train  ## what a message costs after 10, 100 and 500 turns, and beside 2,000 open connections
	@$(BIN)/python -m tests.load.growth

faults: train  ## break every part in every way while visitors write, and write deploy/docs/faults.md
	@$(BIN)/python -m tests.faults

safety-report: train  ## how well danger is noticed, on voices held apart
	@$(BIN)/python -m tests.safety.report

nlu-report: train  ## how well topics and roles are understood, on voices held apart
	@$(BIN)/python -m tests.nlu.report

handoff-crash: setup  ## 2,000 handoffs while gateway, workers and Redis are killed: nothing lost, nothing doubled
	@$(BIN)/python -m tests.integration.handoff.crash --handoffs 2000 --store redis
	@$(BIN)/python -m tests.integration.handoff.crash --handoffs 2000 --store sqlite

lock:  ## resolve requirements.lock from pyproject.toml
	@$(BIN)/python -m uv pip compile pyproject.toml --group dev --group encoder --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet -o $(BUILD)/lock
	@{ echo "# Every package with its version and hashes, resolved from pyproject.toml by 'make lock'; installed by 'make setup'."; cat $(BUILD)/lock; } > requirements.lock

clean:  ## remove what was built and installed
	rm -rf $(BUILD) $(VENV) .venv-encoder .mypy_cache .ruff_cache .pytest_cache .hypothesis .rasa

.PHONY: help setup train run demo demo-codes encoder system-packages test fast lint bench load growth faults handoff-crash \
	safety-report nlu-report lock clean
