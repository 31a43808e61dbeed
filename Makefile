# Two commands for a stranger: `make demo` and `make test`. Both do all set-up in .venv and need only Python >= 3.11.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test explore lint types imports docs check browser-test oldest matrix audit release bench mutation fuzz clean

demo: $(VENV)/.installed
	@$(BIN)/python examples/china_industry_2019_2020/demo.py

# On all cores: alone on one it takes about ten minutes.
test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --maxprocesses 8

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -e ".[report]"
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

# The code on the pages is run first: a page whose code fails, or prints something else, fails the build.
docs: $(VENV)/.dev
	$(BIN)/python -m pytest -q tests/test_docs.py -k what_a_page_shows
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# What needs more than the test packages: pyam with its hundred dependencies, a type checker with stubs, mkdocs.
check: lint types imports docs
	$(BIN)/python tools/check_factors.py
	$(BIN)/python -m pytest tests/test_interop_pyam.py tests/test_tables_in_memory.py tests/test_typing.py tests/test_docstrings.py

$(VENV)/.browser: $(VENV)/.test
	$(PIP) --upgrade "pip>=25.1"
	$(PIP) --group browser -e ".[report]"
	@touch $@

# Every property with eight times the examples, others each time: minutes, MORE=30 the better part of an hour.
explore: $(VENV)/.test
	PYTHONPATH=tests MORE=$(or $(MORE),8) $(BIN)/python -m pytest -p exploring -m hypothesis tests

# The report in a real browser. Chromium and Chinese fonts are installed with apt-get where that is allowed; screenshots
# are kept in tests/browser/shots.
browser-test:
	@chromium=$$(sh tests/browser/chromium.sh) || { echo "NOT RUN: $$chromium"; exit 0; }; \
	$(MAKE) --no-print-directory $(VENV)/.browser && \
	ZONECARBON_CHROMIUM=$$chromium $(BIN)/python -m pytest tests/browser

# The lowest versions that pyproject.toml allows: pandas 2.2 beside pandas 3. Python 3.11 or 3.12, which they run on.
OLDEST ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in {(3, 11), (3, 12)})' 2>/dev/null && echo $$p && break; done)
OLDEST_TESTS = tests/test_read.py tests/test_wide.py tests/test_workbook.py tests/test_write.py tests/test_template.py \
	tests/test_interop.py tests/test_embedding.py tests/test_notebooks.py tests/test_indicators.py \
	tests/test_formula_kinds.py tests/test_formula_carriers.py tests/test_activity.py tests/test_records.py \
	tests/test_plots.py tests/test_report.py tests/test_report_workbook.py tests/kernels/test_lmdi.py

oldest:
	@if test -z "$(OLDEST)"; then echo "NOT RUN: the lowest versions need Python 3.11 or 3.12, which is not here"; else \
	test -x .venv-oldest/bin/python || $(OLDEST) -m venv .venv-oldest && \
	.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-oldest.txt -e . \
		openpyxl pyarrow xarray scipy matplotlib jinja2 mpmath pytest hypothesis jsonschema fastapi httpx uvicorn && \
	.venv-oldest/bin/python -m pytest -p no:cacheprovider $(OLDEST_TESTS); fi

# Each Python that is here with the newest, the pinned and the lowest versions; a table in tests/matrix/RESULTS.md. The
# better part of an hour. MATRIX=--all is the whole suite, MATRIX=--below one version under each lower bound.
matrix:
	@test -n "$(PYTHON)" || { echo "NOT RUN: no Python 3.11 or newer is here"; exit 1; }
	$(PYTHON) tools/matrix.py $(MATRIX)

$(VENV)/.audit: $(VENV)/.dev
	$(PIP) --upgrade "pip>=25.1"
	$(PIP) --group audit
	@touch $@

# Licences to docs/dependencies.md, and known vulnerabilities; AUDIT="--advisories FOLDER" reads a copy of the database.
audit: $(VENV)/.audit
	$(BIN)/python tools/audit.py $(AUDIT)

.venv-release/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --upgrade "pip>=25.1"
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group release
	@touch $@

# The sdist and the wheel to dist/, from the last commit: built twice, looked into, used. RELEASE="--tree --all" and so on.
release: .venv-release/.done
	.venv-release/bin/python tools/release.py $(RELEASE)

# A quarter of an hour; then `python -m benchmarks growth` and `python -m benchmarks compare OLD NEW`.
bench: $(VENV)/.dev
	$(PIP) --group bench
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks
	$(BIN)/python benchmarks/bench_slips.py
	$(BIN)/python benchmarks/bench_sampling.py

# Change the code in one place at a time and see whether a test notices: `make mutation WHAT=kernels.peak SAMPLE=60`.
# All of it takes an hour or two; what has been run is kept in .mutation and not run again.
mutation: $(VENV)/.test
	$(PIP) --upgrade "pip>=25.1"
	$(PIP) --group mutation
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/mutate.py run $(WHAT) $(if $(SAMPLE),--sample $(SAMPLE))
	$(BIN)/python tools/mutate.py report
	$(BIN)/python tools/mutate.py check

# Coverage-guided too where atheris has a wheel: FUZZ="--engine atheris --target csv". The long run, some twenty minutes of one
# core: FUZZ="--cases 1243000 --seed 1 --results".
fuzz: $(VENV)/.test
	$(BIN)/python tests/fuzz/run.py $(FUZZ)

clean:
	rm -rf $(VENV) .venv-oldest .venv-matrix .venv-release site .pytest_cache .mypy_cache .ruff_cache .hypothesis
