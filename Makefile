# Every task of the project. CI calls the same targets.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask
WORKERS ?= 2
# Where compiled files are forbidden, each process would compile all of ours again: the tests start many.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test domain lint types imports migrations check walk bench vectors translations lock clean

help: ## List the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/.installed ## Install, prepare a demonstration, run the main job once, serve on http://127.0.0.1:$(PORT)
	@PUBLIC_URL=http://127.0.0.1:$(PORT) PORT=$(PORT) scripts/run

test: .venv/.installed-dev ## Run everything this machine can run; what cannot run is skipped aloud
	@scripts/libraries
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-report=json:.coverage.json
	@$(BIN)/python scripts/coverage_floors.py .coverage.json

domain: .venv/.installed-dev ## The quick loop: the plain packages only
	$(BIN)/pytest tests/domain -q

lint: .venv/.installed-dev ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.installed-dev ## Types
	$(BIN)/mypy

imports: .venv/.installed-dev ## Who may import whom
	$(BIN)/lint-imports

migrations: .venv/.installed-dev ## Models equal migrations; up, down, up
	$(BIN)/pytest tests/guards/test_migrations.py -q

check: lint types imports migrations test ## What CI runs

walk: .venv/.installed-dev ## Every simulation by keyboard in a real Chromium, some minutes (ITEMS="CIT-4.1 DEC" for some)
	$(BIN)/python -m tests.browser.walk $(ITEMS)

bench: .venv/.installed-dev ## Each promise against its baseline, in one run
	$(BIN)/python -m benchmarks

vectors: .venv/.installed-dev ## Make the frozen credentials, formats, log, records and sittings again (they must not change)
	$(BIN)/python -m tests.vectors.make_credentials
	$(BIN)/python -m tests.vectors.make_formats
	$(BIN)/python -m tests.vectors.make_log
	$(BIN)/python -m tests.vectors.make_records
	$(BIN)/python -m tests.vectors.make_pdf
	$(BIN)/python -m tests.vectors.make_register
	$(BIN)/python -m tests.vectors.make_sittings

translations: .venv/.installed-dev ## Gather the French texts and update the English catalogue
	scripts/translations

lock: .venv/.installed-dev ## Compile the locked requirements from what we choose
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was built, keep the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .coverage*

.venv/bin/python:
	@scripts/libraries
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.installed
