PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed

.DEFAULT_GOAL := run
.PHONY: install run test test-all lint types check bench

$(READY): requirements.txt requirements-dev.txt constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt --constraint constraints.txt
	touch $@

install: $(READY)

run: install
	$(BIN)/streamlit run app.py

test: install
	$(BIN)/pytest

test-all: install
	$(BIN)/pytest -m "slow or not slow" --cov --cov-report=term

lint: install
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

check: lint types test-all

bench: install
	for script in benchmarks/*.py; do PYTHONPATH=. $(BIN)/python $$script || exit 1; done
