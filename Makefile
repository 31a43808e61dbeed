# Two commands for a stranger: `make demo` and `make test`. Both do all set-up in .venv and need only Python >= 3.11.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint types imports docs check bench clean

demo: $(VENV)/.installed
	@$(BIN)/python examples/china_industry_2019_2020/demo.py

test: $(VENV)/.test
	$(BIN)/python -m pytest

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PIP) -e ".[test]"
	@touch $@

# What developers run: `make check` is what .ci/run runs after the tests.
$(VENV)/.dev: $(VENV)/.test
	$(PIP) --upgrade "pip>=25.1"
	$(PIP) --group dev -e ".[all]"
	@touch $@

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

check: lint types imports docs
	$(BIN)/python tools/check_factors.py

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench_account.py
	$(BIN)/python benchmarks/bench_slips.py
	$(BIN)/python benchmarks/bench_project.py --zones 32  # 169 take half an hour
	$(BIN)/python benchmarks/bench_sampling.py
	$(BIN)/python benchmarks/bench_decompose.py

clean:
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache .hypothesis
