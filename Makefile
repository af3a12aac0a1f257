PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed
HANDOVER := .venv-handover/.installed

.DEFAULT_GOAL := run
.PHONY: install run test test-all lint types check bench handover-env

$(READY): requirements.txt requirements-dev.txt constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt --constraint constraints.txt
	touch $@

# What annotation tools bring, for tests alone: apart from .venv, whose torch they see.
$(HANDOVER): requirements-handover.txt | $(READY)
	test -d .venv-handover || $(PYTHON) -m venv .venv-handover
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > $$(echo .venv-handover/lib/python*/site-packages)/product.pth
	.venv-handover/bin/pip install --quiet --disable-pip-version-check --requirement requirements-handover.txt
	touch $@

install: $(READY)

handover-env: $(HANDOVER)

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
