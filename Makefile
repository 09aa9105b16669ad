# Every target does the set-up it needs. `make` alone lists them.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
# The tests start sheetd some hundred times; to compile it each time quadruples its start.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?=

# Two workers halve the time of the tests.
WORKERS ?= auto

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort \
		| awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: setup
setup: $(STAMP) ## Make .venv with the locked dependencies and sheetd itself

$(STAMP): pyproject.toml requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON). Install Python 3.11 or newer, or say PYTHON=/path/to/python." >&2; \
		exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: sheetd needs Python 3.11 or newer." >&2; \
		echo "Install one and say where it is: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv." >&2; \
		rm -rf $(VENV); exit 2; }
	@echo "Installing the locked dependencies into $(VENV) (once)…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-input \
		--no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-input \
		--no-deps --no-build-isolation -e .
	@touch $@

.PHONY: demo
demo: $(STAMP) ## Show a sample sheet after one cycle; no account needed
	@$(BIN)/sheetd demo

.PHONY: test
test: $(STAMP) ## Run all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

# The decisions, the promises of each port, whole cycles, and what an attacked sheet keeps.
FAST := tests/unit/domain tests/unit/sheets tests/unit/settings tests/contract \
	tests/integration/test_cycle.py tests/chaos/test_attack.py \
	--deselect 'tests/chaos/test_attack.py::test_no_user_cell_is_touched_and_every_result_ends_on_its_row[8]'

.PHONY: test-fast
test-fast: $(STAMP) ## Run the most telling tests, in under a minute
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(PYTEST_ARGS) $(FAST)

# Coverage's own settings are in pyproject.toml. Measuring triples the time of a cycle.
.PHONY: coverage
coverage: $(STAMP) ## Run all tests and measure their branch coverage (twice the time)
	@$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term $(PYTEST_ARGS)

# How many times the usual number of examples.
TIMES ?= 50

.PHONY: test-drawn
test-drawn: $(STAMP) ## Run the property tests at large: new examples, 50 times as many
	SHEETD_TEST_TIMES=$(TIMES) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal \
		-m hypothesis $(PYTEST_ARGS)

.PHONY: test-chaos
test-chaos: $(STAMP) ## Let a user act 10,000 times between any two requests
	@$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

.PHONY: test-plans
test-plans: $(STAMP) ## Compare 500 dry runs with the runs after them
	SHEETD_TEST_PLANS=250 $(BIN)/python -m pytest -q -n $(WORKERS) tests/chaos/test_plans.py

# 27 operations, 12 cases of each, 31 times.
.PHONY: test-api
test-api: $(STAMP) ## Ask the API 10,000 cases drawn from its own description
	SHEETD_TEST_TIMES=31 $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal \
		tests/integration/web/test_api_cases.py $(PYTEST_ARGS)

.PHONY: test-hostile
test-hostile: $(STAMP) ## Have 2,000 hostile pages, feeds and documents read in rows of a sheet
	@$(BIN)/python -m tests.hostile $(HOSTILE_ARGS)

.PHONY: test-kill
test-kill: $(STAMP) ## Kill sheetd 1,000 times, at every step and at random instants
	@$(BIN)/python -m tests.kill $(KILL_ARGS)

.PHONY: test-sandbox
test-sandbox: $(STAMP) ## Ask the sandbox 2,000 random sequences of requests over HTTP
	@$(BIN)/python -m tests.unit.sandbox $(SANDBOX_ARGS)

.PHONY: test-stateful
test-stateful: $(STAMP) ## Try 1,000 orders of events, of up to 30 steps each
	SHEETD_TEST_EXAMPLES=1000 $(BIN)/python -m pytest -q tests/stateful

.PHONY: test-trouble
test-trouble: $(STAMP) ## Put the daemon through 60 kinds of trouble, each for three lengths of time
	SHEETD_TEST_TROUBLE=all $(BIN)/python -m pytest -q -n $(WORKERS) tests/trouble $(PYTEST_ARGS)

.PHONY: test-interrupt
test-interrupt: $(STAMP) ## Press Ctrl-C at twenty moments of every command
	SHEETD_TEST_MOMENTS=20 $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile tests/acceptance/test_interrupt.py

.PHONY: test-upgrades
test-upgrades: $(STAMP) ## Take over mirrors that earlier commits make, and go back (needs git's history)
	@$(BIN)/python -m tests.upgrades $(UPGRADES_ARGS)

