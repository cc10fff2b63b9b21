#!/usr/bin/env bash
# Runs the fast checks for development, with debug builds, so that cargo compiles only what has
# changed.
source "$(dirname "$0")/lib.sh"
cargo fmt --check || die "the code is not formatted; run cargo fmt"
scripts/lint.sh server
scripts/lint.sh browser dev
cargo test --features ssr --lib
