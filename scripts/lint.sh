#!/usr/bin/env bash
# Runs Clippy on one half of the crate: `lint.sh server|browser [dev|release]`.
# With `release`, the server half shares build scripts and macros with the tests, and the browser
# half with the release build, so that CI does not compile them again.
source "$(dirname "$0")/lib.sh"

half="${1:?server or browser}" profile="${2:-dev}"

case "$half" in
server)
    [ "$profile" = release ] && profile=release-tests
    exec cargo clippy --workspace --profile "$profile" --features doorcode/ssr --all-targets -- -D warnings
    ;;
browser)
    [ "$profile" = release ] && profile=wasm-release
    exec cargo clippy --profile "$profile" --lib --features hydrate --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
    ;;
*) die "lint.sh: unknown argument $half; use server or browser" ;;
esac
