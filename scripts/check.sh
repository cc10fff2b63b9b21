#!/usr/bin/env bash
# Runs the fast checks for development, with debug builds, so that cargo compiles only what has
# changed.
source "$(dirname "$0")/lib.sh"
cargo fmt --check || die "the code is not formatted; run cargo fmt"
# The two halves have separate build directories, so both cores are used.
scripts/lint.sh browser dev &
browser=$!
trap 'kill "$browser" 2>/dev/null || true' EXIT
scripts/lint.sh server
cargo test --features ssr --lib
wait "$browser"
