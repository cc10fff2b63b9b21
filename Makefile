# Each target runs one script. The scripts can also be run directly.
.DEFAULT_GOAL := help
.PHONY: help run test test-browsers test-watch build watch check size lighthouse bench timing chaos faults deny scan fuzz mutants setup

# How long each fuzz target runs.
SECONDS ?= 60

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

run: ## install what is missing, build, and serve http://127.0.0.1:3000
	@scripts/run.sh

test: ## run everything that CI checks; the last line is "N passed, N failed"
	@scripts/test.sh

test-browsers: ## test the sign-in in Firefox and WebKitGTK; installs both first (Debian)
	@scripts/test-browsers.sh

test-watch: ## edit a copy of the sources under `cargo leptos watch` and check that each edit is seen (minutes)
	@scripts/test-watch.sh

build: ## build the release: target/release/doorcode and target/site
	@scripts/build.sh

watch: ## rebuild, and reload the page, on every change
	@scripts/watch.sh

check: ## run the fast checks: formatting, lints, unit tests
	@scripts/check.sh

size: ## compare the sizes of the program and of a customer's downloads with their budgets
	@scripts/size.sh

lighthouse: ## run Lighthouse's mobile profile on three pages, with limits (some minutes)
	@scripts/lighthouse.sh

bench: ## measure logins per second; CPU, syncs and statements per login (minutes; FILL=1: also with a million customers)
	@scripts/bench.sh $(if $(FILL),--fill)

timing: ## check whether response times reveal who is a customer, 5,000 of each kind (some minutes)
	@scripts/timing.sh

chaos: ## test kill -9 under load, a hanging relay, and stops: what is lost, late or sent twice (12 to 20 minutes)
	@scripts/chaos.sh

faults: ## test a full disk, failing system calls, a changed schema, a panic, kill -9: responses and recovery (2 minutes)
	@scripts/faults.sh

deny: ## check dependencies: licences, sources, known vulnerabilities
	@scripts/supply-chain.sh

scan: ## run wapiti against the running program (2 minutes)
	@scripts/scan.sh

fuzz: ## fuzz the parsers, SECONDS=60 each
	@FUZZ_SECONDS=$(SECONDS) scripts/fuzz.sh

mutants: ## mutate the code and check whether a test notices (hours; MUTANTS="--shard 1/8")
	@scripts/mutants.sh $(MUTANTS)

setup: ## install missing tools, nothing else
	@scripts/setup.sh build test
