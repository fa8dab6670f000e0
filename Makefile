# Every task of this repository; GNU make 3.81 will do. `make` alone lists them.

VENV ?= .venv
SAM_VENV ?= .venv-sam
PEERS_VENV ?= .venv-peers
CANAILLE_VENV ?= .venv-canaille
FUZZ_VENV ?= .venv-fuzz
FUZZ_PYTHON ?= python3.13
FUZZ_SECONDS ?= 60
PYTHON ?=

BIN = $(VENV)/bin
SAM = SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-us-east-1} $(SAM_VENV)/bin/sam
IMPORTS = PYTHONPATH=.:layers/relying_party
HAS_NODE = node -e 'process.exit(+(parseInt(process.versions.node) < 20))' >/dev/null 2>&1

# Told before an installation, since a silent minute looks like a hang.
size_run = 150 MB
size_test = 170 MB
size_check = 430 MB
size_lock = 90 MB
size_peers = 70 MB
size_canaille = 170 MB
size_fuzz = 170 MB
size_sam = 340 MB

.PHONY: help run demo test check format build test-artifact peers fuzz mutants bench lock clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed-run ## everything on this machine: PORT=3000, CLIENTS=path/to/clients.toml
	@$(IMPORTS) exec $(BIN)/python -m local.run \
		$(if $(PORT),--port "$(PORT)") $(if $(CLIENTS),--clients "$(CLIENTS)")

demo: $(VENV)/.installed-run ## a phone's sign-in, step by step, against a stack of its own or the running one
	@$(IMPORTS) exec $(BIN)/python -m local.demo $(if $(PORT),--port "$(PORT)")

test: $(VENV)/.installed-test ## all but what needs a build; with Node 20 interop too: ARGS="-k pkce"
	@if $(HAS_NODE); then \
		$(MAKE) --no-print-directory tests/interop/node_modules/.installed \
			$(CANAILLE_VENV)/.installed-canaille && \
		$(BIN)/python -m pytest --ignore=tests/artifact $(ARGS); \
	else \
		echo "Without Node 20 or later: the interop tests are left out."; \
		$(BIN)/python -m pytest --ignore=tests/artifact --ignore=tests/interop $(ARGS); \
	fi

check: $(VENV)/.installed-check $(SAM_VENV)/.installed-sam ## format, lint, types, imports, file lengths, template
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(IMPORTS) $(BIN)/lint-imports
	$(BIN)/python -m tools.file_length
	$(BIN)/cfn-lint template.yaml
	$(SAM) validate --lint

format: $(VENV)/.installed-check ## mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# Our own flags are kept from the make that SAM starts: they would win over the layer's.
build: $(SAM_VENV)/.installed-sam ## both layers and all functions, without Docker, into .aws-sam/build
	MAKEFLAGS= PYTHON="$(abspath $(SAM_VENV))/bin/python" $(SAM) build
	$(SAM_VENV)/bin/python -m tools.architecture .aws-sam/build

test-artifact: build $(VENV)/.installed-test ## tests of what the build ships
	$(BIN)/python -m pytest tests/artifact $(ARGS)

bench: $(VENV)/.installed-test ## what one rotation, flood and storm cost a fleet, into build/bench.json; needs Java and npm
	$(IMPORTS) $(BIN)/python -m bench.fleet
	$(IMPORTS) $(BIN)/python -m bench.storm
	$(IMPORTS) $(BIN)/python -m bench.phones

peers: $(PEERS_VENV)/.installed-peers ## hostile and odd tokens through other libraries beside ours: the table of their mistakes
	@$(IMPORTS) $(PEERS_VENV)/bin/python -m bench.peers

fuzz: $(FUZZ_VENV)/.installed-fuzz ## coverage-guided fuzzing for FUZZ_SECONDS=60 in all; Linux, Python 3.13
	@FUZZ_SECONDS="$(FUZZ_SECONDS)" $(IMPORTS) $(FUZZ_VENV)/bin/python -m tests.fuzz.run

