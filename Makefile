# Two commands do everything: `make demo` and `make test`. Both build .venv first if it is missing or out of date.
.DEFAULT_GOAL := help
.PHONY: help demo test test-long test-oldest lint format types docs bench
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready
# One thread a library and one process a core is the fastest way through many small fits.
WORKERS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
TEST_ENV := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=Agg

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(READY): pyproject.toml constraints.txt
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test,dask,onnx]"
	@touch $(READY)

demo: $(READY) ## train, test and explain a pipeline on the bundled penguins -> mlknow-report/index.html
	$(RUN)/mlknow report

test: $(READY) ## the whole test suite
	$(TEST_ENV) $(RUN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not long"

test-long: $(READY) ## the long tier: many seeds, fuzzing, kills
	$(TEST_ENV) $(RUN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m long

test-oldest: ## the suite on the oldest supported versions
	test -x .venv-oldest/bin/python || $(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --constraint constraints-oldest.txt --editable ".[test,dask,onnx]"
	$(TEST_ENV) .venv-oldest/bin/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not long"

lint: $(READY) ## style
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

format: $(READY) ## rewrite in the house style
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

types: $(READY) ## static types
	$(RUN)/mypy

docs: $(READY) ## build the documentation without warnings -> docs/_build/html
	$(RUN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs,test]"
	$(TEST_ENV) $(RUN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(READY) ## every benchmark against its peers (installs them; takes hours)
	$(RUN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	for file in benchmarks/*.py; do $(RUN)/python $$file || exit 1; done
