# The project's commands. `make help` lists them; each one makes the environment that it needs.

PYTHON := .venv/bin/python
# Imports as on Lambda, where the layer's folder is on the path.
export PYTHONPATH := layers/common:.
export SAM_CLI_TELEMETRY := 0

# Only the command line sets these: an EMAIL in the environment may mean something else. PORT, FRESH
# and SAMPLE reach the program from either.
ARGS = --help
ROLE = admin
COMPANY =
EMAIL =
DOMAINS =
ENV = dev
ARCHITECTURE = arm64
BUILD = .aws-sam/build
# The architecture of this machine, by Lambda's name.
HOST := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

# An argument quoted for the shell.
quoted = '$(subst ','\'',$(1))'

.DEFAULT_GOAL := help
.PHONY: help run console test test-fast check check-api check-console clients lint-template build sbom audit \
	preflight deploy deploy-built prove prove-aws prove-aws-dev prove-aws-own prove-sam-local \
	sam-local trust soak bench screenshots \
	bench-cold-start bench-console bench-scaling bench-words places check-places token cli format lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/ready .venv/bin/jobmatch ## Run everything on http://127.0.0.1:8000 (PORT=, FRESH=1 starts over, SAMPLE=0)
	@scripts/build_console.sh
	@# A Ctrl-C goes on as SIGTERM, because while Python itself starts it would be a traceback.
	@trap 'kill $$!; wait $$!; exit $$?' INT TERM; $(PYTHON) -m local run & wait $$!

console: console/dist/index.html ## Build the console, the page of make run, into console/dist

token: .venv/ready ## Print a bearer token (ROLE=admin, or ROLE=employer COMPANY= EMAIL= DOMAINS=)
	@$(PYTHON) -m local token --role $(call quoted,$(ROLE)) \
		$(if $(COMPANY),--company $(call quoted,$(COMPANY))) \
		$(if $(EMAIL),--email $(call quoted,$(EMAIL))) \
		$(if $(DOMAINS),--domains $(call quoted,$(DOMAINS)))

# What the exit codes 1, 2 and 3 mean has been said; make would call it its own error. Scripts that
# need the code call .venv/bin/jobmatch.
cli: .venv/bin/jobmatch ## Run an operator's command, as .venv/bin/jobmatch does (ARGS="why JOB")
	@.venv/bin/jobmatch $(ARGS) || case $$? in 1 | 2 | 3 | 130) ;; *) exit 1 ;; esac

PYTEST = $(PYTHON) -m pytest -n 2 --dist loadgroup --durations 20 --durations-min 2
test: .venv/ready console/dist/index.html ## Run all tests with coverage, those in a browser too
	$(PYTHON) scripts/find_chromium.py --install
	$(NPM) test
	$(PYTEST) --cov --cov-report=term

# The unit tests but the slowest, with few examples of each property, and the main paths.
SLOW := test_anonymity test_companies test_create_user_script test_patterns test_place_properties \
	local/test_command_line local/test_environments local/test_mails local/test_queues \
	cli/test_options cli/test_entry_point cli/test_place
MAIN := create_job_api update_job_api job_lists_api matches_api match_queries matching dispatch
test-fast: .venv/ready ## Run a quick selection of the tests (less than a minute)
	UNIT_EXAMPLES=20 $(PYTEST) tests/unit $(SLOW:%=--ignore tests/unit/%.py) \
		$(MAIN:%=tests/integration/test_%.py)

check: .venv/ready lint-template check-api check-console ## Check format, lint, types, generated files, templates, licences, commits
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	$(PYTHON) scripts/generate_openapi.py --check
	$(PYTHON) scripts/generate_events.py --check
	$(PYTHON) scripts/generate_tools.py --check
	$(PYTHON) scripts/generate_sample_data.py --check
	$(PYTHON) -m benchmarks.words --check
	$(PYTHON) scripts/check_licences.py
	$(PYTHON) scripts/check_commits.py

# The check has the format, the lint, the types, and those generated from docs/openapi.json.
check-console: console/dist/index.html ## Check the console's format, lint, types, and size
	$(NPM) run check
	$(NPM) run size

# Rules and exceptions are in clients/redocly.yaml, its list of ignored faults, and .spectral.yaml.
check-api: clients/node_modules/ready ## Check docs/openapi.json as its readers' tools do
	$(CLIENTS_NPM) run --silent lint

