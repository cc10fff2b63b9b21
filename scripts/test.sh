#!/usr/bin/env bash
# Runs every check of the project. A failing stage does not hide the next one; the last line adds up
# all runners.
source "$(dirname "$0")/lib.sh"
source scripts/stages.sh

# Returns the sum of one column of cargo's `test result:` lines.
cargo_count() {
    sed -nE "s/^test result: .* ([0-9]+) $2;.*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

cargo_tests() {
    local status=0 log="$LOGS/cargo-tests.log"
    stage "cargo tests" cargo test --profile release-tests --features ssr --no-fail-fast || status=$?
    add "cargo tests" "$status" "$(cargo_count "$log" passed)" "$(cargo_count "$log" failed)"
}

# Tests that need what only some machines have are skipped elsewhere.
skipped() { has "$1" && [ "$(id -u)" = 0 ] || note "$1" "without $1 and root, its tests were skipped"; }

scripts/setup.sh build test

check "formatting" cargo fmt --check
check "lints of the server" scripts/lint.sh server release
check "lints of the browser half" scripts/lint.sh browser release
check "types of end2end" npm --prefix end2end run typecheck --silent
check "release build" scripts/build.sh
cargo_tests
skipped postfix
skipped nginx
check "properties of the parsers" scripts/properties.sh
check "dependencies" scripts/supply-chain.sh
if [ -x target/release/doorcode ]; then
    check "sizes" scripts/size.sh
    # A short version of `make chaos`: what must hold after a crash must hold after each one.
    check "crashes" node end2end/tools/chaos.mjs --only kill --kills 5
    check "faults" node end2end/tools/faults.mjs
    playwright_tests "browser tests" report.json
    firefox_tests
    webkit_tests
fi
close
