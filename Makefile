# make demo    the whole program against a simulated Hub: no network but the package index, no token
# make test    every test
# make check   test, lint, types and import contracts: what CI runs
# make bench   speed, memory and growth, each figure beside its yardstick
# make fuzz    odd words, files and environments for SECONDS; findings come with their seeds
# make soak    the fault tests at a large size
# make lock    new versions into the lock files
# make cookbook  the answers in docs/cookbook.md, asked anew

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check lint types contracts format bench fuzz soak cookbook lock clean

demo: $(VENV)/.runtime
	@$(BIN)/hubtrends demo --out demo

test: $(VENV)/.dev
	$(BIN)/pytest

check: test lint types contracts

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

SECONDS ?= 60
fuzz: $(VENV)/.dev
	nice -n 19 $(BIN)/python -m tests.fuzz $(SECONDS)

soak: $(VENV)/.dev
	HUBTRENDS_SOAK_COMMITS=80 HUBTRENDS_SOAK_MODELS=300000 HUBTRENDS_SOAK_KILLS=20 \
		$(BIN)/pytest -n 0 --timeout 3000 tests/db/commit/test_commit_soak.py tests/hubtrends/test_soak.py

cookbook: $(VENV)/.dev
	$(BIN)/python -m tests.cookbook

# A stamp is newer than what it was made from, so that a second run installs nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

# Hashes and no index lines: the files name no place that packages come from.
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --quiet
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) demo out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
