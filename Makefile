# Everything a person does with this checkout. Needs Python 3.11 or newer, gcc and make; the rest goes into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# Processes that run the tests: one more than there are cores, but no more than eight; 0 is this one, for a debugger.
WORKERS ?= auto
SPREAD  = -n $(WORKERS) --maxprocesses 8 --dist worksteal
LOCK   := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help env run test coverage check fix bench soak lock clean

help:  ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

env: $(VENV)/.complete  ## build .venv from the locks; nothing to do while it is up to date

run: $(VENV)/.runtime  ## build a demonstration, show one scored sheet, serve on http://127.0.0.1:$(PORT)
	@$(BIN)/python -m app demo --serve --port $(PORT)

test: $(VENV)/.complete  ## run the suite on SQLite, and on PostgreSQL where one answers
	$(BIN)/python -m pytest $(SPREAD)

coverage: $(VENV)/.complete  ## every branch of the pure core is taken by its own tests
	$(BIN)/python -m coverage erase
	COVERAGE_PROCESS_START=$(CURDIR)/pyproject.toml REQUIRE_POSTGRES= \
	  $(BIN)/python -m pytest -q $(SPREAD) $(wildcard tests/scoring tests/checking)
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

check: $(VENV)/.complete  ## format, lint, types, floors
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: $(VENV)/.complete  ## format, and mend what the linter can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.bench  ## run every benchmark
	@set -e; for each in bench/*.py; do echo "== $$each"; $(BIN)/python "$$each"; done

soak: $(VENV)/.complete  ## the long tests: many generated cases, kills, load
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest $(SPREAD) -m soak; code=$$?; \
	[ $$code -ne 5 ] || { echo 'There is no soak test to run.'; exit 0; }; exit $$code

lock:  ## resolve the dependencies of pyproject.toml anew (needs the network)
	$(PYTHON) -m venv --clear .lock-venv
	.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.lock-venv/bin/uv pip compile $(LOCK) -o requirements.lock pyproject.toml
	.lock-venv/bin/uv pip compile $(LOCK) -o requirements-dev.lock -c requirements.lock --group dev pyproject.toml
	.lock-venv/bin/uv pip compile $(LOCK) -o requirements-bench.lock -c requirements-dev.lock --group pyproject.toml:bench
	rm -rf .lock-venv

clean:  ## remove the environment, caches and the demonstration
	rm -rf $(VENV) .lock-venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ---------------------------------------------------------------------------------------------
# Each step has its stamp: the empty environment, what the service needs, what checks and tests need, what is measured against.

INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-compile --require-hashes
COMPILE = $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or newer is needed; name one: make PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python cannot make virtual environments; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock $(VENV)/.created
	$(INSTALL) -r requirements.lock
	@$(COMPILE)
	@touch $@

$(VENV)/.complete: requirements-dev.lock $(VENV)/.runtime
	$(INSTALL) -r requirements-dev.lock
	@$(COMPILE)
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.complete
	$(INSTALL) -r requirements-bench.lock
	@touch $@
