PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 3600
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run build test test-all test-data soak pictures lint clean

run: $(VENV)/ready build
	$(BIN)/cybergov serve --port $(PORT)

build: $(VENV)/ready
	$(BIN)/cybergov build

test: $(VENV)/ready
	$(BIN)/python -m pytest -m "not browser and not slow" -n auto --maxprocesses 4 --dist loadfile

test-all: lint test
	$(BIN)/python -m pytest -m "browser or slow"

test-data: $(VENV)/ready
	$(BIN)/python tests/standards.py

soak: $(VENV)/ready
	$(BIN)/python tests/soak.py $(SECONDS)

pictures: $(VENV)/ready
	$(BIN)/python tests/pictures.py

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) var dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/ready: pyproject.toml hatch_build.py $(wildcard webapp/bundle/*.json webapp/bundle/entries/*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@
