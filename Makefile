# Everything runs from wheels in .venv; nothing here needs root, a container engine, a GPU or a key.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: up down status test lint gen bench lock clean

up: $(READY) ## sets everything up, starts the mesh, asks a first question
	@$(BIN)/uat up

down: ## stops the mesh; what it stored stays
	@test ! -x $(BIN)/uat || $(BIN)/uat down

status: $(READY) ## shows every part and service
	@$(BIN)/uat status

test: $(READY) ## runs the tests
	@$(BIN)/pytest

lint: $(READY) ## contracts, freshness of gen/, style, types, and the arrows of the design
	@$(BIN)/python -m services.codegen lint
	@$(BIN)/python -m services.codegen breaking --against $(AGAINST)
	@$(BIN)/python -m services.codegen check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

gen: $(READY) ## makes gen/, istio/ and the chart's generated part from protos/
	@$(BIN)/python -m services.codegen generate
	@$(BIN)/python -m services.codegen deploy > /dev/null

bench: $(READY) ## measures us beside our peers, in one run
	@$(BIN)/python -m tests.bench all

lock: $(READY) ## writes requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --system-certs pyproject.toml --group dev --universal --python-version 3.11 --no-emit-index-url --generate-hashes --quiet --output-file requirements.lock

clean: down ## takes away everything that is not in git, the mesh's data included
	@rm -rf $(VENV) .mesh .bench

# The contracts that must not be broken: those of main, as far as this clone knows them.
AGAINST ?= $(shell git rev-parse --verify --quiet origin/main || git rev-parse --verify --quiet main || echo HEAD)

$(READY): requirements.lock pyproject.toml
	@echo "setting up $(VENV)"
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11 to 3.13 is needed; this is %d.%d. Try: make PYTHON=python3.12 ..." % v)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $(VENV)/uv.txt
	@$(BIN)/uv pip sync --system-certs --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --system-certs --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
