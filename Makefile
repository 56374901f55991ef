# Needs Python 3.11 or newer with venv, and make. Everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes

.PHONY: run test check bench lock clean

run: .venv/runtime ## Install, migrate, load demo data into an empty desk, serve with worker and beat
	@$(BIN)/python manage.py up

test: .venv/development ## Install, run the whole suite
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: .venv/development ## What CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py generate_docs --check
	$(BIN)/python manage.py translations --check
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/djlint templates --lint --quiet

bench: .venv/development ## Time pages and fills at 1,000 and 100,000 tickets, beside plain SQL
	@$(BIN)/python -m tests.bench $(ARGS)

lock: .venv/development ## Make the lock files anew from the .in files
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		requirements.in --output-file requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		requirements-dev.in --output-file requirements-dev.txt

clean: ## Remove what was installed; var/ with the data stays
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the desk needs …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt | .venv/bin/python
	@echo "Installing what tests and checks need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ .venv/runtime
