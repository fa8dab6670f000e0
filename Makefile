# Every task of this repository; GNU make 3.81 will do. `make` alone lists them.

VENV ?= .venv
SAM_VENV ?= .venv-sam
PEERS_VENV ?= .venv-peers
CANAILLE_VENV ?= .venv-canaille
FUZZ_VENV ?= .venv-fuzz
REHEARSAL_VENV ?= .venv-rehearsal
CHECKOV_VENV ?= .venv-checkov
SUPPLY_VENV ?= .venv-supply
BENCH_VENV ?= .venv-bench
# The Python of Lambda's runtime: the fuzzer and the built binaries run on no other.
PYTHON313 ?= python3.13
FUZZ_SECONDS ?= 60
PYTHON ?=

BIN = $(VENV)/bin
SAM = SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-us-east-1} $(SAM_VENV)/bin/sam
IMPORTS = PYTHONPATH=.:layers/relying_party
HAS_JAVA = java -version >/dev/null 2>&1
HAS_NODE = node -e 'process.exit(+(parseInt(process.versions.node) < 20))' >/dev/null 2>&1

# Told before an installation, since a silent minute looks like a hang.
size_run = 150 MB
size_test = 200 MB
size_check = 430 MB
size_lock = 90 MB
size_peers = 70 MB
size_canaille = 170 MB
size_fuzz = 170 MB
size_sam = 340 MB
size_lambda = 40 MB
size_rehearsal = 200 MB
size_checkov = 300 MB
size_supply = 90 MB
size_bench = 330 MB

.PHONY: help run demo test check format build artifact-test deploy-rehearsal smoke-aws peers fuzz mutants permissions bench supply lock clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed-run ## everything on this machine: PORT=3000, CLIENTS=path/to/clients.toml
	@$(IMPORTS) exec $(BIN)/python -m local.run \
		$(if $(PORT),--port "$(PORT)") $(if $(CLIENTS),--clients "$(CLIENTS)")

demo: $(VENV)/.installed-run ## a phone's sign-in, step by step, against a stack of its own or the running one
	@$(IMPORTS) exec $(BIN)/python -m local.demo $(if $(PORT),--port "$(PORT)")

test: $(VENV)/.installed-test ## all but what needs a build; with Node 20 interop too: ARGS="-k pkce"
	@$(HAS_JAVA) || echo "Without Java: races on DynamoDB Local are left out."
	@if $(HAS_NODE); then \
		$(MAKE) --no-print-directory tests/interop/node_modules/.installed \
			$(CANAILLE_VENV)/.installed-canaille && \
		$(BIN)/python -m pytest --ignore=tests/artifact $(ARGS); \
	else \
		echo "Without Node 20 or later: the interop tests are left out."; \
		$(BIN)/python -m pytest --ignore=tests/artifact --ignore=tests/interop $(ARGS); \
	fi

check: $(VENV)/.installed-check $(SAM_VENV)/.installed-sam $(CHECKOV_VENV)/.installed-checkov ## format, lint, types, imports, file lengths, template
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(IMPORTS) $(BIN)/lint-imports
	$(BIN)/python -m tools.file_length
	$(BIN)/cfn-lint template.yaml
	$(SAM) validate --lint
	$(BIN)/python -m tools.transformed_template build/transformed-template.json
	$(CHECKOV_VENV)/bin/checkov --config-file .checkov.yaml \
		--file template.yaml build/transformed-template.json

format: $(VENV)/.installed-check ## mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# Our own flags are kept from the make that SAM starts: they would win over the layer's.
build: $(SAM_VENV)/.installed-sam ## both layers and all functions, without Docker, into .aws-sam/build
	MAKEFLAGS= PYTHON="$(abspath $(SAM_VENV))/bin/python" PYTHON313="$(PYTHON313)" $(SAM) build
	$(SAM_VENV)/bin/python -m tools.architecture .aws-sam/build

