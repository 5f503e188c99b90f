# Two commands: `make run` (a bank's files in, a live dashboard out) and `make test` (every test).
#
#   make run                     the demo bank, made on the spot
#   make run DATA=folder         your own five files (opciones_pago)
#   make run SOURCE=table MAPPING=my.toml DATA=loans.csv STORE=var/loans

PYTHON  ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
SOURCE  ?= opciones_pago
MAPPING ?=
STORE   ?= var/store
HOST    ?= 127.0.0.1
PORT    ?= 8000
DEMO    := var/bank
DATA    ?= $(DEMO)
PY      := .venv/bin/python

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
# Install, telling on one line which package is being fetched and how many there are.
define install
	@total=$$(sed '$(2)' constraints.txt | grep -c ==); \
	PYTHONUNBUFFERED=1 $(PY) -m pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e '$(1)' | { \
	  n=0; while read -r word name rest; do case "$$word" in \
	    Collecting|Processing) n=$$((n + 1)); printf '\r  fetching %3d of %d  %-44.44s' $$n $$total "$${name##*/}";; \
	    Installing) printf '\r  unpacking %d packages%46s' $$n '';; esac; done; echo; }
endef

.PHONY: run train serve test check clean help
.DELETE_ON_ERROR:

run: train serve

train: .venv/run.stamp $(if $(filter $(DEMO),$(DATA)),$(DEMO))
	@$(PY) -m model.train --source $(SOURCE) --data $(DATA) --store $(STORE) $(if $(MAPPING),--mapping $(MAPPING))

serve: .venv/run.stamp
	@$(PY) -m app.main --store $(STORE) --host $(HOST) --port $(PORT)

$(DEMO): | .venv/run.stamp
	@$(PY) -m data.portfolio --out $(DEMO)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Cartera needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) -V 2>&1). Say which: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Cartera's pinned dependencies into .venv (about a minute)…"
	$(call install,.,/--- test/q)
	@touch $@

.venv/test.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what Cartera and its tests need into .venv (about a minute)…"
	$(call install,.[test])
	@touch $@ .venv/run.stamp

test: .venv/test.stamp
	@sh tests/browser/chromium.sh
	@$(PY) -m pytest $(ARGS)

check: .venv/test.stamp
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

clean:
	rm -rf var .venv

help:
	@sed -n '1,5p' Makefile | cut -c3-
