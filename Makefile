# Two commands: `make run` (a bank's files in, a live dashboard out) and `make test` (every test).
#
#   make run                     the demo bank, made on the spot
#   make run DATA=folder         your own five files (opciones_pago)
#   make run SOURCE=table MAPPING=my.toml DATA=loans.csv STORE=var/loans
#
#   make lab DATA=… SOURCE=…     a leaderboard of the candidates, in var/lab
#   make data-report             what the files hold, as var/report.html
#   make drift                   the drift of the newest release, as files in var/drift
#   make mlflow                  track the newest release and open MLflow on it (an environment of its own)
#   make flow DATA=… SOURCE=…    one refresh as a Prefect flow (an environment of its own)

PYTHON  ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
SOURCE  ?= opciones_pago
MAPPING ?=
STORE   ?= var/store
OUT     ?= var
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

.PHONY: run train serve test check lab data-report drift mlflow flow clean help
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
	@sh tests/mariadb.sh
	@sh tests/postgres.sh
	@$(if $(ARGS),$(PY) -m pytest $(ARGS),$(ROOMS) && $(BROWSER))

# A file of tests per core, the largest first; those of the browser last, as their driver keeps a loop of its own.
CORES   = -n 2 --dist loadfile --no-loadscope-reorder
ROOMS   = $(PY) -m pytest $(CORES) --ignore=tests/browser
BROWSER = $(PY) -m pytest $(CORES) tests/browser

check: .venv/test.stamp
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m pip check

BANK  = $(if $(filter $(DEMO),$(DATA)),$(DEMO))
ASKED = --source $(SOURCE) --data $(DATA) $(if $(MAPPING),--mapping $(MAPPING))

.venv/lab.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing the model lab's libraries into .venv…"
	$(call install,.[lab])
	@touch $@ .venv/run.stamp

lab: .venv/lab.stamp $(BANK)
	@$(PY) -m model.lab $(ASKED) --out $(OUT)/lab $(ARGS)

data-report: .venv/run.stamp $(BANK)
	@$(PY) -m app.data_report $(ASKED) --out $(OUT)/report.html $(ARGS)

drift: .venv/run.stamp
	@$(PY) -m monitoring.drift_log --store $(STORE) --out $(OUT)/drift $(ARGS)

# Full MLflow and Prefect pin other versions than Cartera does, so each has an environment of its own.
.venv-mlflow/stamp: | .venv/bin/python
	@echo "Installing MLflow into .venv-mlflow (a minute or two)…"
	@$(PYTHON) -m venv .venv-mlflow
	@.venv-mlflow/bin/python -m pip install --quiet --disable-pip-version-check mlflow==3.17.2
	@touch $@

mlflow: .venv/lab.stamp .venv-mlflow/stamp
	@$(PY) -m model.lab.tracking --store $(STORE)
	@.venv-mlflow/bin/mlflow ui --backend-store-uri sqlite:///$(abspath $(STORE))/mlflow.db --host $(HOST) --port 5000

.venv-flow/stamp: .deploy/flow-requirements.txt constraints.txt | .venv/bin/python
	@echo "Installing Prefect and what training needs into .venv-flow (a minute or two)…"
	@$(PYTHON) -m venv .venv-flow
	@.venv-flow/bin/python -m pip install --quiet --disable-pip-version-check -r .deploy/flow-requirements.txt
	@.venv-flow/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

flow: .venv-flow/stamp $(BANK)
	@PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120 .venv-flow/bin/python -m model.flow $(ASKED) --store $(STORE) $(ARGS)

clean:
	rm -rf var .venv .venv-mlflow .venv-flow

help:
	@sed -n '1,11p' Makefile | cut -c3-
