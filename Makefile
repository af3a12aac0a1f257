PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed

.DEFAULT_GOAL := run
.PHONY: install run test test-all lint types check bench handover-env peers-env

$(READY): requirements.txt requirements-dev.txt constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt --constraint constraints.txt
	touch $@

# What tests and benchmarks alone read with or measure against: apart from .venv, whose torch they see.
.venv-%/.installed: requirements-%.txt | $(READY)
	test -d .venv-$* || $(PYTHON) -m venv .venv-$*
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > $$(echo .venv-$*/lib/python*/site-packages)/product.pth
	.venv-$*/bin/pip install --quiet --disable-pip-version-check --requirement requirements-$*.txt
	touch $@

install: $(READY)

handover-env: .venv-handover/.installed

peers-env: .venv-peers/.installed

run: install
	$(BIN)/streamlit run app.py

test: install
	$(BIN)/pytest -n logical --dist worksteal

test-all: install
	$(BIN)/pytest -m "slow or not slow" --cov --cov-report=term

lint: install
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

check: lint types test-all

bench: install peers-env
	PYTHONPATH=. $(BIN)/python benchmarks/speed.py $(QUICK)
