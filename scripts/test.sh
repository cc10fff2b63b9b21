#!/usr/bin/env bash
# Runs all checks of the project. After a failed stage the next one still runs. The last line is the
# total of all test runners.
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

# Prints a note if the tests of a server are skipped because it or root is missing.
skipped() { has "$1" && [ "$(id -u)" = 0 ] || note "$1" "without $1 and root, its tests were skipped"; }

scripts/setup.sh build test

check "formatting" cargo fmt --check
check "lints of the server" scripts/lint.sh server release
check "lints of the browser" scripts/lint.sh browser release
check "types of end2end" npm --prefix end2end run typecheck --silent
check "release build" scripts/build.sh
cargo_tests
skipped postfix
skipped nginx
check "properties of the parsers" scripts/properties.sh
check "dependencies" scripts/supply-chain.sh
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
