# Two commands do all set-up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-quick check bench campaign clean

run: $(VENV)/.run-ready
	@exec $(BIN)/motcua run

test: $(VENV)/.test-ready
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --maxprocesses=4

test-quick: $(VENV)/.test-ready
	$(BIN)/python -m pytest -m "not browser and not slow" -x

# SEEDS=a-b, DOSSIERS=n; a seed that is in TABLE already is left out, so it may be stopped and started again
SEEDS ?= 1-5
DOSSIERS ?= 500
TABLE ?= var/campaign.jsonl
campaign: $(VENV)/.test-ready
	$(BIN)/python -m tests.campaign --seeds $(SEEDS) --dossiers $(DOSSIERS) --table $(TABLE)

bench: $(VENV)/.test-ready
	$(BIN)/python -m bench

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=/path/to/python3.11 make run)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The lock for tests holds everything of the lock for running.
$(VENV)/.run-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.test-ready || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test-ready: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) build src/*.egg-info
