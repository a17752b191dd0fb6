# The four commands people need: demo, test, check, bench. Each works from a bare checkout with Python 3.11+.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SIMULATOR_PORT ?= $(shell expr $(PORT) + 1)
MAILBOX_PORT ?= $(shell expr $(PORT) + 2)
PYTEST_WORKERS ?= 2
# It has the smaller share, and a server of its own that works beside it.
POSTGRES_WORKERS ?= 1
# Once is enough for what brings a PostgreSQL of its own, for the longest walks over all pages and over all that
# the source may answer, and for what one page says: tests/postgres/test_roles.py opens every page there, and
# posts to every address; `soak` kills workers there, too. What orders and searches within a page is tried twice.
# What touches no database, further cases of a test, and what it asks on another day, the half on PostgreSQL
# leaves out by itself: tests/support/halves.py.
TWICE := tests/tracking/web/test_inbox.py tests/tracking/web/test_search.py
ONCE := structure deploy tracking/normalizer tracking/simulator tracking/sources workflows/web \
  $(patsubst tests/%,%,$(filter-out $(TWICE),$(wildcard tests/tracking/web/test_*.py tests/tracking/web/mapping))) \
  security/test_access_matrix.py security/test_markup.py security/test_full_numbers.py security/test_walls_hold.py \
  tracking/polling/test_patience.py crash/test_matrix.py
# Each half waits now and then for a process, a browser or its database: side by side they use the processors.
# A suite starts hundreds of processes: none of them compiles again what another one has compiled.
unexport PYTHONDONTWRITEBYTECODE
# Shares of the day, as a run names it at its end: tests/support/soak.py.
ifdef DAY
export LEGIST_TEST_DAY := $(DAY)
endif

.PHONY: demo all test test-sqlite test-postgres soak check check-types check-style check-django bench clean messages screenshots

demo: $(VENV)/.runtime
	@PORT=$(PORT) SIMULATOR_PORT=$(SIMULATOR_PORT) MAILBOX_PORT=$(MAILBOX_PORT) PATH="$(CURDIR)/$(BIN):$$PATH" bash demo/start

test: $(VENV)/.development
	@mkdir -p var
	@echo "Both halves of the suite run side by side; each shows what it found when it ends."
	@$(MAKE) --no-print-directory -j2 -Otarget test-postgres test-sqlite

test-postgres: $(VENV)/.development
	@echo "== PostgreSQL: everything that touches the database, but the browser"
	$(BIN)/python -W ignore -m tests.support.postgres $(BIN)/pytest -n $(POSTGRES_WORKERS) \
	  --only-database -m "not browser" -q $(ONCE:%=--ignore=tests/%)

test-sqlite: $(VENV)/.development
	@echo "== SQLite: everything"
	$(BIN)/pytest -n $(PYTEST_WORKERS) -q

# Types are checked by one processor for minutes: beside the suite, not before it. What takes seconds comes first.
all: $(VENV)/.development
	@mkdir -p var
	@$(MAKE) --no-print-directory -j2 -Otarget check-style check-django
	@echo "Types and both halves of the suite run side by side; each shows what it found when it ends."
	@$(MAKE) --no-print-directory -j3 -Otarget check-types test-postgres test-sqlite

# All of it, or `make soak PARTS="crash axe" SHARE=2/5`, some parts and a share of each. Figures come at the end.
soak: $(VENV)/.development
	@LEGIST_SOAK=$(SHARE) $(BIN)/python -W ignore -m tests.support.soak $(PARTS)

check: $(VENV)/.development
	@mkdir -p var
	@$(MAKE) --no-print-directory -j2 -Otarget check-types check-style check-django

check-types:
	$(BIN)/mypy .

check-style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/djangofmt --check --quiet templates
	$(BIN)/djlint templates --lint --quiet

check-django:
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	@LEGIST_ENV=prod LEGIST_BASE_URL=https://legist.firm.example LEGIST_ALLOWED_HOSTS=legist.firm.example \
	  LEGIST_TRUSTED_PROXIES=1 LEGIST_EMAIL_URL=smtp+tls://mail.firm.example:587 LEGIST_FROM_EMAIL=office@firm.example \
	  USCIS_CLIENT_ID=check USCIS_CLIENT_SECRET=check \
	  LEGIST_SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") \
	  LEGIST_FIELD_KEYS=$$($(BIN)/python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())") \
	  LEGIST_INDEX_KEY=$$($(BIN)/python -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())") \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/.development
	$(BIN)/python manage.py bench_pipeline
	$(BIN)/python manage.py bench_reading
	$(BIN)/python manage.py bench_polling --n 2000 --quota 1000
	$(BIN)/python manage.py bench_polling --n 2000 --quota 1000 --mix measured
	$(BIN)/python manage.py bench_quota --days 7
	$(BIN)/python manage.py bench_quota --outage all

# The pictures of the README, of a demo firm of their own on free ports.
screenshots: $(VENV)/.development
	@$(BIN)/python -W ignore manage.py shell -v 0 -c "from tests.support import screenshots; screenshots.main()"

messages: $(VENV)/.development
	$(BIN)/python manage.py makemessages -l es --no-location --no-obsolete --no-wrap -i ".venv/*" -i "tests/*" -i "var/*" -i "staticfiles/*"
	$(BIN)/python manage.py compilemessages -l es -i ".venv/*"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Legist needs Python 3.11 or newer; set PYTHON=python3.12 for example.")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt constraints.txt
	@echo "Installing what Legist needs (once)..."
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.development: $(VENV)/.runtime requirements-dev.txt requirements-ai.txt
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

clean:
	rm -rf var staticfiles $(VENV)
