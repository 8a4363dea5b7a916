# Everything a person does with this checkout. Needs Python 3.11 or newer, gcc and make; the rest goes into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help env run test check fix bench soak coverage lock clean

help:  ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

env: $(VENV)/.installed  ## build .venv from the lock; nothing to do while it is up to date

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; say which one with: make PYTHON=python3.13 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo 'This Python cannot make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: requirements-dev.lock $(VENV)/.created
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-compile --require-hashes -r $<
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib || true
	@touch $@

lock:  ## resolve the dependencies of pyproject.toml anew (needs the network)
	$(PYTHON) -m venv --clear .lock-venv
	.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.lock-venv/bin/uv pip compile $(LOCK) -o requirements.lock pyproject.toml
	.lock-venv/bin/uv pip compile $(LOCK) -o requirements-dev.lock -c requirements.lock --group dev pyproject.toml
	rm -rf .lock-venv
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:  ## remove the environment and everything that was generated
	rm -rf $(VENV) .lock-venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov var
	find app alembic tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