.PHONY: soak
soak: $(STAMP) ## Run 30 days of schedule on an accelerated clock
	@$(BIN)/python -m tests.soak $(SOAK_ARGS)

.PHONY: test-systemd
test-systemd: $(STAMP) ## Run the units in a real systemd, booted as root (else skipped)
	SHEETD_TEST_SYSTEMD=1 $(BIN)/python -m pytest -q tests/systemd -m systemd -rs -s

.PHONY: test-install
test-install: $(STAMP) ## Install from the ranges with old pips and the newest; load all tools
	$(BIN)/python scripts/check_install.py $(INSTALL_ARGS)

.PHONY: test-live
test-live: $(STAMP) ## Hold Google to what sheetd relies on, with an account of yours
	@test -n "$$SHEETD_LIVE_CREDENTIALS" -a -n "$$SHEETD_LIVE_SPREADSHEET" || { \
		echo "Set SHEETD_LIVE_CREDENTIALS (a service account's key, a token file of sheetd login, or adc)" >&2; \
		echo "and SHEETD_LIVE_SPREADSHEET (a spreadsheet made for this, which that account may edit);" >&2; \
		echo "CONTRIBUTING.md says more." >&2; \
		exit 2; }
	$(BIN)/python -m pytest -q tests/live -m live -n0 -rs

.PHONY: lint
lint: $(STAMP) ## Check style, types, layers and the lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/check_lock.py

.PHONY: bench
bench: $(STAMP) ## Measure cycles of 100,000 rows against the floor of the same data
	@$(BIN)/python benchmarks/large_sheet.py

.PHONY: bench-growth
bench-growth: $(STAMP) ## Measure how the time for long text and many rows grows
	@$(BIN)/python benchmarks/growth.py

.PHONY: bench-web
bench-web: $(STAMP) ## Measure the dashboard's answers and memory with 100,000 rows
	@$(BIN)/python benchmarks/dashboard.py $(BENCH_ARGS)

.PHONY: bench-start
bench-start: $(STAMP) ## Measure how long commands take to start, against what they import at least
	@$(BIN)/python benchmarks/start_up.py

.PHONY: footprint
footprint: $(STAMP) ## Measure what an idle daemon costs: syncs, bytes, processor, memory
	@$(BIN)/python benchmarks/footprint.py $(FOOTPRINT_ARGS)

# Lines of JSON as in SkillSpan's dev.json (github.com/kris927b/SkillSpan, MIT).
DATA ?= ../shared/skillspan/dev.json

.PHONY: bench-keywords
bench-keywords: $(STAMP) ## Measure keyword_analyzer on postings with marked terms, DATA=file
	@test -f $(DATA) || { \
		echo "There is no $(DATA). Say DATA=path of SkillSpan's dev.json." >&2; exit 2; }
	@$(BIN)/python benchmarks/keywords.py $(DATA)

.PHONY: man
man: $(STAMP) ## Write docs/sheetd.1 from the help of the commands
	@$(BIN)/python -m scripts.manpage

.PHONY: tool-pages
tool-pages: $(STAMP) ## Write docs/tools from what the built-in tools say of themselves
	@$(BIN)/python -m scripts.tool_pages

.PHONY: openapi
openapi: $(STAMP) ## Write docs/openapi.json from the routes of the API
	@$(BIN)/python -m scripts.openapi

.PHONY: fmt
fmt: $(STAMP) ## Format the code and fix what the linter can fix
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

.PHONY: hooks
hooks: $(STAMP) ## Have git run the checks before each commit
	$(BIN)/pre-commit install

# Poetry lives outside $(VENV), so that it cannot mix with what it manages.
POETRY_VENV ?= $(HOME)/.cache/sheetd-poetry
POETRY := $(POETRY_VENV)/bin/poetry
$(POETRY):
	$(PYTHON) -m venv $(POETRY_VENV)
	$(POETRY_VENV)/bin/pip install -q 'poetry>=2.2,<3' poetry-plugin-export poetry-plugin-pypi-mirror

.PHONY: lock
lock: $(POETRY) ## Lock the dependencies of pyproject.toml and export them (needs a network)
	$(POETRY) lock $(LOCK_ARGS)
	$(POETRY) export --format requirements.txt --output requirements.txt
	$(POETRY) export --format requirements.txt --with dev --output requirements-dev.txt
	$(PYTHON) scripts/check_lock.py

.PHONY: clean
clean: ## Remove all that make has made
	rm -rf $(VENV) dist build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
