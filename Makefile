# The commands of this repository. Each works on a fresh machine with Python 3.11 and brings what it
# needs: `make demo` shows Evenhand, `make test` proves it on a real PostgreSQL and a real Kafka.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE = .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Names like `commands` are common: never import one from the folder a command happens to run in.
export PYTHONSAFEPATH := 1

.PHONY: help demo test check format bench lock clean prepare tools

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

demo: .venv/app.stamp ## A company's months of life, closed, replayed and explained
	@$(BIN)/evenhand demo $(if $(shell test -t 0 && test -t 1 && echo terminal),,--no-serve)

test: prepare ## Every test, with a real PostgreSQL, a real Apache Kafka and a real Chromium
	@$(BIN)/pytest -n $(WORKERS) $(PYTEST)

check: .venv/dev.stamp ## Lint, format, types and the import chain; every warning is an error
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/pyright --warnings
	@$(BIN)/lint-imports

format: .venv/dev.stamp ## Format, and repair what can be repaired
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: prepare ## Every bench, or those of BENCH; results in bench/results/, docs/performance.md
	@$(BIN)/python -m bench $(BENCH)

lock: .cache/lock/bin/uv ## Lock the dependencies again, with hashes and without host names
	@$(COMPILE) --all-extras --group dev $(UPGRADE) pyproject.toml -o requirements/dev.txt
	@$(COMPILE) --extra postgres -c requirements/dev.txt pyproject.toml -o requirements/app.txt
	@$(COMPILE) --group build -c requirements/dev.txt -o requirements/build.txt

clean: ## Remove what these commands made, except downloads in .cache
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@rm -f evenhand-demo.db evenhand-demo.db-wal evenhand-demo.db-shm
	@find . -path ./.cache -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

prepare: tools .venv/dev.stamp

# Java runs Apache Kafka, Maven fetches it, Chromium shows pages. As root on Debian we install them;
# else we say so.
tools:
	@missing=; \
	command -v mvn > /dev/null || missing="$$missing maven"; \
	command -v java > /dev/null || missing="$$missing default-jre-headless"; \
	command -v chromium > /dev/null || missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	        apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	            apt-get install -y -qq --no-install-recommends $$missing > /dev/null; \
	    else \
	        echo "not installed:$$missing (the tests need them)" >&2; \
	    fi; \
	fi

.venv/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || { \
	    [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv > /dev/null; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@$(PYTHON) -m venv .venv

# A virtual environment with the tools has everything the application needs, so it counts as both.
.venv/dev.stamp: requirements/dev.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@PATH="$$PWD/.venv/bin:$$PATH" $(PIP) install --no-deps --no-build-isolation -e .
	@touch .venv/app.stamp $@

.venv/app.stamp: requirements/app.txt requirements/build.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements/app.txt -r requirements/build.txt
	@PATH="$$PWD/.venv/bin:$$PATH" $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.cache/lock/bin/uv:
	@$(PYTHON) -m venv .cache/lock
	@.cache/lock/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.13,<0.14'
