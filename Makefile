# What a newcomer, a maintainer and CI run. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
TOOLKIT := $(BIN)/toolkit
EXAMPLE := examples/antisocial

# The demo's: SERVICES=1 for PostgreSQL and Redis, PORT for another port.
SERVICES ?=
PORT ?= 8000

# The benchmark's options, such as BENCH="--runs 60 --write"; scripts/bench/entrypoint --help.
BENCH ?=

# The soak's parts; python tests/fleet/soak.py --help lists them.
SOAK ?=

# The pairs of `make test-matrix`, such as PAIRS="py314-django61 -- -k mail"; tox.ini declares them.
PAIRS ?=

# Two files of tests at a time, with containers of their own: they wait more than they work.
TWO := --numprocesses 2 --dist loadfile --durations 15

# Lock files: of every platform, with hashes.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop images engine test test-unit test-matrix test-images test-hosts test-fleet soak lint format bench-entrypoint requirements clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: images  ## Build and start the example app, engine and all
	@$(MAKE) --no-print-directory -C $(EXAMPLE) build TAG=demo TOOLKIT="$(CURDIR)/$(TOOLKIT)"
	@$(if $(SERVICES),$(TOOLKIT) images build postgres redis)
	@$(BIN)/python scripts/demo up --port $(PORT) $(if $(SERVICES),--services)

demo-stop:  ## Stop the example app and remove its data
	@$(BIN)/python scripts/demo down

images: engine $(VENV)/run  ## Build the base and builder images
	@$(TOOLKIT) images build

engine:  ## See to it that a Docker engine answers
	@scripts/engine

test: engine $(VENV)/dev  ## All tests and checks; the same as CI
	@$(MAKE) --no-print-directory lint test-unit test-matrix test-images test-hosts test-fleet

test-unit: $(VENV)/dev  ## The unit tests: no engine, seconds
	$(BIN)/pytest --numprocesses auto tests/unit

test-matrix: images $(VENV)/dev  ## The settings library on each Python and Django that can be had here
	$(BIN)/python scripts/matrix/run $(PAIRS)

test-images: engine $(VENV)/dev  ## The tests on built images
	$(BIN)/pytest $(TWO) tests/images

test-hosts: engine $(VENV)/dev  ## The tests on booted hosts
	$(BIN)/pytest $(TWO) tests/hosts

test-fleet: engine $(VENV)/dev  ## The tests on a fleet: deploys, and what goes wrong with them
	$(BIN)/pytest --durations 15 tests/fleet -m "not soak"

soak: engine $(VENV)/dev  ## The figures of deploys, three hours: SOAK="three one", for parts
	$(BIN)/pytest tests/fleet -m soak
	$(BIN)/python tests/fleet/soak.py $(SOAK)

lint: $(VENV)/dev  ## Style, types, import rules, Dockerfiles, shell scripts
	@scripts/lint $(BIN)

format: $(VENV)/dev  ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench-entrypoint: images  ## Measure the entrypoint against a bash script, a few minutes
	@$(MAKE) --no-print-directory -C $(EXAMPLE) build TAG=bench TOOLKIT="$(CURDIR)/$(TOOLKIT)"
	@$(BIN)/python scripts/bench/entrypoint $(BENCH)

requirements: $(VENV)/dev  ## Pin the requirements anew
	$(LOCK) requirements/run.in -o requirements/run.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) --python-version 3.11 \
		settings_lib/pyproject.toml requirements/django-5.2.in -o requirements/django-5.2.txt
	$(LOCK) --python-version 3.12 \
		settings_lib/pyproject.toml requirements/django-6.0.in -o requirements/django-6.0.txt
	$(LOCK) --python-version 3.12 \
		settings_lib/pyproject.toml requirements/django-6.1.in -o requirements/django-6.1.txt

clean: ## Remove what was built here; images and volumes stay
	rm -rf $(VENV) .cache .tox dist build

# Two levels of one virtual environment: what the toolkit runs on, and what its tests need.
$(VENV)/run: requirements/run.txt pyproject.toml
	@scripts/venv $(VENV) requirements/run.txt
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	@scripts/venv $(VENV) requirements/dev.txt
	@touch $@