artifact-test: build $(VENV)/.installed-test $(VENV)/.installed-lambda ## every door of what was built, as Lambda runs it; Linux, Python 3.13
	$(BIN)/python -m pytest tests/artifact -rs $(ARGS)

deploy-rehearsal: $(VENV)/.installed-test $(SAM_VENV)/.installed-sam $(REHEARSAL_VENV)/.installed-rehearsal ## sam build, deploy, update and delete, against an emulator; Linux, Python 3.13
	@$(IMPORTS) $(BIN)/python -m rehearsal.run --sam "$(SAM_VENV)" --emulator "$(REHEARSAL_VENV)"

# Variables of make's command line reach the tests in the environment; docs/rehearsal.md has them all.
smoke-aws: $(VENV)/.installed-test ## questions to a stack on AWS: STACK=name CLIENT_ID=… REFRESH_TOKEN=… or SIGN_IN=1
	@$(BIN)/python -m pytest tests/e2e -rs $(ARGS)

# Each prints its own table on the way; the last writes docs/performance.md, docs/cost.md and plots.
BENCHES = verify invoke metric scaling cold size front cost fleet storm phones draw page
bench: build $(BENCH_VENV)/.installed-bench bench/node/node_modules/.installed bench/cold/node_modules/.installed tests/interop/node_modules/.installed ## every figure, into build/bench.json and docs/performance.md; needs Node 20 and Java
	@rm -f build/bench.json
	@for bench in $(BENCHES); do \
		printf '\n== bench.%s\n' $$bench; $(IMPORTS) $(BENCH_VENV)/bin/python -m bench.$$bench || exit; \
	done

peers: $(PEERS_VENV)/.installed-peers ## hostile and odd tokens through other libraries beside ours: the table of their mistakes
	@$(IMPORTS) $(PEERS_VENV)/bin/python -m bench.peers

fuzz: $(FUZZ_VENV)/.installed-fuzz ## coverage-guided fuzzing for FUZZ_SECONDS=60 in all; Linux, Python 3.13
	@FUZZ_SECONDS="$(FUZZ_SECONDS)" $(IMPORTS) $(FUZZ_VENV)/bin/python -m tests.fuzz.run

permissions: $(VENV)/.installed-test ## write into docs/permissions.md what template.yaml lets each function do
	@$(IMPORTS) $(BIN)/python -m tools.permissions

mutants: $(VENV)/.installed-test ## break protocol/ in small ways, tell which the tests overlook: MODULES="claims jws"
	@$(IMPORTS) $(BIN)/python -m tools.mutants $(MODULES)

# For each architecture the layer as built: what is left out of it is in no bill of materials.
supply: build $(SUPPLY_VENV)/.installed-supply $(VENV)/.installed-test ## what the layer ships: bills of materials into build/, licences, known vulnerabilities
	@mkdir -p build
	@for layer in Arm64 X8664; do \
		LAYER="$(CURDIR)/.aws-sam/build/RelyingPartyLayer$$layer/python" PYTHONWARNINGS=ignore \
			$(SUPPLY_VENV)/bin/cyclonedx-py environment --pyproject pyproject.toml \
			--mc-type library --output-reproducible --output-file build/layer-$$layer.cdx.json \
			tools/layer_python.sh && echo "bill of materials: build/layer-$$layer.cdx.json" || exit; \
	done
	@$(BIN)/python -m tools.licences
	@$(BIN)/python -m tools.advisories $(SUPPLY_VENV)/bin/pip-audit

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
	$(UNIVERSAL) --group bench --constraints requirements/check.txt \
		--output-file requirements/bench.txt
	for group in lambda rehearsal checkov supply sam; do \
		$(UNIVERSAL) --group $$group --output-file requirements/$$group.txt || exit; \
	done
	$(UNIVERSAL) --group lock --output-file requirements/lock.txt

