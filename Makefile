# Everything runs in a virtual environment of its own, made on first use.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SOURCES := src tests benchmarks

# Every process of the tests would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint check dist format site clean

demo: $(READY)  ## Render persons, fit an interpreter, explain pairs, write a report.
	$(BIN)/attrimeter demo

test: $(READY)  ## All tests.
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(READY)  ## Format, lint, types and import contracts.
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint  ## The same, and the site and the documents' code and commands, which `make test` runs as well.
	$(BIN)/python -m pytest tests/documents

dist: $(READY)  ## Build wheel and sdist, look into them, install the wheel into an empty environment and use it there.
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/python -m tests.release dist

format: $(READY)  ## Put the code in order.
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

site: $(READY)  ## The documentation, in build/site/index.html.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) attrimeter-demo build dist
