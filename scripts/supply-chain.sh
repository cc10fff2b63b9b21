#!/usr/bin/env bash
# Checks the dependencies: licences, sources and banned crates (deny.toml), and known
# vulnerabilities in the RustSec database. If the database cannot be fetched, that check is skipped
# with a note.
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
