#!/usr/bin/env bash
# Checks our dependencies: licences, sources and banned crates (deny.toml), and the RustSec database
# of known vulnerabilities. If that database cannot be fetched, the script says so, and checks
# nothing against it.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh supply-chain

cargo deny check --allow duplicate licenses bans sources

if cargo deny fetch db; then
    cargo deny check advisories
    scripts/setup.sh audit
    cargo audit
else
    say "NOTE: the advisory database could not be fetched; dependencies were NOT checked against it"
fi
