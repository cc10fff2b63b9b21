#!/usr/bin/env bash
# Runs all checks of the project. After a failed stage the next one still runs. The last line is the
# total of all test runners.
source "$(dirname "$0")/lib.sh"
source scripts/stages.sh

SERVER=(--workspace --profile release-tests --features doorcode/ssr)

# Returns the sum of one column of cargo's `test result:` lines.
cargo_count() {
    sed -nE "s/^test result: .* ([0-9]+) $2;.*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Runs cargo with Clippy as the compiler of our own code. A separate `cargo clippy` would check all
# dependencies, which the tests compile anyway.
with_clippy() { RUSTC_WORKSPACE_WRAPPER=clippy-driver CARGO_TERM_COLOR=never CARGO_TERM_QUIET=false "$@"; }

# Compiles the program, the tests and the fuzz targets in one run: two would differ in the features
# of dependencies, and compile our code twice. A warning is an error.
compile_server() {
    local log="$LOGS/compile.log"
    with_clippy cargo build "${SERVER[@]}" --all-targets 2>&1 | tee "$log" || return
    if grep '^warning: `doorcode' "$log"; then return 1; fi
}

cargo_tests() {
    local status=0 log="$LOGS/cargo-tests.log"
    stage "cargo tests" with_clippy cargo test "${SERVER[@]}" --no-fail-fast || status=$?
    add "cargo tests" "$status" "$(cargo_count "$log" passed)" "$(cargo_count "$log" failed)"
}

# Prints a note if the tests of a server are skipped because it or root is missing.
skipped() { has "$1" && [ "$(id -u)" = 0 ] || note "$1" "without $1 and root, its tests were skipped"; }

scripts/setup.sh toolchain
start "tools and release build" scripts/build.sh
check "formatting" cargo fmt --check
check "lints of the server, while its tests compile" compile_server
finish
scripts/setup.sh test
check "dependencies" scripts/supply-chain.sh
check "types of end2end" npm --prefix end2end run typecheck --silent
check "lints of the browser" scripts/lint.sh browser release
cargo_tests
skipped postfix
skipped nginx
check "properties of the parsers" with_clippy scripts/properties.sh
if [ -x target/release/doorcode ]; then
    check "sizes" scripts/size.sh
    # A short version of `make chaos`.
    check "crashes" node end2end/tools/chaos.mjs --only kill --kills 5
    check "faults" node end2end/tools/faults.mjs
    playwright_tests "browser tests" report.json
    firefox_tests
    webkit_tests
fi
close