# Rules and exceptions are in .cfnlintrc.yaml, which sam reads too, and .checkov.yaml.
NESTED := $(wildcard templates/*.yaml)
# What an administrator deploys once, so that GitHub may deliver.
DELIVERY := delivery/role.yaml
lint-template: .venv-sam/ready .venv-checkov/ready ## Check the templates with sam, cfn-lint and checkov
	.venv-sam/bin/sam validate --lint --region us-east-1
	.venv-sam/bin/python -W ignore scripts/check_transform.py
	$(if $(NESTED),.venv-sam/bin/cfn-lint $(NESTED))
	.venv-sam/bin/python -W ignore scripts/deploy_policy.py --check
	.venv-sam/bin/cfn-lint $(DELIVERY)
	.venv-checkov/bin/checkov --config-file .checkov.yaml --file template.yaml $(NESTED) $(DELIVERY)

build: .venv-sam/ready ## Build for Lambda, into .aws-sam/build (ARCHITECTURE=arm64, or x86_64)
	@# sam looks for the runtime's own version of Python on PATH.
	python=$$(scripts/find_python.sh 3.13) && \
	ARCHITECTURE=$(ARCHITECTURE) PATH="$$(dirname $$python):$$PATH" .venv-sam/bin/sam build \
		--parameter-overrides Architecture=$(ARCHITECTURE) --build-dir $(BUILD) && \
	$$python scripts/finish_build.py $(BUILD) $(ARCHITECTURE)

# From the pinned requirements alone, so that one commit gives one document.
SBOM = .aws-sam/sbom
bill = .venv-audit/bin/python -W ignore::UserWarning -m cyclonedx_py requirements --validate \
	--output-reproducible --output-format JSON --pyproject pyproject.toml \
	--output-file $(SBOM)/$(2).cdx.json $(1)/requirements.txt
sbom: .venv-audit/ready ## List what is in each layer as CycloneDX, into .aws-sam/sbom
	mkdir -p $(SBOM)
	$(call bill,layers/common,common)
	$(call bill,migrations,migrations)

audit: .venv-audit/ready console/node_modules/ready clients/node_modules/ready ## Look up known vulnerabilities of all pinned packages (needs the network)
	@for file in $(wildcard requirements/*.txt) layers/common/requirements.txt \
		migrations/requirements.txt; do echo $$file; .venv-audit/bin/pip-audit --disable-pip \
		--require-hashes --requirement $$file || failed=1; done; \
		$(NPM) audit || failed=1; $(CLIENTS_NPM) audit || failed=1; exit $${failed:-0}

# Both use the credentials and the region of the shell; samconfig.toml has the parameters of each ENV.
preflight: .venv/ready ## Look whether the account has what a deployment needs; it only reads (ENV=dev, free or prod)
	@$(PYTHON) scripts/preflight.py $(ENV)

deploy: .venv/ready lint-template build console/dist/index.html ## Deploy to AWS and check that it is up (ENV=dev, free or prod)
	@$(MAKE) --no-print-directory deploy-built

deploy-built: ## The last step of make deploy, of what is built (YES=1 asks nothing)
	$(PYTHON) scripts/deploy.py $(ENV) $(BUILD) console/dist --sam .venv-sam/bin/sam $(if $(YES),--yes)

prove: .venv/ready .venv-sam/ready .venv-emulator/ready ## Build everything, and run every built function
	$(MAKE) sbom
	$(MAKE) sbom SBOM=.aws-sam/sbom-again
	$(MAKE) build ARCHITECTURE=x86_64 BUILD=.aws-sam/x86_64
	$(MAKE) build ARCHITECTURE=arm64 BUILD=.aws-sam/arm64
	$(MAKE) build ARCHITECTURE=arm64 BUILD=.aws-sam/again
	$(PYTHON) -m pytest -n 2 tests/artefacts

# What runs here, built again only after a change: in CI `make prove` has just built it.
BUILT := .aws-sam/$(HOST)/manifest.json
$(BUILT): $(shell find functions layers/common migrations templates template.yaml requirements/sam.txt \
	scripts/finish_build.py scripts/install_wheels.sh -type f -not -path '*/__pycache__/*') .venv-sam/ready
	$(MAKE) build ARCHITECTURE=$(HOST) BUILD=$(dir $@)

prove-aws: TESTS := tests/aws ## Deploy what is built to an emulated AWS, and use it
# Its halves, each with an account of its own; both ask whether each shim is needed.
prove-aws-dev: TESTS := tests/aws/test_dev.py tests/aws/test_shims.py
prove-aws-own: TESTS := $(filter-out tests/aws/test_dev.py,$(wildcard tests/aws/test_*.py))
prove-aws prove-aws-dev prove-aws-own: .venv/ready .venv-sam/ready .venv-emulator/ready .venv-aws-emulator/ready \
		$(BUILT) console/dist/index.html
	scripts/with_node.sh $(PYTHON) -m pytest $(TESTS)

SAM_LOCAL := .venv/ready .venv-sam/ready .venv-emulator/ready $(BUILT)
sam-local: $(SAM_LOCAL) ## Set up `sam local invoke` for the database of make run (docs/building.md)
	@$(PYTHON) -m scripts.sam_local

prove-sam-local: $(SAM_LOCAL) ## Hand every event to its function by sam local, on the sample data
	$(PYTHON) -m pytest tests/sam_local

# `make test` runs a small part of it.
FINDINGS := .trust/findings.jsonl
SOAKED := .trust/soak.jsonl
LOAD := tests/trust/test_load.py
# These measure throughput, so nothing runs beside them.
ALONE := $(LOAD) tests/trust/test_schema.py
# The document is written before the emulated AWS, whose faults shall not hide the other findings.
WRITE_TRUST = $(PYTHON) scripts/write_trust.py $(FINDINGS) $(wildcard $(SOAKED))
trust: .venv/ready ## Try to break the system, and write docs/trust.md (about 70 minutes)
	mkdir -p $(dir $(FINDINGS)) && rm -f $(FINDINGS)
	TRUST=full TRUST_FINDINGS=$(FINDINGS) $(PYTHON) -m pytest -n 2 tests/trust $(ALONE:%=--ignore %)
	TRUST=full TRUST_FINDINGS=$(FINDINGS) $(PYTHON) -m pytest $(ALONE)
	$(WRITE_TRUST)
	TRUST=full TRUST_FINDINGS=$(FINDINGS) $(MAKE) prove-aws
	$(WRITE_TRUST)

soak: .venv/ready ## Run half the load of make trust for half an hour, and add the result
	mkdir -p $(dir $(SOAKED)) && rm -f $(SOAKED)
	TRUST=full TRUST_SOAK_SECONDS=1800 TRUST_FINDINGS=$(SOAKED) $(PYTHON) -m pytest $(LOAD)::test_load
	@# Without the other findings the document would have only this row.
	if test -e $(FINDINGS); then $(PYTHON) scripts/write_trust.py $(FINDINGS) $(SOAKED); \
		else echo "Run make trust to write this finding into docs/trust.md."; fi

clients: .venv/ready .venv-clients/ready clients/node_modules/ready ## Make the TypeScript and the Python client, and try them
	scripts/with_node.sh scripts/make_clients.sh
	$(PYTHON) -m pytest tests/clients

screenshots: .venv/ready console/dist/index.html ## Take the pictures of the console again, into docs/images
	$(PYTHON) scripts/find_chromium.py --install
	$(PYTHON) -m tests.browser.screenshots

bench: .venv/ready ## Measure the main paths (QUICK=1 for the small sizes), and write docs/performance.md
	QUICK=$(QUICK) $(PYTHON) -m benchmarks
	$(MAKE) bench-cold-start

bench-scaling: .venv/ready ## Measure what ADR 0021 stands on (4 minutes)
	$(PYTHON) -m benchmarks.scaling

bench-cold-start: .venv/ready .venv-emulator/ready $(BUILT) ## Measure the start and the memory of every built function
	QUICK=$(QUICK) $(PYTHON) -m benchmarks.cold_start
	QUICK=$(QUICK) $(PYTHON) -m benchmarks.document

bench-console: .venv/ready console/dist/index.html ## Measure the console's actions in a browser, and write docs/console.md
	QUICK=$(QUICK) $(PYTHON) -m benchmarks.console

bench-words: .venv/ready ## Measure how well words and places are understood, and write docs/words.md
	$(PYTHON) -m benchmarks.words

places: .venv-places/ready ## Make the data of places anew (1 minute)
	.venv-places/bin/python scripts/generate_places.py

check-places: .venv-places/ready ## Check that the data of places are as generated (1 minute)
	.venv-places/bin/python scripts/generate_places.py --check

format: .venv/ready .venv-sam/ready ## Format the code and regenerate the generated files
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix
	$(PYTHON) scripts/generate_openapi.py
	$(PYTHON) scripts/generate_events.py
	$(PYTHON) scripts/generate_tools.py
	$(PYTHON) scripts/generate_sample_data.py
	.venv-sam/bin/python -W ignore scripts/deploy_policy.py

# The layers get the versions that the tests run with. The second layer leaves out what the common
# one has.
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --no-strip-extras
lock: .venv/ready ## Pin the dependencies again, with hashes (UPGRADE=1 for new versions)
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) pyproject.toml --constraint requirements/dev.txt \
		--output-file layers/common/requirements.txt
	$(COMPILE) --group migrations --constraint requirements/dev.txt \
		$$(sed -n 's/==.*/ /; s/^[a-z]/--no-emit-package &/p' layers/common/requirements.txt) \
		--output-file migrations/requirements.txt
	$(COMPILE) --group emulator --constraint requirements/dev.txt \
		--output-file requirements/emulator.txt
	$(COMPILE) --group aws-emulator --output-file requirements/aws-emulator.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group checkov --output-file requirements/checkov.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group sam --output-file requirements/sam.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group audit --output-file requirements/audit.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group places --output-file requirements/places.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group clients --output-file requirements/clients.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group node --output-file requirements/node.txt $(if $(UPGRADE),--upgrade)
	$(COMPILE) --group uv --output-file requirements/uv.txt $(if $(UPGRADE),--upgrade)

clean: ## Remove the environments, the local state and all builds
	scripts/stop_sam_local.sh
	rm -rf .venv .venv-* console/node_modules console/dist clients/node_modules clients/build .local .aws-sam .trust .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

.venv/ready: requirements/dev.txt
	scripts/make_environment.sh .venv requirements/dev.txt

.venv/bin/jobmatch: scripts/jobmatch.sh .venv/ready
	@cp scripts/jobmatch.sh $@

# Its own environment: the SAM command line pins half of our packages.
.venv-sam/ready: requirements/sam.txt
	scripts/make_environment.sh .venv-sam requirements/sam.txt

# Built once, and again when a source has changed.
NPM := scripts/with_node.sh npm --prefix console
CLIENTS_NPM := scripts/with_node.sh npm --prefix clients
CONSOLE := $(shell find console -path console/node_modules -prune -o -path console/dist -prune -o \
	-path console/tests -prune -o -type f -print)
console/dist/index.html: console/node_modules/ready $(CONSOLE)
	$(NPM) run build

# Soon clear where npm can't be reached: by default it tries for minutes.
console/node_modules/ready clients/node_modules/ready: %/node_modules/ready: %/package-lock.json
	scripts/with_node.sh npm --prefix $* ci --fetch-timeout=30000 --fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=2000
	@touch $@

# Only where the machine has no recent Node.
.venv-node/ready: requirements/node.txt
	scripts/make_node.sh .venv-node

# As on Lambda: its Python, and the packages of its image.
.venv-emulator/ready: requirements/emulator.txt
	scripts/make_environment.sh .venv-emulator requirements/emulator.txt 3.13

# The emulator of AWS, which brings half of our packages in other versions.
.venv-aws-emulator/ready: requirements/aws-emulator.txt
	scripts/make_environment.sh .venv-aws-emulator requirements/aws-emulator.txt 3.13

# Its own environment: checkov pins even more than the SAM command line.
.venv-checkov/ready: requirements/checkov.txt
	scripts/make_environment.sh .venv-checkov requirements/checkov.txt

# Its own environment: nothing else needs the tools that check our dependencies.
.venv-audit/ready: requirements/audit.txt
	scripts/make_environment.sh .venv-audit requirements/audit.txt

# Its own environment: what generates the Python client, and what the client runs with.
.venv-clients/ready: requirements/clients.txt
	scripts/make_environment.sh .venv-clients requirements/clients.txt

# The packages that the data of places are made from: 200 MB that nothing runs with.
.venv-places/ready: requirements/places.txt
	scripts/make_environment.sh .venv-places requirements/places.txt
