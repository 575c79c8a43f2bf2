# Everything starts here; each target sets up what it needs in .venv by itself.
#
#   make demo        five towns to talk with in the browser; Ctrl-C stops it
#   make test        every check and test; what this machine lacks is named
#   make quick       the tests of values, flows, words and counting, within a minute
#   make lint        format, lint and types only
#   make messages    collect the texts to translate
#   make bench       measurements, each with its peer beside it
#   make simulate    the world in one process; SEEDS=800
#   make fuzz        the property tests, with many more examples; EXAMPLES=5000
#   make test-long   every test, those that take minutes too, then fuzz and simulate
#   make lock        choose the newest versions that fit and write requirements.lock
#   make clean       remove what was made; your data in var/ stays

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Images of containers often set it; the tests start hundreds of processes, and each would read all
# source anew: half a second.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(BARAZA_DATA),var)
SEEDS ?= 800
EXAMPLES ?= 5000
# Two cores are the smallest machine that we promise to pass on.
WORKERS ?= 2
# Half of the time a test waits for processes and servers.
TESTERS ?= 4
QUICK := tests/flows tests/counting tests/i18n tests/country tests/exports \
  tests/test_transcripts.py tests/test_flows_lock.py tests/test_keys.py tests/test_settings.py
# Errors alone: a pip of today tells at length what an editable installation is.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# Python compiles what it imports by itself: a fifth of what is installed.
PIP_INSTALL := $(PIP) install --constraint requirements.lock --no-compile

.PHONY: help demo test quick lint messages bench simulate fuzz test-long lock clean

help:
	@sed -n 's/^#   make/make/p' Makefile

# --- the environment -------------------------------------------------------------------------

# Asks each Python itself: a name in the path may be a stub that only says "not found".
$(BIN)/python:
	@for python in "$${PYTHON:-}" python3.11 python3 python3.12 python3.13 python3.14; do \
	  [ -n "$$python" ] && command -v "$$python" >/dev/null || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$$python cannot make environments: apt-get install python3-venv, then make again." >&2; \
	    exit 1; }; \
	  echo "Setting up $(VENV) with $$($$python --version)." >&2; \
	  "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; \
	  exit 0; \
	done; \
	echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3 if it is not in the path." >&2; \
	exit 1

# setuptools first and from the lock, so that building ourselves fetches nothing that is not in it;
# and a pip of today: one that comes with Python 3.11 takes three times as long to choose.
$(VENV)/.installed: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing what the program and its pictures need." >&2
	@$(PIP_INSTALL) --upgrade pip setuptools
	@$(PIP_INSTALL) --no-build-isolation --editable '.[pictures]'
	@touch $@

# In one go: to look through twice what the program needs takes a third longer.
$(VENV)/.installed-dev: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing what the program and its tests need." >&2
	@$(PIP_INSTALL) --upgrade pip setuptools
	@$(PIP_INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $(VENV)/.installed $@

# --- the program -----------------------------------------------------------------------------

# .filling says that a filling was cut short: it is begun again, which adds nothing twice.
demo: $(VENV)/.installed
	@if [ ! -e $(DATA)/baraza.db ] || [ -e $(DATA)/.filling ]; then \
	  mkdir -p -m 700 $(DATA); touch $(DATA)/.filling; \
	  $(BIN)/baraza demo --residents 150 --seed 1; \
	  rm $(DATA)/.filling; \
	fi
	@exec $(BIN)/baraza run --demo

# --- the checks ------------------------------------------------------------------------------

lint: $(VENV)/.installed-dev
	@echo "== format"; $(BIN)/ruff format --check .
	@echo "== lint"; $(BIN)/ruff check .
	@echo "== types"; $(BIN)/mypy --num-workers $(WORKERS)

test: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory --jobs 2 lint $(VENV)/.compiled
	@echo "== texts"; $(BIN)/baraza messages check
	@echo "== countries"; $(BIN)/baraza country check
	@echo "== what this machine has"; $(BIN)/python -m tests.needs
	@echo "== tests"; $(BIN)/python -m pytest -n $(TESTERS) --dist worksteal

# Each of the processes that test would compile the same modules at the same time, and rewrite the
# same assertions. What is wrong with one is told when it is tested.
$(VENV)/.compiled: | $(VENV)/.installed-dev
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 || true
	@touch $@

# What starts no process and no server. A minute is the most that it may take.
quick: $(VENV)/.installed-dev
	@timeout 60 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(QUICK)

messages: $(VENV)/.installed-dev
	@$(BIN)/baraza messages extract

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks

simulate: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.world --seeds $(SEEDS)

fuzz: $(VENV)/.installed-dev
	@BARAZA_TEST_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -n $(WORKERS) -m hypothesis --timeout 3600

test-long: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n $(WORKERS) -m 'long or not long' --timeout 3600
	@$(MAKE) --no-print-directory fuzz simulate

# --- upkeep ----------------------------------------------------------------------------------

lock: $(BIN)/python
	@rm -rf $(VENV)/lock && $(BIN)/python -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip --disable-pip-version-check --quiet install --upgrade pip setuptools
	@$(VENV)/lock/bin/python -m pip --disable-pip-version-check --quiet install --no-build-isolation --editable '.[dev]'
	@{ sed -n '1p' requirements.lock; \
	  $(VENV)/lock/bin/python -m pip --disable-pip-version-check freeze --all --exclude-editable; \
	  } > requirements.lock.new
	@mv requirements.lock.new requirements.lock
	@rm -rf $(VENV)/lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find bot storage desk tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
