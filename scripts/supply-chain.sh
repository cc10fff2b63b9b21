#!/usr/bin/env bash
# What we depend on: licences, sources and banned crates (deny.toml), and the RustSec database of known vulnerabilities. Where
# that database cannot be fetched, this says so, and nothing of it has been checked.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh supply-chain

cargo deny check --allow duplicate licenses bans sources

if cargo deny fetch db; then
    cargo deny check advisories
    cargo audit
else
    say "NOTE: the advisory database could not be fetched; dependencies were NOT checked against it"
fi
