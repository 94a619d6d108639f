# make demo    the whole program against a simulated Hub: no network but the package index, no token
# make test    every test
# make check   tests, linter, types and import contracts: what CI runs
# make bench   measure speed, memory and growth
# make fuzz    run the program with random arguments, files and environments for SECONDS
# make soak    the fault tests and the property tests at a large size
# make mutate  change TARGET, one place at a time, MUTANTS times within MINUTES; print what no test notices
# make lock    update the lock files
# make messages  bring the catalogues of the report up to date with its messages
# make cookbook  update the answers in docs/cookbook.md

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

.PHONY: demo test check lint types contracts format bench fuzz soak mutate cookbook messages lock clean

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
		$(BIN)/pytest -n 0 --timeout 3000 tests/db/commit/test_commit_soak.py tests/hubtrends/end_to_end/test_soak.py
	$(BIN)/pytest --timeout 3000 --hypothesis-profile soak $(shell grep -rl --include='test_*.py' '^@given\|^    @given' tests)

TARGET ?= db/commit
MUTANTS ?= 80
MINUTES ?= 15
mutate: $(VENV)/.mutate
	nice -n 19 $(BIN)/python -m tests.mutate $(TARGET) $(MUTANTS) $(MINUTES)

# The keywords are the methods and functions of reports/text/language.py that take a message.
messages: $(VENV)/.dev
	$(BIN)/pybabel -q extract -F reports/locales/mapping.ini -k say -k rich -k message -k plural:1,2 -k rich_plural:1,2 -k forms:1,2 \
		--no-location --omit-header -o $(VENV)/messages.pot reports
	for file in reports/locales/*.po; do \
		$(BIN)/pybabel -q update --no-fuzzy-matching --omit-header --ignore-obsolete -w 120 -i $(VENV)/messages.pot -o $$file -l $$(basename $$file .po); \
	done

cookbook: $(VENV)/.dev
	$(BIN)/python -m tests.cookbook

# A stamp is newer than what it was made from, so that a second run installs nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@echo "Installing into $(VENV): once, a minute or two."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/.mutate: requirements-mutate.lock $(VENV)/.dev
	$(PIP) install --require-hashes -r requirements-mutate.lock
	touch $@

# Hashes and no index lines: the files name no place that packages come from.
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --quiet
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock
	$(LOCK) --group mutate -c requirements-dev.lock -o requirements-mutate.lock

clean:
	rm -rf $(VENV) demo out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
