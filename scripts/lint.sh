#!/usr/bin/env bash
# Runs Clippy on one half of the crate: `lint.sh server`, or `lint.sh browser [dev|release]`. With
# `release`, the browser half shares build scripts and macros with the release build. For the server,
# `make test` runs Clippy while it compiles the tests.
source "$(dirname "$0")/lib.sh"

half="${1:?server or browser}" profile="${2:-dev}"

case "$half" in
server)
    exec cargo clippy --workspace --features doorcode/ssr --all-targets -- -D warnings
    ;;
browser)
    [ "$profile" = release ] && profile=wasm-release
    exec cargo clippy --profile "$profile" --lib --features hydrate --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
    ;;
*) die "lint.sh: unknown argument $half; use server or browser" ;;
esac
