# Needs Python 3.11 or newer with venv, and make. Everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
# Python compiles what it imports and keeps it (see unexport); pip would compile all that there is.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes --no-compile
UV := $(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes
# The slowest first.
CHECKS := types style format imports migrations docs translations schema templates

# Or each of the many processes would compile the whole project again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check bench lock clean $(CHECKS:%=check-%)

run: .venv/runtime ## Install, migrate, load demo data into an empty desk, serve with worker and beat
	@$(BIN)/python manage.py up

test: .venv/development ## Install, run the whole suite
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: .venv/development ## What CI checks besides the tests, two at a time
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(CHECKS:%=check-%)

check-types: ; $(BIN)/mypy .
check-style: ; $(BIN)/ruff check .
check-format: ; $(BIN)/ruff format --check .
check-imports: ; $(BIN)/lint-imports --no-logo
check-migrations: ; $(BIN)/python manage.py makemigrations --check --dry-run
check-docs: ; $(BIN)/python manage.py generate_docs --check
check-translations: ; $(BIN)/python manage.py translations --check
check-schema: ; $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
check-templates: ; $(BIN)/djlint templates --lint --quiet

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

# pip brings uv, which installs the rest in a fraction of the time. It does not read pip's own
# configuration (an index inside a company, say): what it cannot get, pip gets.
.venv/bin/uv: | .venv/bin/python
	@sed -n '/^uv==/,/^[^ ]/ { /^uv==/p; /^ /p }' requirements-dev.txt > .venv/uv.txt
	@$(PIP) -r .venv/uv.txt

.venv/runtime: requirements.txt | .venv/bin/uv
	@echo "Installing what the desk needs …"
	@$(UV) -r requirements.txt || $(PIP) -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt | .venv/bin/uv
	@echo "Installing what tests and checks need …"
	@$(UV) -r requirements-dev.txt || $(PIP) -r requirements-dev.txt
	@touch $@ .venv/runtime