clean: ## back to a fresh clone, environments included
	rm -rf .venv .venv-* .aws-sam build tests/interop/node_modules bench/*/node_modules
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

# An environment is made once and filled as far as the task at hand needs. --no-deps: the files
# are complete, and pip's own resolver refuses extras among hashes.
PIP_INSTALL = install -qq --disable-pip-version-check --no-deps --require-hashes --requirement
INSTALL = -m pip $(PIP_INSTALL)

$(VENV)/.made $(SAM_VENV)/.made $(PEERS_VENV)/.made $(CANAILLE_VENV)/.made \
$(CHECKOV_VENV)/.made $(SUPPLY_VENV)/.made:
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && \
		"$$python" -m venv --clear $(@D) && touch $@

# Beside the environment and not in it: on Lambda these come after the layer, whatever is in both.
$(VENV)/.installed-lambda: requirements/lambda.txt $(VENV)/.made
	@echo "Installing what Lambda's runtime brings into $(VENV)/lambda (about $(size_lambda), once) ..."
	@rm -rf $(VENV)/lambda
	@$(BIN)/python $(INSTALL) $< --target $(VENV)/lambda
	@touch $@

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

$(CHECKOV_VENV)/.installed-checkov: requirements/checkov.txt $(CHECKOV_VENV)/.made
	@echo "Installing checkov into $(CHECKOV_VENV) (about $(size_checkov), once) ..."
	@$(CHECKOV_VENV)/bin/python $(INSTALL) $<
	@touch $@

$(SUPPLY_VENV)/.installed-supply: requirements/supply.txt $(SUPPLY_VENV)/.made
	@echo "Installing what makes the layer's bill of materials into $(SUPPLY_VENV) (about $(size_supply), once) ..."
	@$(SUPPLY_VENV)/bin/python $(INSTALL) $<
	@touch $@

# One build of Python where it can be had, whatever else is here; it comes without a pip.
$(BENCH_VENV)/.made: $(VENV)/.made
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(sh bench/debian_python.sh $(BENCH_VENV)-debian); \
		python=$$(sh tools/find_python.sh "$$python") && \
		"$$python" -m venv --clear --without-pip $(@D) && touch $@

$(BENCH_VENV)/.installed-bench: requirements/bench.txt $(BENCH_VENV)/.made
	@echo "Installing what \`make bench\` compares with into $(BENCH_VENV) (about $(size_bench), once) ..."
	@$(BIN)/python -m pip --python $(BENCH_VENV)/bin/python $(PIP_INSTALL) $<
	@touch $@

# An emulator that runs what was built, so on the Python that it was built for.
$(REHEARSAL_VENV)/.installed-rehearsal: requirements/rehearsal.txt
	@$(PYTHON313) -c '' 2>/dev/null || \
		{ echo "The rehearsal needs Python 3.13: make deploy-rehearsal PYTHON313=/path/to/python3.13" >&2; exit 1; }
	@echo "Installing the emulator into $(REHEARSAL_VENV) (about $(size_rehearsal), once) ..."
	@$(PYTHON313) -m venv --clear $(REHEARSAL_VENV)
	@$(REHEARSAL_VENV)/bin/python $(INSTALL) $<
	@touch $@

# Atheris is built for one Python at a time, and for Linux alone.
$(FUZZ_VENV)/.installed-fuzz: requirements/fuzz.txt
	@$(PYTHON313) -c '' 2>/dev/null || \
		{ echo "Fuzzing needs Python 3.13: make fuzz PYTHON313=/path/to/python3.13" >&2; exit 1; }
	@echo "Installing the fuzzer into $(FUZZ_VENV) (about $(size_fuzz), once) ..."
	@$(PYTHON313) -m venv --clear $(FUZZ_VENV)
	@$(FUZZ_VENV)/bin/python $(INSTALL) $<
	@touch $@

bench/%/node_modules/.installed: bench/%/package-lock.json
	@echo "Installing what \`make bench\` starts in Node ..."
	@cd $(<D) && npm ci --silent --no-audit --no-fund
	@touch $@

tests/interop/node_modules/.installed: tests/interop/package-lock.json
	@echo "Installing the provider for the interop tests ..."
	@cd tests/interop && npm ci --silent --no-audit --no-fund
	@touch $@