mutants: $(VENV)/.installed-test ## break protocol/ in small ways, tell which the tests overlook: MODULES="claims jws"
	@$(IMPORTS) $(BIN)/python -m tools.mutants $(MODULES)

# The largest set is resolved first and the others follow it: one version of a package everywhere.
# Hashes cover every wheel of a version, so the layer's file serves both architectures.
COMPILE = $(BIN)/uv pip compile --quiet --no-config --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links $(ARGS)
UNIVERSAL = $(COMPILE) --universal --python-version 3.11
lock: $(VENV)/.installed-lock ## resolve every requirements file anew: ARGS=--upgrade for newer versions
	$(UNIVERSAL) --group check --output-file requirements/check.txt
	for group in test run; do \
		$(UNIVERSAL) --group $$group --constraints requirements/check.txt \
			--output-file requirements/$$group.txt || exit; \
	done
	$(COMPILE) --python-version 3.13 --python-platform aarch64-manylinux_2_28 \
		--group layer --constraints requirements/check.txt \
		--output-file layers/relying_party/requirements.txt
	$(UNIVERSAL) --group peers --constraints requirements/check.txt \
		--output-file requirements/peers.txt
	$(UNIVERSAL) --group canaille --constraints requirements/check.txt \
		--output-file requirements/canaille.txt
	$(COMPILE) --python-version 3.13 --group fuzz --constraints requirements/check.txt \
		--output-file requirements/fuzz.txt
	$(UNIVERSAL) --group sam --output-file requirements/sam.txt
	$(UNIVERSAL) --group lock --output-file requirements/lock.txt

clean: ## back to a fresh clone, environments included
	rm -rf .venv .venv-* .aws-sam build tests/interop/node_modules
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

# An environment is made once and filled as far as the task at hand needs. --no-deps: the files
# are complete, and pip's own resolver refuses extras among hashes.
INSTALL = -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --requirement

$(VENV)/.made $(SAM_VENV)/.made $(PEERS_VENV)/.made $(CANAILLE_VENV)/.made:
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && \
		"$$python" -m venv --clear $(@D) && touch $@

$(VENV)/.installed-%: requirements/%.txt $(VENV)/.made
	@echo "Installing what \`make $*\` needs into $(VENV) (about $(size_$*), once) ..."
	@$(BIN)/python $(INSTALL) $<
	@touch $@

$(SAM_VENV)/.installed-sam: requirements/sam.txt $(SAM_VENV)/.made
	@echo "Installing the AWS SAM CLI into $(SAM_VENV) (about $(size_sam), once) ..."
	@$(SAM_VENV)/bin/python $(INSTALL) $<
	@touch $@

$(PEERS_VENV)/.installed-peers: requirements/peers.txt $(PEERS_VENV)/.made
	@echo "Installing the libraries to compare with into $(PEERS_VENV) (about $(size_peers), once) ..."
	@$(PEERS_VENV)/bin/python $(INSTALL) $<
	@touch $@

$(CANAILLE_VENV)/.installed-canaille: requirements/canaille.txt $(CANAILLE_VENV)/.made
	@echo "Installing canaille for the interop tests into $(CANAILLE_VENV) (about $(size_canaille), once) ..."
	@$(CANAILLE_VENV)/bin/python $(INSTALL) $<
	@touch $@

# Atheris is built for one Python at a time, and for Linux alone.
$(FUZZ_VENV)/.installed-fuzz: requirements/fuzz.txt
	@$(FUZZ_PYTHON) -c '' 2>/dev/null || \
		{ echo "Fuzzing needs Python 3.13: make fuzz FUZZ_PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo "Installing the fuzzer into $(FUZZ_VENV) (about $(size_fuzz), once) ..."
	@$(FUZZ_PYTHON) -m venv --clear $(FUZZ_VENV)
	@$(FUZZ_VENV)/bin/python $(INSTALL) $<
	@touch $@

tests/interop/node_modules/.installed: tests/interop/package-lock.json
	@echo "Installing the provider for the interop tests ..."
	@cd tests/interop && npm ci --silent --no-audit --no-fund
	@touch $@
