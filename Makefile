# Everything runs from wheels in .venv; nothing here needs root, a container engine, a GPU or a key.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The tests wait more than they work; each worker starts parts of its own (about 2 GiB).
WORKERS ?= 3
TRITON := .venv-triton
TRITON_READY := $(TRITON)/.ready
COMPILE = $(BIN)/uv pip compile --system-certs --universal --python-version 3.11 --no-emit-index-url --generate-hashes --quiet

.PHONY: up down status test lint gen bench lock clean

up: $(READY) $(TRITON_READY) ## sets everything up, starts the mesh, asks a first question
	@$(BIN)/uat up

down: ## stops the mesh; what it stored stays
	@test ! -x $(BIN)/uat || $(BIN)/uat down

status: $(READY) ## shows every part and service
	@$(BIN)/uat status

test: $(READY) $(TRITON_READY) ## runs the tests
	@$(BIN)/pytest --numprocesses=$(WORKERS)

lint: $(READY) ## contracts, freshness of gen/, style, types, and the arrows of the design
	@$(BIN)/python -m services.codegen lint
	@$(BIN)/python -m services.codegen breaking --against $(AGAINST)
	@$(BIN)/python -m services.codegen check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest --quiet tests/contract # the call table is equal everywhere, every reason stands in its contract, the style rules refuse what they should

gen: $(READY) ## makes gen/, istio/ and the chart's generated part from protos/
	@$(BIN)/python -m services.codegen generate
	@$(BIN)/python -m services.codegen deploy > /dev/null

bench: $(READY) $(TRITON_READY) ## measures us beside our peers, in one run
	@$(BIN)/python -m tests.bench all

lock: $(READY) ## writes the two lock files from pyproject.toml
	@$(COMPILE) pyproject.toml --group dev --output-file requirements.lock
	@$(COMPILE) --group triton --output-file requirements-triton.lock

clean: down ## takes away everything that is not in git, the mesh's data included
	@rm -rf $(VENV) $(TRITON) .models .mesh .bench

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

# Triton's models need numpy 1, which has no wheel for Python 3.13: there another Python on PATH serves them.
TRITON_PYTHON = $(shell $(BIN)/python -c 'import sys; print(sys.executable if sys.version_info < (3, 13) else ">=3.11,<3.13")')

# Without it the mesh starts all the same and says what is missing, so a machine that can't have it stops nothing here.
$(TRITON_READY): requirements-triton.lock | $(READY)
	@echo "setting up $(TRITON)"
	@$(BIN)/uv venv --quiet --allow-existing --no-python-downloads --python "$(TRITON_PYTHON)" $(TRITON) || true
	@$(BIN)/uv pip sync --system-certs --quiet --python $(TRITON)/bin/python --require-hashes --only-binary :all: requirements-triton.lock \
	 && touch $@ || echo "$(TRITON) can't be set up: there will be no Triton until \`make $@\` works"
