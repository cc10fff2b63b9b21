# Thin on purpose: each target is one script, and each script can be read and run by itself.
.DEFAULT_GOAL := help
.PHONY: help run test test-browsers build watch check size lighthouse bench timing chaos faults deny scan fuzz mutants setup

# Of each fuzz target.
SECONDS ?= 60

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

run: ## install what is missing, build, and serve http://127.0.0.1:3000
	@scripts/run.sh

test: ## everything that CI checks; closes with one line "N passed, N failed"
	@scripts/test.sh

test-browsers: ## the sign-in in Firefox and WebKitGTK, which it installs first (Debian)
	@scripts/test-browsers.sh

build: ## the release: target/release/doorcode and target/site
	@scripts/build.sh

watch: ## rebuild and reload on every change
	@scripts/watch.sh

check: ## the fast loop: formatting, lints, unit tests
	@scripts/check.sh

size: ## the program and what a customer downloads, against their budgets
	@scripts/size.sh

lighthouse: ## Lighthouse's mobile profile on three pages, against limits (some minutes)
	@scripts/lighthouse.sh

bench: ## logins per second, CPU, syncs and statements per login (FILL=1: also among a million customers; minutes)
	@scripts/bench.sh $(if $(FILL),--fill)

timing: ## whether the time of an answer tells who is a customer, 5,000 of each kind (some minutes)
	@scripts/timing.sh

chaos: ## kill -9 under load, a hanging relay, stops: what is lost, late or sent twice (12 to 20 minutes)
	@scripts/chaos.sh

faults: ## a full disk, failing system calls, a changed schema, a panic, kill -9: what is told, and whether it heals (2 minutes)
	@scripts/faults.sh

deny: ## dependencies: licences, sources, known vulnerabilities
	@scripts/supply-chain.sh

scan: ## wapiti against the running program (2 minutes)
	@scripts/scan.sh

fuzz: ## fuzzes the parsers, SECONDS=60 each
	@FUZZ_SECONDS=$(SECONDS) scripts/fuzz.sh

mutants: ## changes the code and looks whether a test notices (hours; MUTANTS="--shard 1/8")
	@scripts/mutants.sh $(MUTANTS)

setup: ## install the tools that are missing, nothing else
	@scripts/setup.sh build test
